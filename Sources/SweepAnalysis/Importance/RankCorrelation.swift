/// How far one quantity rises with another, whatever the shape.
enum RankCorrelation {
    /// Spearman's, -1…1: Pearson's of the ranks, ties with the mean of their ranks; nil where either is constant.
    static func spearman(_ x: [Double], _ y: [Double]) -> Double? {
        guard x.count == y.count, x.count > 1 else { return nil }
        let (a, b) = (ranks(x), ranks(y))
        let mean = Double(x.count + 1) / 2
        var (ab, aa, bb) = (0.0, 0.0, 0.0)
        for index in a.indices {
            let (u, v) = (a[index] - mean, b[index] - mean)
            ab += u * v
            aa += u * u
            bb += v * v
        }
        guard aa > 0, bb > 0 else { return nil }
        return min(max(ab / (aa * bb).squareRoot(), -1), 1)
    }

    /// 1…n.
    static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var ranks = [Double](repeating: 0, count: values.count)
        var first = 0
        while first < order.count {
            var last = first
            while last + 1 < order.count, values[order[last + 1]] == values[order[first]] { last += 1 }
            for place in first...last { ranks[order[place]] = Double(first + last) / 2 + 1 }
            first = last + 1
        }
        return ranks
    }
}
