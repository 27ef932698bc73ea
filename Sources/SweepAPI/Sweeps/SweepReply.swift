public import FoundationEssentials
public import SweepModel

/// One sweep: `GET /v1/sweeps/{id}`, and an element of the list.
public struct SweepReply: Codable, Sendable, Equatable {
    public var sweep: Int64
    public var name: String
    public var state: SweepState
    @OrNull public var closing: SweepClosing?
    @OrNull public var reason: String?
    public var trials: Int
    /// Number of trials in each state; states without any are left out.
    public var counts: [String: Int]
    @OrNull public var best: BestTrial?
    /// The running trial that is ahead by its last epoch; it does not rank before it has completed.
    @OrNull public var leading: BestTrial?
    public var metric: String
    public var priority: Int
    /// Fraction of all iterations that is done, 0…1; ended trials count as done.
    public var progress: Double
    /// How much is done of the preparation of images that its trials wait for, 0…1; nil where they wait for none.
    @OrNull public var preparing: Double?
    /// Seconds until the last trial ends, from the rate so far; nil when there is none yet.
    @OrNull public var etaSeconds: Double?
    /// Seconds during which the sweep ran.
    public var activeSeconds: Double
    /// Models of this data set that were measured on its test split so far.
    public var testLooks: Int
    public var submittedAt: Date
    @OrNull public var startedAt: Date?
    @OrNull public var endedAt: Date?
    /// The user who submitted it.
    public var uid: Int

    enum CodingKeys: String, CodingKey {
        case sweep, name, state, closing, reason, trials, counts, best, leading, metric, priority, progress
        case preparing, uid
        case etaSeconds = "eta_s"
        case activeSeconds = "active_s"
        case testLooks = "test_looks"
        case submittedAt = "submitted_at"
        case startedAt = "started_at"
        case endedAt = "ended_at"
    }

    public init(
        sweep: Int64, name: String, state: SweepState, closing: SweepClosing?, reason: String?, trials: Int,
        counts: [String: Int], best: BestTrial?, leading: BestTrial? = nil, metric: String, priority: Int,
        progress: Double, preparing: Double? = nil, etaSeconds: Double?, activeSeconds: Double, testLooks: Int,
        submittedAt: Date, startedAt: Date?, endedAt: Date?, uid: Int
    ) {
        (self.sweep, self.name, self.state, self.closing, self.reason) = (sweep, name, state, closing, reason)
        (self.trials, self.counts, self.best, self.leading, self.metric) = (trials, counts, best, leading, metric)
        (self.priority, self.progress, self.preparing, self.etaSeconds) = (priority, progress, preparing, etaSeconds)
        (self.activeSeconds, self.testLooks, self.submittedAt) = (activeSeconds, testLooks, submittedAt)
        (self.startedAt, self.endedAt, self.uid) = (startedAt, endedAt, uid)
    }

    /// Trials of this state.
    public func count(_ state: TrialState) -> Int { counts[state.rawValue] ?? 0 }
}

/// `GET /v1/sweeps`: the newest first.
public struct StatusReply: Codable, Sendable, Equatable {
    public var daemon: DaemonReply
    public var sweeps: [SweepReply]
    /// Give it as `before` to get the next page; nil on the last one.
    @OrNull public var nextBefore: Int64?

    enum CodingKeys: String, CodingKey {
        case daemon, sweeps
        case nextBefore = "next_before"
    }

    public init(daemon: DaemonReply, sweeps: [SweepReply], nextBefore: Int64?) {
        (self.daemon, self.sweeps, self.nextBefore) = (daemon, sweeps, nextBefore)
    }
}
