import Plots
import SweepAnalysis
import SweepModel

extension SweepView {
    func history() -> Figure {
        let title = "History"
        let ended = outcomes.filter { $0.trial.state.isEnded }
        let hasEnded = ended.contains { $0.hasCompleted }
        let shown = hasEnded ? inOrderOfEnd(ended) : outcomes
        let places = shown.enumerated().map { (x: Double($0.offset + 1), outcome: $0.element) }
        guard places.contains(where: { $0.outcome.value != nil }) else { return empty(title) }
        let values = places.compactMap { $0.outcome.value }
        let isLogarithmic = !metric.isAccuracy && values.spansDecades
        let chance = nearChance(values)
        let worst = worstEnd(of: values, chance: chance) ?? 0
        func points(_ test: (Outcome) -> Bool) -> [Chart.Point] {
            places.filter { test($0.outcome) }.evenly(Self.mostPoints).map { place in
                Chart.Point(
                    place.x, place.outcome.value ?? .nan, note: note(place.outcome), link: link(place.outcome.trial.id))
            }
        }
        var series = [
            Chart.Series(
                "not completed", .points, weight: .faint, tone: .muted,
                points: points { $0.value != nil && !$0.hasCompleted }),
            Chart.Series("trials", .points, tone: .category(0), points: points(\.hasCompleted)),
            Chart.Series("best so far", .steps, weight: .strong, tone: .accent, points: bestSoFar(places)),
        ]
        series.removeAll { $0.points.isEmpty }
        let crosses = places.filter { $0.outcome.trial.state == .diverged }.evenly(Self.mostCurves).map { place in
            Chart.Mark(x: place.x, y: worst, sign: .cross, tone: .bad, note: note(place.outcome))
        }
        let chart = Chart(
            x: Axis(hasEnded ? "trials ended" : "trial index, from 1", format: .integer),
            y: metricAxis(isLogarithmic: isLogarithmic), series: series, rules: targetRules + Self.chanceRules(chance),
            marks: crosses)
        let diverged = crosses.isEmpty ? "" : "; crosses: \(NumberText.count(count(.diverged))) diverged"
        return Figure(
            title: title,
            subtitle: (hasEnded ? "in the order in which trials ended" : "none has completed: last values") + diverged,
            summary: "\(bestClause); \(statesClause).", content: .chart(chart))
    }

    /// More points of one kind are thinned out evenly.
    static let mostPoints = 1000

    private var targetRules: [Chart.Rule] {
        guard let target = record.spec.metric.target, metric == PlotMetric(record.spec.metric.name) else { return [] }
        return [Chart.Rule(.y(target), label: "target \(text(target))")]
    }

    private func inOrderOfEnd(_ ended: [Outcome]) -> [Outcome] {
        ended.sorted { a, b in
            guard let x = a.trial.endedAt, let y = b.trial.endedAt, x != y else {
                return a.trial.index < b.trial.index
            }
            return x < y
        }
    }

    private func bestSoFar(_ places: [(x: Double, outcome: Outcome)]) -> [Chart.Point] {
        var points: [Chart.Point] = []
        var best: Double?
        for place in places {
            guard place.outcome.hasCompleted, let value = place.outcome.value else { continue }
            if let known = best, !metric.isBetter(value, than: known) { continue }
            best = value
            points.append(Chart.Point(place.x, value, note: note(place.outcome), link: link(place.outcome.trial.id)))
        }
        if let best, let end = places.last?.x, points.last?.x != end { points.append(Chart.Point(end, best)) }
        return points
    }
}
