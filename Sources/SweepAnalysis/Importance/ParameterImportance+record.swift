import SweepModel

extension ParameterImportance {
    /// Analyses the trials of `record` that completed or diverged.
    ///
    /// Exact on a full grid, where every combination of the varied parameters has a value; a forest otherwise.
    /// Nil when no parameter has two values, when fewer than 8 trials have a value, or when all values are equal.
    public init?(of record: SweepRecord) {
        nil
    }
}
