import Plots
import SweepAnalysis
import SweepModel

/// What all plots of one sweep share: the value of each trial, who is best, the scales of the parameters.
final class SweepView {
    /// One trial as a plot sees it.
    struct Outcome {
        var trial: Trial
        /// Final of a completed trial, the last one of a pruned, running or waiting one; nil when there is none that counts.
        var value: Double?

        var hasCompleted: Bool { trial.state == .completed && value != nil }
    }

    let record: SweepRecord
    let choices: PlotChoices
    let metric: PlotMetric
    /// In order of index.
    let outcomes: [Outcome]
    /// Those with a value, the best first: completed ones before all others.
    let ranked: [Outcome]
    let varied: [String]
    private(set) lazy var importance = ParameterImportance(of: record)
    /// Nil unless some trials diverged: what matters among those that did not.
    private(set) lazy var importanceOfCompleted: ParameterImportance? = {
        guard importance?.divergedValue != nil else { return nil }
        var completed = record
        completed.trials.removeAll { $0.state != .completed }
        return ParameterImportance(of: completed)
    }()
    private(set) lazy var noise = NoiseFloor(of: record)
    private(set) lazy var standings = Standings(of: record)

    init(_ record: SweepRecord, _ choices: PlotChoices) {
        let metric = choices.metric ?? PlotMetric(record.sweep.metric)
        (self.record, self.choices, self.metric) = (record, choices, metric)
        varied = record.variedParameters
        outcomes = record.trials.map { trial in
            let counts =
                switch trial.state {
                case .completed, .running, .queued, .pruned: true
                case .diverged, .failed, .cancelled: false
                }
            return Outcome(trial: trial, value: counts ? trial.metrics.flatMap(metric.value) : nil)
        }
        // With replicates a configuration's mean decides, not its luckiest seed.
        let isRanked = record.spec.replicates > 1 && metric == PlotMetric(record.sweep.metric)
        let places = Dictionary(
            uniqueKeysWithValues: (isRanked ? record.ranked : []).enumerated().map { ($1.id, $0) })
        ranked = outcomes.filter { $0.value != nil }.sorted { a, b in
            if a.hasCompleted != b.hasCompleted { return a.hasCompleted }
            if let first = places[a.trial.id], let second = places[b.trial.id] { return first < second }
            guard let x = a.value, let y = b.value, x != y else { return a.trial.index < b.trial.index }
            return metric.isBetter(x, than: y)
        }
    }

    var best: Outcome? { ranked.first }

    var link: @Sendable (Int64) -> String? { choices.link }

    func count(_ state: TrialState) -> Int { outcomes.count { $0.trial.state == state } }

    /// Accuracy of guessing; nil when the number of classes is not known.
    var chance: Double? {
        guard metric.isAccuracy else { return nil }
        let classes =
            choices.classes ?? record.classes ?? record.spec.dataset.classes
            ?? record.promotions.lazy.compactMap { $0.confusion?.counts.count }.first
        return classes.flatMap { $0 > 1 ? 1 / Double($0) : nil }
    }

    /// Nil where the level of chance is so far from `values` that it would press them together.
    func nearChance(_ values: [Double]) -> Double? {
        guard let chance, let low = values.min(), let high = values.max() else { return chance }
        return low - chance <= 1.5 * (high - low) ? chance : nil
    }

    static func chanceRules(_ level: Double?) -> [Chart.Rule] {
        level.map { [Chart.Rule(.y($0), label: "chance")] } ?? []
    }

    // MARK: Words

    /// `0.534`; a fourth digit where the validation set can tell it.
    func text(_ value: Double) -> String {
        metric.isAccuracy
            ? NumberText.fixed(value, record.validationExamples > 1000 ? 4 : 3) : NumberText.short(value)
    }

    /// For axes of the metric.
    func metricAxis(isLogarithmic: Bool = false) -> Axis {
        Axis(
            metric.label, scale: isLogarithmic ? .logarithmic : .linear, format: metric.isAccuracy ? .accuracy : .number
        )
    }

    /// `trial 87: 0.534, learning_rate 0.001, reg 0.1`.
    func note(_ outcome: Outcome) -> String {
        let trial = outcome.trial
        let result =
            switch trial.state {
            case .completed: outcome.value.map(text) ?? "no value"
            case .diverged: "diverged at iteration \(trial.iteration)"
            case .pruned, .running, .queued:
                trial.state.rawValue + (outcome.value.map { ", \(text($0)) so far" } ?? "")
            case .failed, .cancelled: trial.state.rawValue
            }
        return ([result] + parameterTexts(of: trial)).joined(separator: ", ").prefixed("trial \(trial.id): ")
    }

    func parameterTexts(of trial: Trial) -> [String] {
        varied.compactMap { name in trial.parameters[name].map { "\(name) \(ParameterScale.text($0))" } }
    }

    /// `Best validation accuracy 0.534 at trial 87` or what there is instead, without a full stop.
    var bestClause: String {
        guard let best, let value = best.value else { return "No trial has a \(metric.label) yet" }
        let word = best.hasCompleted ? "Best" : best.trial.state == .pruned ? "Best before pruning:" : "Ahead so far:"
        return "\(word) \(metric.label) \(text(value)) at trial \(best.trial.id)"
    }

    /// `72 of 144 trials completed, 72 diverged`.
    var statesClause: String {
        let counts = TrialState.inTelling.map { ($0, count($0)) }.filter { $0.1 > 0 }
        guard let first = counts.first else { return "no trials" }
        let total = Sentence.count(outcomes.count, "trial")
        let rest = counts.dropFirst().map { ", \(NumberText.count($0.1)) \($0.0.rawValue)" }.joined()
        return "\(NumberText.count(first.1)) of \(total) \(first.0.rawValue)" + rest
    }

    /// What a running sweep's plots say below their title; nil once all trials have ended.
    var provisionalClause: String? {
        let open = outcomes.count { !$0.trial.state.isEnded }
        return open == 0 ? nil : "\(Sentence.count(open, "trial")) not ended: their last values"
    }

    /// `nothing yet`, in one sentence.
    var nothing: Figure.Content {
        if outcomes.isEmpty { return .empty("This sweep has no trials.") }
        if outcomes.allSatisfy({ $0.trial.state.isEnded }) {
            return .empty("No trial has a \(metric.label): \(statesClause).")
        }
        return .empty("No trial has a \(metric.label) yet: \(statesClause).")
    }

    func empty(_ title: String) -> Figure {
        Figure(title: title, summary: "Nothing to show: \(statesClause).", content: nothing)
    }

    /// A plot over parameters of a sweep that varies none.
    func unvaried(_ title: String) -> Figure {
        let sentence = "All trials of this sweep have the same parameters."
        return Figure(title: title, summary: sentence, content: .empty(sentence))
    }

    /// A varied parameter, or the error that names them.
    func checked(_ name: String) throws(PlotError) -> String {
        if varied.contains(name) { return name }
        let remedy =
            varied.isEmpty
            ? "all trials of this sweep have the same parameters" : "this sweep varies \(Sentence.list(varied))"
        let isKnown = record.spec.parameters.contains { $0.name == name }
        throw PlotError(
            isKnown ? "\(name) has one value in this sweep; \(remedy)" : "unknown parameter \"\(name)\"; \(remedy)")
    }
}

extension TrialState {
    /// In the order in which counts are told.
    static let inTelling: [TrialState] = [.completed, .diverged, .pruned, .failed, .cancelled, .running, .queued]
}

extension String {
    func prefixed(_ prefix: String) -> String { prefix + self }
}
