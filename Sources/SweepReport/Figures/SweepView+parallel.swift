import Plots
import SweepAnalysis
import SweepModel

extension SweepView {
    private static let mostLines = 300

    func parallel() -> Figure {
        let title = "Parallel coordinates"
        guard !varied.isEmpty else { return unvaried(title) }
        guard let low = ranked.compactMap(\.value).min(), let high = ranked.compactMap(\.value).max()
        else { return empty(title) }
        let scales = varied.map { ParameterScale($0, of: record) }
        let others = outcomes.filter { $0.value == nil }.evenly(Self.mostLines / 3)
        let chosen = ranked.prefix(100) + ranked.dropFirst(100).evenly(Self.mostLines - 100)
        let weight: Chart.Series.Weight = chosen.count > 150 ? .faint : .normal
        // The best on top.
        var lines = others.map { line($0, scales, weight: .faint, tone: $0.trial.state == .diverged ? .bad : .muted) }
        for outcome in chosen.reversed() {
            let share = high > low ? ((outcome.value ?? low) - low) / (high - low) : 1
            lines.append(line(outcome, scales, weight: weight, tone: .scale(share)))
        }
        if let best { lines[lines.count - 1] = line(best, scales, weight: .strong, tone: .accent) }
        let isLogarithmic = !metric.isAccuracy && ranked.compactMap(\.value).spansDecades
        let axes = scales.map(\.axis) + [metricAxis(isLogarithmic: isLogarithmic)]
        let words = best.map { Sentence.list(parameterTexts(of: $0.trial)) } ?? ""
        let thinned =
            lines.count < outcomes.count ? "\(lines.count) of \(NumberText.count(outcomes.count)) trials; " : ""
        return Figure(
            title: title,
            subtitle: thinned + "one line a trial, coloured by \(metric.label)"
                + (count(.diverged) > 0 ? "; those that diverged end before it" : ""),
            summary: "\(bestClause), with \(words). \(Sentence.capitalized(statesClause)).",
            content: .parallel(ParallelCoordinates(axes: axes, lines: lines)))
    }

    private func line(
        _ outcome: Outcome, _ scales: [ParameterScale], weight: Chart.Series.Weight, tone: Tone
    ) -> ParallelCoordinates.Line {
        let values = scales.map { $0.position(outcome.trial.parameters[$0.name]) }
        return ParallelCoordinates.Line(
            values: values + [outcome.value], weight: weight, tone: tone, note: note(outcome),
            link: link(outcome.trial.id))
    }
}
