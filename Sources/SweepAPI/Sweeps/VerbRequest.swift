public import SweepModel

/// `POST /v1/sweeps/{id}/pause`, `…/resume`, `…/stop`, `…/cancel`; answered with a ``SweepReply``.
public struct VerbRequest: Codable, Sendable, Equatable {
    /// Kept with the sweep and its cancelled trials; at most 200 characters.
    public var reason: String?

    public init(reason: String? = nil) { self.reason = reason }
}

/// `POST /v1/sweeps/{id}/retry`.
public struct RetryRequest: Codable, Sendable, Equatable {
    /// Which ended trials are queued again: `failed` (the default) and `cancelled` are possible.
    public var states: [TrialState]?

    public init(states: [TrialState]? = nil) { self.states = states }
}

public struct RetryReply: Codable, Sendable, Equatable {
    public var sweep: Int64
    /// Trials that were queued again.
    public var retried: Int

    public init(sweep: Int64, retried: Int) { (self.sweep, self.retried) = (sweep, retried) }
}

/// `GET /v1/sweeps/{id}/audit`: each index exactly once, no gaps, no doubles, each result whole.
public struct AuditReply: Codable, Sendable, Equatable {
    public var sweep: Int64
    public var trials: Int
    public var ended: Int
    public var sound: Bool
    /// One sentence each; empty when sound.
    public var findings: [String]
    /// SHA-256 over index, seed, state, iteration and the bits of every metric: equal for equal results.
    public var digest: String

    public init(sweep: Int64, trials: Int, ended: Int, sound: Bool, findings: [String], digest: String) {
        (self.sweep, self.trials, self.ended) = (sweep, trials, ended)
        (self.sound, self.findings, self.digest) = (sound, findings, digest)
    }
}
