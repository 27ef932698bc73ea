/// How much of the variance between trials each parameter explains.
public struct ParameterImportance: Codable, Sendable, Equatable {
    public enum Method: String, Codable, Sendable {
        /// Exact functional analysis of variance on a full grid.
        case anova
        /// Functional analysis of variance over a forest of regression trees (Hutter, Hoos, Leyton-Brown 2014).
        case forest
    }

    public struct Share: Codable, Sendable, Equatable {
        /// One name: a main effect. Two: their interaction.
        public var parameters: [String]
        /// Fraction of the variance, 0…1.
        public var share: Double
        /// Of the estimate; 0 where it is exact.
        public var standardError: Double

        enum CodingKeys: String, CodingKey {
            case parameters, share
            case standardError = "standard_error"
        }

        public init(parameters: [String], share: Double, standardError: Double) {
            (self.parameters, self.share, self.standardError) = (parameters, share, standardError)
        }
    }

    public var method: Method
    /// Trials with a value; diverged trials count with `divergedValue`.
    public var trials: Int
    /// The value that diverged trials were given (chance accuracy, or the worst loss); nil when there were none.
    public var divergedValue: Double?
    /// Largest first: all main effects, and pairs of them.
    public var shares: [Share]

    enum CodingKeys: String, CodingKey {
        case method, trials, shares
        case divergedValue = "diverged_value"
    }

    public init(method: Method, trials: Int, divergedValue: Double?, shares: [Share]) {
        (self.method, self.trials, self.divergedValue, self.shares) = (method, trials, divergedValue, shares)
    }

    /// Main effects only, the largest first.
    public var mainEffects: [Share] { shares.filter { $0.parameters.count == 1 } }
}
