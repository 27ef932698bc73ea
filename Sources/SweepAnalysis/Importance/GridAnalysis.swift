/// Exact functional analysis of variance on a full grid.
///
/// f = f₀ + Σ fᵢ(xᵢ) + Σ fᵢⱼ(xᵢ, xⱼ) + …, each term with mean zero over each of its variables; a term's share is its
/// mean square over the grid, divided by that of f - f₀ (Sobol 1993; Hutter, Hoos, Leyton-Brown 2014, section 2).
struct GridAnalysis {
    /// Largest number of points looked at; beyond it the forest's estimate is as good.
    static let maximumPoints = 1 << 20

    let shares: VarianceTable

    /// Nil unless every combination of codes has a value, or if all values are equal. Of trials with the same
    /// combination the mean counts.
    init?(_ sample: ImportanceSample) {
        let sizes = sample.axes.map(\.codes)
        var points = 1
        for size in sizes {
            points = points.multipliedReportingOverflow(by: size).partialValue
            guard points > 0, points <= min(Self.maximumPoints, sample.values.count) else { return nil }
        }
        var strides = [Int](repeating: 1, count: sizes.count)
        for axis in sizes.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * sizes[axis + 1] }
        var cells = [Double](repeating: 0, count: points)
        var counts = [Int](repeating: 0, count: points)
        for trial in sample.values.indices {
            let cell = sizes.indices.reduce(0) { $0 + strides[$1] * sample.codes[$1][trial] }
            cells[cell] += sample.values[trial]
            counts[cell] += 1
        }
        guard counts.allSatisfy({ $0 > 0 }) else { return nil }
        let count = Double(points)
        for cell in cells.indices { cells[cell] /= Double(counts[cell]) }
        let mean = cells.reduce(0, +) / count
        for cell in cells.indices { cells[cell] -= mean }
        let total = cells.reduce(0) { $0 + $1 * $1 } / count
        guard total > 1e-24 * (1 + mean * mean) else { return nil }

        var shares = VarianceTable(axes: sizes.count)
        var effects: [[Double]] = []
        for axis in sizes.indices {
            var sums = [Double](repeating: 0, count: sizes[axis])
            for cell in cells.indices { sums[cell / strides[axis] % sizes[axis]] += cells[cell] }
            effects.append(sums.map { $0 * Double(sizes[axis]) / count })
            shares.main[axis] = effects[axis].reduce(0) { $0 + $1 * $1 } / Double(sizes[axis]) / total
        }
        for (place, (a, b)) in VarianceTable.pairs(of: sizes.count).enumerated() {
            var sums = [Double](repeating: 0, count: sizes[a] * sizes[b])
            for cell in cells.indices {
                sums[cell / strides[a] % sizes[a] * sizes[b] + cell / strides[b] % sizes[b]] += cells[cell]
            }
            let scale = Double(sums.count) / count
            var square = 0.0
            for index in sums.indices {
                let effect = sums[index] * scale - effects[a][index / sizes[b]] - effects[b][index % sizes[b]]
                square += effect * effect
            }
            shares.pairs[place] = square / Double(sums.count) / total
        }
        self.shares = shares
    }
}
