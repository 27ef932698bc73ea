import Plots
import SweepAnalysis
import SweepModel

extension SweepView {
    func distribution() -> Figure {
        let title = "Distribution of results"
        let values = ranked.compactMap(\.value)
        guard let low = values.min(), let high = values.max() else { return empty(title) }
        let bins = Histogram(values, from: low, to: high)
        // The same rule as for ties everywhere else.
        let tied = metric == .valAccuracy ? noise?.tied.compactMap { $0.metrics.flatMap(metric.value) } : nil
        let edge = tied?.min()
        let columns = bins.counts.enumerated().filter { $0.element > 0 }.map { place, count in
            let from = bins.edge(place), to = bins.edge(place + 1)
            return Chart.Point(
                (from + to) / 2, Double(count),
                note: "\(text(from)) to \(text(to)): \(Sentence.count(count, "trial"))",
                tone: edge.map { (from + to) / 2 > $0 } == true ? .accent : nil)
        }
        var rules: [Chart.Rule] = []
        if let edge { rules.append(Chart.Rule(.x(edge), label: "as good as the best")) }
        if let chance = nearChance(values) { rules.append(Chart.Rule(.x(chance), label: "chance")) }
        let axis = metricAxis()
        let chart = Chart(
            x: axis, y: Axis("trials", format: .integer),
            series: [Chart.Series("trials", .columns(width: bins.width), points: columns)], rules: rules,
            hasLegend: false)
        let middle = values.sorted()[values.count / 2]
        let near = tied.map { tied in
            "; \(NumberText.count(tied.count - 1)) others cannot be told apart from it (standard error "
                + "\(NumberText.fixed(noise?.standardError ?? 0, record.validationExamples > 1000 ? 4 : 3)))"
        }
        return Figure(
            title: title,
            subtitle: "\(Sentence.count(values.count, "trial")) with a value"
                + (values.count < outcomes.count ? " of \(NumberText.count(outcomes.count))" : ""),
            summary: "\(bestClause)\(near ?? ""). Median \(text(middle)); \(statesClause).", content: .chart(chart))
    }
}

/// Counts over equal bins with round edges.
struct Histogram {
    let first: Double
    let width: Double
    private(set) var counts: [Int]

    /// At most 26 bins; `values` are finite, between `low` and `high`.
    init(_ values: [Double], from low: Double, to high: Double) {
        let span = high - low
        width = span > 0 && span.isFinite ? Self.round(span / 25) : Self.round(max(abs(low), 1e-3) / 25)
        first = (low / width).rounded(.down) * width
        let bins = ((high - first) / width).rounded(.down)
        counts = Array(repeating: 0, count: (bins >= 0 && bins < 1000 ? Int(bins) : 0) + 1)
        for value in values {
            let place = ((value - first) / width).rounded(.down)
            counts[place > 0 ? min(Int(min(place, 1000)), counts.count - 1) : 0] += 1
        }
    }

    func edge(_ place: Int) -> Double { first + Double(place) * width }

    /// The next of 1, 2, 5 times a power of ten.
    private static func round(_ width: Double) -> Double {
        guard width > 0, width.isFinite else { return 1 }
        let power = Decade.power(Decade.floor(width))
        return [1, 2, 5, 10].map { $0 * power }.first { $0 >= width * 0.999 } ?? width
    }
}
