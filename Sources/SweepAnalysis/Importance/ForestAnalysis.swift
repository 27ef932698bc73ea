/// Functional analysis of variance averaged over a forest of regression trees.
///
/// Source: Hutter, Hoos, Leyton-Brown, "An Efficient Approach for Assessing Hyperparameter Importance" (2014).
struct ForestAnalysis {
    /// Trees; the more, the steadier the mean.
    static let trees = 64
    /// Draws a tree. Beyond it a tree takes longer and its shares hardly change.
    static let maximumDraws = 1024
    /// Draws a box at least, so that a tree does not explain single trials' noise.
    static let minimumLeaf = 3

    let shares: VarianceTable
    let standardErrors: VarianceTable

    /// Nil if no tree finds anything to split.
    init?(_ sample: ImportanceSample, seed: UInt64, minimumLeaf: Int = ForestAnalysis.minimumLeaf) {
        let count = sample.values.count
        guard count > 0 else { return nil }
        var draws = RandomDraws(seed: seed)
        var tables: [VarianceTable] = []
        for _ in 0..<Self.trees {
            let rows = (0..<min(count, Self.maximumDraws)).map { _ in draws.index(below: count) }
            let tree = RegressionTree(sample, rows: rows, minimumLeaf: minimumLeaf)
            if let analysis = TreeAnalysis(tree, axes: sample.axes) { tables.append(analysis.shares) }
        }
        guard !tables.isEmpty else { return nil }
        // The spread of a mean over m draws out of n trials is √(n / m) times that over n draws.
        let scale = (Double(min(count, Self.maximumDraws)) / Double(count)).squareRoot()
        var (means, errors) = (VarianceTable(axes: sample.axes.count), VarianceTable(axes: sample.axes.count))
        for axis in means.main.indices {
            (means.main[axis], errors.main[axis]) = Self.meanAndError(tables.map { $0.main[axis] }, scale)
        }
        for pair in means.pairs.indices {
            (means.pairs[pair], errors.pairs[pair]) = Self.meanAndError(tables.map { $0.pairs[pair] }, scale)
        }
        (shares, standardErrors) = (means, errors)
    }

    /// The spread over trees is the bootstrap's standard error of one tree's share, since each tree grows on its own
    /// resample. The mean of all trees is steadier: over repeated samples of test functions it scatters half to two
    /// thirds as much, so the error is rather too large than too small.
    private static func meanAndError(_ values: [Double], _ scale: Double) -> (Double, Double) {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        guard values.count > 1 else { return (mean, 0) }
        let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        return (mean, square.squareRoot() * scale)
    }
}
