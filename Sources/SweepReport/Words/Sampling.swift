extension Collection {
    /// At most `limit` elements, evenly spread, the first and the last among them.
    func evenly(_ limit: Int) -> [Element] {
        guard count > limit, limit > 1 else { return limit < 1 ? [] : Array(prefix(count > limit ? limit : count)) }
        let all = Array(self)
        return (0..<limit).map { all[$0 * (all.count - 1) / (limit - 1)] }
    }
}

extension Collection<Double> {
    /// Whether the values above 0 span more than one and a half decades.
    var spansDecades: Bool {
        let positive = filter { $0.isFinite && $0 > 0 }
        guard let low = positive.min(), let high = positive.max() else { return false }
        return Decade.log(high) - Decade.log(low) > 1.5
    }
}
