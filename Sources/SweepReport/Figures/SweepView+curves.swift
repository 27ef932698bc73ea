import Plots
import SweepAnalysis
import SweepModel

extension SweepView {
    /// More lines than these are thinned out evenly.
    static let mostCurves = 300
    private static let named = 5

    func curves() -> Figure {
        let title = "Learning curves"
        let withCurve = outcomes.filter { !(record.curves[$0.trial.id] ?? []).isEmpty }
        guard !withCurve.isEmpty else { return empty(title) }
        let leaders = ranked.filter { record.curves[$0.trial.id]?.isEmpty == false }.prefix(Self.named)
        let leading = Set(leaders.map(\.trial.id))
        let others = withCurve.filter { !leading.contains($0.trial.id) }.evenly(Self.mostCurves)
        var series = others.map { outcome in
            Chart.Series(
                "", weight: .faint, tone: .muted, points: points(of: outcome, noting: true),
                link: link(outcome.trial.id))
        }
        for (place, outcome) in leaders.enumerated() {
            let name = "trial \(outcome.trial.id): \(outcome.value.map(text) ?? "–")"
            series.append(
                Chart.Series(
                    name, weight: .strong, tone: .category(place), points: points(of: outcome, noting: false),
                    link: link(outcome.trial.id)))
        }
        // The legend goes from the best down, the drawing from the best up.
        if let first = leaders.first {
            series.append(
                Chart.Series(
                    "", weight: .strong, tone: .category(0), points: points(of: first, noting: true),
                    link: link(first.trial.id)))
        }
        let marks = withCurve.filter { $0.trial.state == .diverged }.evenly(Self.mostCurves).compactMap(cross)
        let isLogarithmic = !metric.isAccuracy && series.flatMap(\.points).map(\.y).spansDecades
        let chart = Chart(
            x: Axis("iteration", format: .integer), y: metricAxis(isLogarithmic: isLogarithmic), series: series,
            rules: Self.chanceRules(chance), marks: marks)
        let diverged = count(.diverged)
        let divergence =
            diverged == 0
            ? ""
            : "; \(NumberText.count(diverged)) of \(NumberText.count(outcomes.count)) diverged, crossed where they died"
        return Figure(
            title: title, subtitle: curvesSubtitle(drawn: others.count + leaders.count, of: withCurve.count),
            summary: "\(Sentence.capitalized(metric.label)) over iterations. \(bestClause)\(divergence).",
            content: .chart(chart))
    }

    private func curvesSubtitle(drawn: Int, of all: Int) -> String {
        let thinned =
            drawn < all ? "\(drawn) of \(NumberText.count(all)) trials, evenly chosen" : Sentence.count(all, "trial")
        let crosses = count(.diverged) > 0 ? "; crosses: diverged" : ""
        return metric.label + " of " + thinned + crosses
    }

    private func points(of outcome: Outcome, noting: Bool) -> [Chart.Point] {
        var points = (record.curves[outcome.trial.id] ?? []).map { epoch in
            Chart.Point(Double(epoch.iteration), metric.value(of: epoch.metrics) ?? .nan)
        }
        // The kept weights were measured after the last epoch.
        let trial = outcome.trial
        if record.spec.keep == .last, trial.state == .completed, let value = outcome.value, let last = points.last,
            Double(trial.iteration) > last.x
        {
            points.append(Chart.Point(Double(trial.iteration), value))
        }
        // Names a line that the legend does not.
        if noting, let last = points.lastIndex(where: { $0.y.isFinite }) { points[last].note = note(outcome) }
        return points
    }

    private func cross(_ outcome: Outcome) -> Chart.Mark? {
        let values = (record.curves[outcome.trial.id] ?? []).compactMap { metric.value(of: $0.metrics) }
        guard let last = values.last else { return nil }
        return Chart.Mark(
            x: Double(outcome.trial.iteration), y: last, sign: .cross, tone: .bad, note: note(outcome))
    }
}
