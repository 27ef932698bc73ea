#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

import SweepModel

/// Finds for each parameter that varied the region that the next sweep should look at.
struct RegionFinder {
    let record: SweepRecord
    let diagnosis: SweepDiagnosis
    /// The trials that say where the best region is.
    let leaders: [Trial]
    private let borders: [String: Border]
    private let importance: ParameterImportance?

    /// The part of the completed trials that leads, and how many at least.
    private static let leadingPart = 10
    private static let fewestLeaders = 5
    /// A region that still covers this part of the range is no narrower.
    static let wholePart = 0.8

    init(_ record: SweepRecord) {
        self.record = record
        let diagnosis = SweepDiagnosis(record)
        self.diagnosis = diagnosis
        let ranked = diagnosis.ranked
        let isDrawn = record.spec.method != .grid
        // On a grid each value comes with many others: a few trials show which values lead.
        leaders = Array(ranked.prefix(isDrawn ? max(Self.fewestLeaders, ranked.count / Self.leadingPart) : 3))
        let found = diagnosis.borders(divergingFrom: diagnosis.divergence().bound)
        borders = Dictionary(found.compactMap { border in border.finding.parameter.map { ($0, border) } }) { a, _ in a }
        var completed = record
        completed.trials = ranked.sorted { $0.index < $1.index }
        importance = ParameterImportance(of: completed)
    }

    func choices() -> [RegionChoice] {
        record.variedParameters.compactMap { name in
            guard let parameter = TrainingParameter.named(name), let best = diagnosis.ranked.first?.parameters[name]
            else { return nil }
            return choice(parameter, best)
        }
    }

    private func choice(_ parameter: TrainingParameter, _ best: ParameterValue) -> RegionChoice {
        let name = parameter.name
        let domain = record.spec.parameters.first { $0.name == name }?.domain
        let scale = ParameterScale(domain, values: record.trials.compactMap { $0.parameters[name] })
        func made(_ action: Refinement.Action, _ domain: RegionChoice.Domain, _ reason: String) -> RegionChoice {
            RegionChoice(
                name: name, action: action, domain: domain, reason: reason,
                importance: importance.flatMap { diagnosis.total(name, $0) } ?? 1)
        }
        // Seeds have no direction; they stay as they were.
        if name == "seed", case .choices(let values) = domain {
            return made(.keep, .values(best: best, values), "Seeds stay as they were.")
        }
        if borders[name] == nil, let share = idleShare(name) {
            return made(
                .fix, .values(best: best, [best]),
                "It explains \(Wording.percent(share)) of the variance between completed trials, interactions included, "
                    + "which is no more than noise: fixed at the best trial's \(best).")
        }
        guard scale.isNumeric, let value = best.doubleValue else {
            let (action, values, reason) = words(name, best, scale)
            return made(action, .values(best: best, values), reason)
        }
        if scale.isListed {
            let (action, values, reason) = listed(parameter, value, scale, borders[name])
            let typed = values.map { self.typed($0, parameter) }
            return made(values.count == 1 ? .fix : action, .values(best: best, typed), reason)
        }
        let (action, region, reason) = drawn(parameter, value, scale, domain, borders[name])
        return made(action, region ?? .values(best: best, [best]), reason)
    }

    // MARK: What makes no difference

    /// The share of a parameter that explains no more than noise does; nil for one that matters, and where nobody knows.
    private func idleShare(_ name: String) -> Double? {
        guard record.variedParameters.count > 1, let importance, let share = diagnosis.total(name, importance) else {
            return nil
        }
        return share < max(SweepDiagnosis.idleShare, noiseShare(name, importance)) ? share : nil
    }

    /// What a parameter without any effect explains at most on a full grid: its degrees of freedom times the binomial
    /// variance of one accuracy, two standard deviations above its mean; 0 where the noise is not known.
    private func noiseShare(_ name: String, _ importance: ParameterImportance) -> Double {
        let completed = diagnosis.ranked
        guard importance.method == .anova, diagnosis.metric == .valAccuracy, record.validationExamples > 0 else {
            return 0
        }
        let values = completed.compactMap { $0.metrics?.valAccuracy }
        let count = Double(values.count)
        guard count > 1 else { return 0 }
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        guard variance > 0 else { return 0 }
        func levels(_ name: String) -> Double { Double(Set(completed.compactMap { $0.parameters[name] }).count) }
        let own = levels(name) - 1
        let others = record.variedParameters.filter { $0 != name }.reduce(0) { $0 + levels($1) - 1 }
        let degrees = own * (1 + others)
        let error = NoiseFloor.standardError(mean, samples: record.validationExamples)
        return error * error / variance * (degrees + 2 * (2 * degrees).squareRoot()) / count
    }

    // MARK: Words

    private func words(
        _ name: String, _ best: ParameterValue, _ scale: ParameterScale
    ) -> (Refinement.Action, [ParameterValue], String) {
        let leading = Set(leaders.compactMap { $0.parameters[name] })
        let kept = scale.words.filter { leading.contains($0) || $0 == best }
        let lost = scale.words.filter { !kept.contains($0) }
        let reached = "The best trial has \(best)"
        guard !lost.isEmpty else {
            return (.keep, kept, "Each of \(Wording.list(kept.map(\.description))) is among the leading trials.")
        }
        let rest = Wording.list(lost.map { "\($0) (\(reach(name, $0)))" })
        return (
            kept.count > 1 ? .keep : .fix, kept.isEmpty ? [best] : kept,
            "\(reached) (\(reach(name, best))); \(rest) \(lost.count == 1 ? "is" : "are") not among the leading trials."
        )
    }

    /// The best result with a value, in words.
    func reach(_ name: String, _ value: ParameterValue) -> String {
        guard let trial = diagnosis.ranked.first(where: { $0.parameters[name] == value }),
            let metrics = trial.metrics
        else { return "none completed" }
        return diagnosis.text(diagnosis.metric.value(of: metrics))
    }

    func typed(_ value: Double, _ parameter: TrainingParameter) -> ParameterValue {
        guard case .integer = parameter.kind, let integer = Int(exactly: value.rounded()) else { return .number(value) }
        return .int(integer)
    }
}
