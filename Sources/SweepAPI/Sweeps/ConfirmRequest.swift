public import SweepModel

/// `POST /v1/sweeps/{id}/confirm`: the first configurations again, each with fresh seeds.
public struct ConfirmRequest: Codable, Sendable, Equatable {
    public static let mostConfigurations = 100
    public static let seedCounts = 2...100

    /// The first so many by rank; 3 when left out.
    public var configurations: Int?
    /// Of each; 5 when left out.
    public var seeds: Int?

    public init(configurations: Int? = nil, seeds: Int? = nil) {
        (self.configurations, self.seeds) = (configurations, seeds)
    }
}

/// The sweep that runs them again.
public struct ConfirmReply: Codable, Sendable, Equatable {
    public var sweep: Int64
    /// The sweep whose configurations these are.
    public var of: Int64
    public var name: String
    public var state: SweepState
    public var trials: Int
    /// The same was asked before; nothing new was stored.
    public var replayed: Bool
    /// As they were when they were chosen, by rank.
    public var candidates: [BestTrial]

    public init(
        sweep: Int64, of: Int64, name: String, state: SweepState, trials: Int, replayed: Bool, candidates: [BestTrial]
    ) {
        (self.sweep, self.of, self.name, self.state) = (sweep, of, name, state)
        (self.trials, self.replayed, self.candidates) = (trials, replayed, candidates)
    }
}
