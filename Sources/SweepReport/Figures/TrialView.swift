import Plots
import SweepAnalysis
import SweepModel

/// What the plots of one trial are drawn from.
struct TrialView {
    let record: TrialRecord
    let pictures: TrialPictures
    let choices: PlotChoices

    var trial: Trial { record.trial }

    func empty(_ title: String, _ sentence: String) -> Figure {
        Figure(title: title, summary: sentence, content: .empty(sentence))
    }

    var chance: Double? {
        let classes =
            choices.classes ?? (pictures.classNames.isEmpty ? nil : pictures.classNames.count)
            ?? record.promotion?.confusion?.counts.count
        return classes.flatMap { $0 > 1 ? 1 / Double($0) : nil }
    }

    func points(_ value: (EpochPoint) -> Double?) -> [Chart.Point] {
        record.epochs.map { Chart.Point(Double($0.iteration), value($0) ?? .nan) }
    }

    var noEpochs: String { "Trial \(trial.id) has no learning curve yet; it is \(trial.state.rawValue)." }

    // MARK: Curves

    func loss() -> Figure {
        let title = "Loss of trial \(trial.id)"
        guard !record.epochs.isEmpty else { return empty(title, noEpochs) }
        let samples = record.epochs.flatMap(\.losses)
        let isFine = samples.count > record.epochs.count
        let training =
            isFine
            ? samples.map { Chart.Point(Double($0.iteration), Double($0.loss)) } : points { $0.metrics.trainLoss }
        let validation = points { $0.metrics.valLoss }
        let series = [
            Chart.Series("minibatch", tone: .category(0), points: training),
            Chart.Series("validation", weight: .strong, tone: .category(1), points: validation),
        ].filter { $0.points.contains { $0.y.isFinite } }
        let isLogarithmic = (training + validation).map(\.y).spansDecades
        let chart = Chart(
            x: Axis("iteration", format: .integer),
            y: Axis("loss", scale: isLogarithmic ? .logarithmic : .linear), series: series, marks: divergence(training))
        return Figure(
            title: title,
            subtitle: "of each minibatch with its L2 penalty"
                + (validation.contains { $0.y.isFinite } ? "; of the validation images without" : ""),
            summary: lossSummary(training, validation), content: .chart(chart))
    }

    private func lossSummary(_ training: [Chart.Point], _ validation: [Chart.Point]) -> String {
        func clause(_ name: String, _ points: [Chart.Point]) -> String {
            let values = points.map(\.y).filter(\.isFinite)
            guard let first = values.first, let last = values.last else { return "\(name) loss without finite values" }
            return "\(name) loss from \(NumberText.short(first)) to \(NumberText.short(last))"
        }
        let end = trial.state == .diverged ? "; diverged at iteration \(trial.iteration)" : ""
        return "Minibatch" + clause("", training) + ", " + clause("validation", validation) + end + "."
    }

    private func divergence(_ points: [Chart.Point]) -> [Chart.Mark] {
        guard trial.state == .diverged, let last = points.last(where: { $0.y.isFinite }) else { return [] }
        return [
            Chart.Mark(
                x: Double(trial.iteration), y: last.y, sign: .cross, tone: .bad, label: "diverged",
                note: trial.reason ?? "diverged at iteration \(trial.iteration)")
        ]
    }

    func accuracy() -> Figure {
        let title = "Accuracy of trial \(trial.id)"
        let validation = points { $0.metrics.valAccuracy }
        guard validation.contains(where: { $0.y.isFinite }) else { return empty(title, noEpochs) }
        let training = points { $0.metrics.trainAccuracy }
        let best = validation.filter { $0.y.isFinite }.max { $0.y < $1.y }
        var summary = ""
        var marks = divergence(validation)
        if let best {
            let text = NumberText.fixed(best.y, 3)
            marks.append(
                Chart.Mark(
                    x: best.x, y: best.y, sign: .star, label: text, note: "best: \(text) at iteration \(Int(best.x))"))
            let last = validation.last { $0.y.isFinite }?.y ?? best.y
            let gap = (training.last { $0.y.isFinite }?.y).map { ", training \(NumberText.fixed($0, 3))" } ?? ""
            summary =
                "Validation accuracy is best at iteration \(NumberText.count(Int(best.x))): \(text). "
                + "At the end: validation \(NumberText.fixed(last, 3))\(gap)."
        }
        let kept =
            trial.state == .completed
            ? trial.metrics.map { "; the kept weights reach \(NumberText.fixed($0.valAccuracy, 3))" } ?? "" : ""
        let chart = Chart(
            x: Axis("iteration", format: .integer), y: Axis("accuracy", format: .accuracy),
            series: [
                Chart.Series("training", tone: .category(0), points: training),
                Chart.Series("validation", weight: .strong, tone: .category(1), points: validation),
            ], rules: chance.map { [Chart.Rule(.y($0), label: "chance")] } ?? [], marks: marks)
        return Figure(
            title: title, subtitle: "star: the best epoch" + kept, summary: summary, content: .chart(chart))
    }

    func updates() -> Figure {
        let title = "Updates of trial \(trial.id)"
        let ratios = points { $0.updateRatio.flatMap { $0 > 0 ? $0 : nil } }
        let norms = points(\.weightNorm)
        let finite = ratios.map(\.y).filter(\.isFinite), ends = norms.map(\.y).filter(\.isFinite)
        guard !finite.isEmpty || !ends.isEmpty else {
            return empty(
                title, "Trial \(trial.id) has no records of its updates: it was trained by an earlier version.")
        }
        let x = Axis("iteration", format: .integer)
        var panels: [Figure] = []
        if let last = finite.last {
            let middle = finite.sorted()[finite.count / 2]
            panels.append(
                Figure(
                    title: "Size of an update beside the weights'", subtitle: "|ΔW1| / |W1|",
                    summary: "Median ratio \(NumberText.short(middle, significant: 2)), "
                        + "at the end \(NumberText.short(last, significant: 2)); around 0.001 is healthy.",
                    content: .chart(
                        Chart(
                            x: x, y: Axis("ratio", scale: .logarithmic),
                            series: [Chart.Series("update / weight", points: ratios)],
                            rules: [Chart.Rule(.yBand(3e-4...3e-3), label: "around 0.001")], hasLegend: false))))
        }
        if let first = ends.first, let last = ends.last {
            panels.append(
                Figure(
                    title: "Norm of the weights", subtitle: "√(ΣW1² + ΣW2²)",
                    summary: "The norm goes from \(NumberText.short(first)) to \(NumberText.short(last)).",
                    content: .chart(
                        Chart(
                            x: x, y: Axis("norm", scale: ends.spansDecades ? .logarithmic : .linear),
                            series: [Chart.Series("norm", tone: .category(2), points: norms)], hasLegend: false))))
        }
        return Figure(
            title: title, summary: panels.map(\.summary).joined(separator: " "), content: .panels(panels))
    }
}
