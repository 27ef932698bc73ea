public import SweepModel

/// One parameter's values, and how trials fared with each.
public struct ParameterSummary: Codable, Sendable, Equatable {
    public struct Row: Codable, Sendable, Equatable {
        /// The value; the smallest one where a row is a range of them.
        public var lower: ParameterValue
        /// The same as `lower` unless a row is a range.
        public var upper: ParameterValue
        /// Trials in any state.
        public var trials: Int
        public var completed: Int
        public var diverged: Int
        /// Of the sweep's metric over completed trials; nil without any.
        public var mean: Double?
        public var best: Double?
        public var bestTrial: Int64?

        enum CodingKeys: String, CodingKey {
            case lower, upper, trials, completed, diverged, mean, best
            case bestTrial = "best_trial"
        }
    }

    public var name: String
    /// Whether every value is a number.
    public var isNumeric: Bool
    /// Whether a logarithmic axis fits: drawn so, or listed values that span two decades, or one by even factors.
    public var isLogarithmic: Bool
    /// Numbers ascending, words in the order of the file. More than 24 numbers become at most 12 ranges.
    public var rows: [Row]
    /// Spearman's, between the parameter and how good a completed trial is: positive means that larger values are
    /// better, whichever the metric. Nil for words, and for fewer than 8 trials.
    public var rankCorrelation: Double?

    enum CodingKeys: String, CodingKey {
        case name, rows
        case isNumeric = "is_numeric"
        case isLogarithmic = "is_logarithmic"
        case rankCorrelation = "rank_correlation"
    }
}
