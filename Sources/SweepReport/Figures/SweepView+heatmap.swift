import Plots
import SweepAnalysis
import SweepModel

extension SweepView {
    func heatmap() throws(PlotError) -> Figure {
        let x = if let x = choices.x { try checked(x) } else { nil as String? }
        let y = if let y = choices.y { try checked(y) } else { nil as String? }
        if let x, x == y {
            throw PlotError("x and y are both \(x); choose two of \(Sentence.list(varied))")
        }
        guard varied.count > 1, let pair = pair(x, y) else {
            let sentence =
                varied.isEmpty
                ? "All trials of this sweep have the same parameters; a heat map needs two that differ."
                : "This sweep varies \(varied[0]) only; a heat map needs two parameters, see the slice."
            return Figure(title: "Heat map", summary: sentence, content: .empty(sentence))
        }
        let title = "\(pair.x) × \(pair.y)"
        guard outcomes.contains(where: { $0.value != nil || $0.trial.state.isEnded }) else { return empty(title) }
        return heatmap(
            title, ParameterBins(ParameterScale(pair.x, of: record)), ParameterBins(ParameterScale(pair.y, of: record)))
    }

    /// Fills in what was not chosen: by importance, then by the order of the file.
    private func pair(_ x: String?, _ y: String?) -> (x: String, y: String)? {
        let important = x != nil && y != nil ? [] : (importance?.mainEffects.flatMap(\.parameters) ?? [])
        var rest = (important + varied).filter { $0 != x && $0 != y && varied.contains($0) }
        guard let first = x ?? rest.first else { return nil }
        rest.removeAll { $0 == first }
        guard let second = y ?? rest.first else { return nil }
        return (first, second)
    }

    private func heatmap(_ title: String, _ x: ParameterBins, _ y: ParameterBins) -> Figure {
        var groups = Array(repeating: Array(repeating: [Outcome](), count: x.labels.count), count: y.labels.count)
        // The best first, so that the first of a cell is its best; then those without a value.
        for outcome in ranked + outcomes.filter({ $0.value == nil }) {
            guard let column = x.place(of: outcome.trial), let row = y.place(of: outcome.trial) else { continue }
            groups[row][column].append(outcome)
        }
        let values = groups.map { row in row.map(cellValue) }
        let top = values.joined().compactMap { $0 }.reduce(nil as Double?) { best, value in
            if let best, !metric.isBetter(value, than: best) { best } else { value }
        }
        var cells: [[Heatmap.Cell?]] = []
        for row in groups.indices {
            cells.append(
                groups[row].indices.map { column in
                    let group = groups[row][column]
                    guard !group.isEmpty, group.contains(where: { $0.value != nil || $0.trial.state.isEnded }) else {
                        return nil
                    }
                    let value = values[row][column]
                    return Heatmap.Cell(
                        value,
                        note: cellNote(
                            group, "\(x.scale.name) \(x.labels[column])", "\(y.scale.name) \(y.labels[row])"),
                        isMarked: value != nil && value == top, link: group.first.flatMap { link($0.trial.id) })
                })
        }
        let crossed = cells.joined().count { $0 != nil && $0?.value == nil }
        let rest = choices.value == .best ? "best" : "mean"
        let content = Heatmap(
            x: Axis(x.axisLabel, scale: .categories(x.shortLabels)),
            // Numbers grow upwards, and the first row is the top one.
            y: Axis(y.axisLabel, scale: .categories(y.isAscending ? y.shortLabels.reversed() : y.shortLabels)),
            value: metricAxis(), cells: y.isAscending ? cells.reversed() : cells, hasNumbers: x.labels.count <= 8)
        return Figure(
            title: title,
            subtitle: "\(rest) \(metric.label) over all else"
                + (crossed > 0 ? "; crossed out: all diverged or without a value" : ""),
            summary: heatmapSummary(x, y, values, top: top, crossed: crossed), content: .heatmap(content))
    }

    private func heatmapSummary(
        _ x: ParameterBins, _ y: ParameterBins, _ values: [[Double?]], top: Double?, crossed: Int
    ) -> String {
        guard let top, let row = values.firstIndex(where: { $0.contains(top) }),
            let column = values[row].firstIndex(of: top)
        else { return "No cell has a value: \(statesClause)." }
        let word = choices.value == .best ? "Best" : "Highest mean"
        let shown = metric.maximizes || choices.value == .best ? word : "Lowest mean"
        let lost =
            crossed == 0
            ? "" : " \(Sentence.count(crossed, "cell")) of \(x.labels.count * y.labels.count) have no value."
        return "\(shown) \(metric.label) \(text(top)) at \(x.scale.name) \(x.labels[column]) and "
            + "\(y.scale.name) \(y.labels[row]).\(lost)"
    }

    private func cellValue(_ group: [Outcome]) -> Double? {
        let values = group.compactMap(\.value)
        guard let first = values.first else { return nil }
        switch choices.value {
        // Completed trials come first, but a running one may already be better.
        case .best: return values.reduce(first) { metric.isBetter($1, than: $0) ? $1 : $0 }
        case .mean: return values.reduce(0, +) / Double(values.count)
        }
    }

    private func cellNote(_ group: [Outcome], _ x: String, _ y: String) -> String {
        let values = group.compactMap(\.value)
        let diverged = group.count { $0.trial.state == .diverged }
        var parts = ["\(x), \(y): \(Sentence.count(group.count, "trial"))"]
        if let first = group.first, let value = first.value {
            parts.append("best \(text(value)) (trial \(first.trial.id))")
        }
        if values.count > 1 { parts.append("mean \(text(values.reduce(0, +) / Double(values.count)))") }
        if diverged > 0 { parts.append("\(diverged) diverged") }
        return parts.joined(separator: ", ")
    }
}

/// A parameter's values as a few named places: each value its own, or ranges of equal width on its scale.
struct ParameterBins {
    /// More distinct numbers than these are put into ranges.
    private static let mostValues = 12
    private static let ranges = 8

    let scale: ParameterScale
    let labels: [String]
    /// For the axis: of a range only where it begins.
    let shortLabels: [String]
    /// Numbers, the smallest first.
    let isAscending: Bool
    /// Inner edges on the scale's axis; nil when each value has its own place.
    private let edges: [Double]?
    private let places: [ParameterValue: Int]

    init(_ scale: ParameterScale) {
        self.scale = scale
        let numbers = scale.values.compactMap { scale.position($0) }
        let isCategories = if case .categories = scale.kind { true } else { false }
        isAscending = scale.values.allSatisfy { $0.doubleValue != nil }
        places = Dictionary(uniqueKeysWithValues: scale.values.enumerated().map { ($1, $0) })
        guard !isCategories, scale.values.count > Self.mostValues, let low = numbers.min(), let high = numbers.max()
        else {
            (labels, edges) = (scale.values.map(ParameterScale.text), nil)
            shortLabels = labels
            return
        }
        let isLogarithmic = scale.kind == .logarithmic
        let (from, to) = isLogarithmic ? (Decade.log(low), Decade.log(high)) : (low, high)
        let all = (0...Self.ranges).map { from + (to - from) * Double($0) / Double(Self.ranges) }
        let shown = all.map { NumberText.short(isLogarithmic ? Decade.exp($0) : $0, significant: 2) }
        edges = Array(all.dropFirst().dropLast())
        labels = zip(shown, shown.dropFirst()).map { "\($0)…\($1)" }
        shortLabels = shown.dropLast()
    }

    var axisLabel: String { edges == nil ? scale.name : scale.name + ", from" }

    func place(of trial: Trial) -> Int? {
        guard let value = trial.parameters[scale.name] else { return nil }
        guard let edges else { return places[value] }
        guard let position = scale.position(value), position.isFinite else { return nil }
        let on = scale.kind == .logarithmic ? Decade.log(position) : position
        return edges.count { $0 <= on }
    }
}
