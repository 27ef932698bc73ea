import Plots
import SweepAnalysis
import SweepModel

extension SweepView {
    private static let mostPerPanel = 1000

    func slice() throws(PlotError) -> Figure {
        let names = if let x = choices.x { [try checked(x)] } else { varied }
        let title = "Slice" + (choices.x.map { " of \($0)" } ?? "")
        guard !names.isEmpty, !ranked.isEmpty else { return empty(title) }
        let panels = names.map(panel)
        let thinned = ranked.count > Self.mostPerPanel ? "; \(Self.mostPerPanel) of \(ranked.count) trials" : ""
        return Figure(
            title: title, subtitle: "\(metric.label) over \(names.count == 1 ? names[0] : "each parameter")" + thinned,
            summary: panels.map(\.summary).joined(separator: " "), content: .panels(panels))
    }

    private func panel(_ name: String) -> Figure {
        let scale = ParameterScale(name, of: record)
        let shown = ranked.prefix(200) + ranked.dropFirst(200).evenly(Self.mostPerPanel - 200)
        let isWords = if case .categories = scale.kind { true } else { false }
        let points = shown.reversed().compactMap { outcome -> Chart.Point? in
            guard let x = scale.position(outcome.trial.parameters[name]), let y = outcome.value else { return nil }
            return Chart.Point(
                isWords ? x + jitter(outcome.trial.index) : x, y, note: note(outcome), link: link(outcome.trial.id))
        }
        var series = [Chart.Series("trials", .points, tone: .category(0), points: points)]
        let bests = bestByValue(scale)
        if bests.count > 1, scale.values.count <= 12 {
            series.append(
                Chart.Series(
                    "best of each value", weight: .normal, tone: .accent,
                    points: bests.map { Chart.Point($0.x, $0.y, note: "\(name) \($0.text): best \(text($0.y))") }))
        }
        var marks: [Chart.Mark] = []
        if let best, let x = scale.position(best.trial.parameters[name]), let y = best.value {
            marks.append(Chart.Mark(x: x, y: y, sign: .star, note: note(best)))
        }
        let chart = Chart(
            x: scale.axis, y: metricAxis(isLogarithmic: !metric.isAccuracy && points.map(\.y).spansDecades),
            series: series, rules: chanceRules, marks: marks, hasLegend: false)
        let told = bests.count > 1 && bests.count <= 8 ? bests.map { "\(text($0.y)) at \($0.text)" } : []
        let value = best.flatMap { $0.trial.parameters[name] }.map { ParameterScale.text($0) } ?? "–"
        let summary =
            told.isEmpty
            ? "\(name): the best trial has \(value)." : "\(name): best \(Sentence.list(told))."
        return Figure(title: name, summary: summary, content: .chart(chart))
    }

    private func bestByValue(_ scale: ParameterScale) -> [(x: Double, y: Double, text: String)] {
        var best: [ParameterValue: Double] = [:]
        // The best first: the first one of each value stays.
        for outcome in ranked {
            guard let value = outcome.trial.parameters[scale.name], let y = outcome.value else { continue }
            if let known = best[value], !metric.isBetter(y, than: known) { continue }
            best[value] = y
        }
        return scale.values.compactMap { value in
            guard let x = scale.position(value), let y = best[value] else { return nil }
            return (x, y, ParameterScale.text(value))
        }
    }

    /// -0.15…0.15, so that equal values do not hide each other; by index, so that a picture stays the same.
    private func jitter(_ index: Int) -> Double { Double((index &* 61) % 31 - 15) / 100 }
}
