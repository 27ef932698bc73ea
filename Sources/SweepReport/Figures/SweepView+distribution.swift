import Plots
import SweepAnalysis
import SweepModel

extension SweepView {
    func distribution() -> Figure {
        let title = "Distribution of results"
        let values = ranked.compactMap(\.value)
        guard let low = values.min(), let high = values.max() else { return empty(title) }
        let bins = Histogram(values, from: low, to: high)
        let noise = metric == .valAccuracy ? noise : nil
        let edge = noise.map { $0.bestAccuracy - $0.standardError }
        let columns = bins.counts.enumerated().filter { $0.element > 0 }.map { place, count in
            let from = bins.edge(place), to = bins.edge(place + 1)
            return Chart.Point(
                (from + to) / 2, Double(count),
                note: "\(text(from)) to \(text(to)): \(Sentence.count(count, "trial"))",
                tone: edge.map { to > $0 } == true ? .accent : nil)
        }
        var rules: [Chart.Rule] = []
        if let edge { rules.append(Chart.Rule(.x(edge), label: "best − 1 standard error")) }
        if let chance { rules.append(Chart.Rule(.x(chance), label: "chance")) }
        let axis = metricAxis()
        let chart = Chart(
            x: axis, y: Axis("trials", format: .integer),
            series: [Chart.Series("trials", .columns(width: bins.width), points: columns)], rules: rules,
            hasLegend: false)
        let near = edge.map { edge in values.count { $0 >= edge } }
        let middle = values.sorted()[values.count / 2]
        let tied = near.map {
            "; \($0) within one standard error (\(NumberText.fixed(noise?.standardError ?? 0, 3))) of it"
        }
        return Figure(
            title: title,
            subtitle: "\(Sentence.count(values.count, "trial")) with a value"
                + (values.count < outcomes.count ? " of \(outcomes.count)" : ""),
            summary: "\(bestClause)\(tied ?? ""). Median \(text(middle)); \(statesClause).", content: .chart(chart))
    }
}

/// Counts over equal bins with round edges.
struct Histogram {
    let first: Double
    let width: Double
    private(set) var counts: [Int]

    /// About 20 bins; `values` are finite, between `low` and `high`.
    init(_ values: [Double], from low: Double, to high: Double) {
        let span = high - low
        width = span > 0 && span.isFinite ? Self.round(span / 20) : Self.round(max(abs(low), 1e-3) / 20)
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
