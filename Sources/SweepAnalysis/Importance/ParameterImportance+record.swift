import SweepModel

extension ParameterImportance {
    /// Fewer trials with a value say nothing about several parameters.
    static let minimumTrials = 8

    /// Analyses the trials of `record` that completed or diverged.
    ///
    /// Exact on a full grid, where every combination of the varied parameters has a value; a forest otherwise, whose
    /// random numbers follow the sweep's seed. Nil when no parameter has two values, when fewer than 8 trials have a
    /// value, or when all values are equal.
    public init?(of record: SweepRecord) {
        self.init(ImportanceSample(of: record), seed: record.spec.seed)
    }

    init?(_ sample: ImportanceSample, seed: UInt64) {
        guard !sample.axes.isEmpty, sample.values.count >= Self.minimumTrials else { return nil }
        if let grid = GridAnalysis(sample) {
            self.init(.anova, sample, grid.shares, VarianceTable(axes: sample.axes.count))
        } else if let forest = ForestAnalysis(sample, seed: seed) {
            self.init(.forest, sample, forest.shares, forest.standardErrors)
        } else {
            return nil
        }
    }

    private init(_ method: Method, _ sample: ImportanceSample, _ shares: VarianceTable, _ errors: VarianceTable) {
        let names = sample.axes.map(\.name)
        let main = names.indices.map {
            Share(parameters: [names[$0]], share: shares.main[$0], standardError: errors.main[$0])
        }
        let pairs = VarianceTable.pairs(of: names.count).enumerated().map { place, pair in
            Share(
                parameters: [names[pair.0], names[pair.1]], share: shares.pairs[place],
                standardError: errors.pairs[place])
        }
        let ranked = (main + pairs).enumerated()
            .sorted { ($1.element.share, $0.offset) < ($0.element.share, $1.offset) }
        self.init(
            method: method, trials: sample.values.count, divergedValue: sample.divergedValue,
            shares: ranked.map(\.element))
    }
}
