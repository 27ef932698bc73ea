public import FoundationEssentials

/// Who asked for a change: the peer of a Unix socket.
public struct Caller: Sendable, Equatable {
    /// -1 over TCP, where the token stands for a person.
    public var uid: Int
    public var pid: Int
    /// May change what others have submitted. Not stored.
    public var isAdministrator: Bool

    public init(uid: Int, pid: Int, isAdministrator: Bool = false) {
        (self.uid, self.pid, self.isAdministrator) = (uid, pid, isAdministrator)
    }
}

/// A sweep as the store keeps it.
public struct Sweep: Sendable, Equatable {
    public var id: Int64
    public var name: String
    public var state: SweepState
    /// Set while the sweep runs out; see ``SweepClosing``.
    public var closing: SweepClosing?
    /// Why it is closing or has ended, in words; empty when it ended by itself.
    public var reason: String?
    /// The sweep file as it was sent, UTF-8.
    public var file: String
    /// What `--set` and `--name` changed, as JSON text; parsing `file` with these gives the trials again.
    public var overrides: String
    /// Number of trials.
    public var trials: Int
    public var priority: Int
    /// By what its trials are ranked.
    public var metric: RankingMetric
    /// Digest of the training data; nil until the data set was first read.
    public var datasetDigest: String?
    /// The program's version at submission.
    public var version: String
    public var caller: Caller
    public var submittedAt: Date
    public var startedAt: Date?
    public var endedAt: Date?
    /// Seconds during which the sweep ran, pauses and stops left out.
    public var activeSeconds: Double

    public init(
        id: Int64, name: String, state: SweepState, closing: SweepClosing? = nil, reason: String? = nil, file: String,
        overrides: String = "{}", trials: Int, priority: Int = 0, metric: RankingMetric = .valAccuracy,
        datasetDigest: String? = nil, version: String, caller: Caller, submittedAt: Date, startedAt: Date? = nil,
        endedAt: Date? = nil, activeSeconds: Double = 0
    ) {
        self.id = id
        self.name = name
        self.state = state
        self.closing = closing
        self.reason = reason
        self.file = file
        self.overrides = overrides
        self.trials = trials
        self.priority = priority
        self.metric = metric
        self.datasetDigest = datasetDigest
        self.version = version
        self.caller = caller
        self.submittedAt = submittedAt
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.activeSeconds = activeSeconds
    }
}

/// A sweep that is about to be stored with all its trials in one transaction.
public struct NewSweep: Sendable {
    public var name: String
    public var file: String
    public var overrides: String
    public var priority: Int
    public var metric: RankingMetric
    public var datasetDigest: String?
    public var version: String
    public var caller: Caller
    /// A key of the client's: the same key with the same file and overrides returns the sweep that is there.
    public var key: String?
    public var submittedAt: Date
    /// In order of index, from 0 without gaps.
    public var trials: [NewTrial]

    public struct NewTrial: Sendable {
        public var parameters: ParameterAssignment
        public var seed: UInt64

        public init(parameters: ParameterAssignment, seed: UInt64) {
            (self.parameters, self.seed) = (parameters, seed)
        }
    }

    public init(
        name: String, file: String, overrides: String = "{}", priority: Int = 0, metric: RankingMetric = .valAccuracy,
        datasetDigest: String? = nil, version: String, caller: Caller, key: String? = nil, submittedAt: Date,
        trials: [NewTrial]
    ) {
        self.name = name
        self.file = file
        self.overrides = overrides
        self.priority = priority
        self.metric = metric
        self.datasetDigest = datasetDigest
        self.version = version
        self.caller = caller
        self.key = key
        self.submittedAt = submittedAt
        self.trials = trials
    }
}
