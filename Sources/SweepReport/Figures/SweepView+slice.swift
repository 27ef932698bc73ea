import Plots
import SweepAnalysis
import SweepModel

extension SweepView {
    private static let mostPerPanel = 600

    func slice() throws(PlotError) -> Figure {
        let names = if let x = choices.x { [try checked(x)] } else { varied }
        let title = "Slice" + (choices.x.map { " of \($0)" } ?? "")
        guard !names.isEmpty else { return unvaried(title) }
        guard !ranked.isEmpty else { return empty(title) }
        let panels = names.map(panel)
        let thinned =
            ranked.count > Self.mostPerPanel ? "; \(Self.mostPerPanel) of \(NumberText.count(ranked.count)) trials" : ""
        return Figure(
            title: title,
            subtitle: "\(metric.label) over \(names.count == 1 ? names[0] : "each parameter")"
                + (count(.diverged) > 0 ? "; crosses: diverged" : "") + thinned,
            summary: panels.map(\.summary).joined(separator: " "),
            content: panels.count == 1 ? panels[0].content : .panels(panels))
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
        if bests.count > 1, scale.values.count <= ParameterScale.mostPlaces {
            series.append(
                Chart.Series(
                    "best of each value", weight: .normal, tone: .accent,
                    points: bests.map { Chart.Point($0.x, $0.y, note: "\(name) \($0.text): best \(text($0.y))") }))
        }
        var marks: [Chart.Mark] = []
        if let best, let x = scale.position(best.trial.parameters[name]), let y = best.value {
            marks.append(Chart.Mark(x: x, y: y, sign: .star, note: note(best)))
        }
        let values = points.map(\.y)
        let chance = nearChance(values)
        if let level = worstEnd(of: values, chance: chance) { marks += crosses(scale, at: level) }
        let chart = Chart(
            x: scale.axis, y: metricAxis(isLogarithmic: !metric.isAccuracy && values.spansDecades),
            series: series, rules: Self.chanceRules(chance), marks: marks, hasLegend: false)
        let told = bests.count > 1 && bests.count <= 8 ? bests.map { "\(text($0.y)) at \($0.text)" } : []
        let value = best.flatMap { $0.trial.parameters[name] }.map { ParameterScale.text($0) } ?? "–"
        let summary =
            told.isEmpty
            ? "\(name): the best trial has \(value)." : "\(name): best \(Sentence.list(told))."
        return Figure(title: name, summary: summary, content: .chart(chart))
    }

    /// Where those stand that have no value: at the end of the worse ones. Nil when nobody has a value.
    func worstEnd(of values: [Double], chance: Double?) -> Double? {
        guard metric.maximizes else { return values.max() }
        return values.min().map { min($0, chance ?? $0) }
    }

    /// Where trials diverged: one cross for each value, or for each trial where there are too many values.
    private func crosses(_ scale: ParameterScale, at level: Double) -> [Chart.Mark] {
        let diverged = outcomes.filter { $0.trial.state == .diverged }
        guard scale.values.count <= ParameterScale.mostPlaces else {
            return diverged.evenly(200).compactMap { outcome in
                scale.position(outcome.trial.parameters[scale.name]).map { x in
                    Chart.Mark(x: x, y: level, sign: .cross, tone: .bad, note: note(outcome))
                }
            }
        }
        return scale.values.compactMap { value in
            let count = diverged.count { $0.trial.parameters[scale.name] == value }
            guard count > 0, let x = scale.position(value) else { return nil }
            let all = outcomes.count { $0.trial.parameters[scale.name] == value }
            return Chart.Mark(
                x: x, y: level, sign: .cross, tone: .bad,
                note: "\(scale.name) \(ParameterScale.text(value)): \(count) of \(all) diverged")
        }
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
    private func jitter(_ index: Int) -> Double {
        // Multiplied by the golden ratio, indices fall evenly whatever the steps between them.
        let turn = Double(index) * 0.618_033_988_749_895
        return (turn - turn.rounded(.down)) * 0.3 - 0.15
    }
}
