/// A change to one running or claimed trial. Applied only while the row still has this attempt and this boot.
public struct TrialWrite: Sendable {
    public var trial: Int64
    public var attempt: Int
    public var update: TrialUpdate

    public init(trial: Int64, attempt: Int, update: TrialUpdate) {
        (self.trial, self.attempt, self.update) = (trial, attempt, update)
    }
}

public enum TrialUpdate: Sendable {
    /// `queued → running`: the only update that does not ask for the boot, but sets it.
    case started(instructionSet: String, iterations: Int, iteration: Int)
    /// A point of the learning curve; also moves the trial's iteration, metrics and seconds. A point that is already
    /// there (after going on from an older checkpoint) is overwritten.
    case epoch(EpochPoint)
    /// A checkpoint file is durable.
    case checkpointed(StoredFile, seconds: Double)
    /// `running → queued`, the checkpoint kept, the attempt not charged.
    case requeued
    /// The checkpoint could not be used: epochs after iteration 0 and the checkpoint are dropped.
    case restarted(reason: String)
    /// `running → queued` for the next attempt, from the start: the curve and the checkpoint are dropped.
    case retried(reason: String)
    /// `running → ` an end state. `metrics` is nil where there are none (diverged keeps those of its last epoch).
    /// Clears the checkpoint.
    case ended(
        TrialState, reason: String?, iteration: Int, metrics: TrialMetrics?, model: StoredFile?, deadUnits: Int? = nil,
        seconds: Double)
}

/// A change to one sweep's row.
public struct SweepChange: Sendable {
    public var state: SweepState?
    public var closing: SweepClosing?
    public var reason: String?
    public var datasetDigest: String?
    public var activeSeconds: Double?
    /// When set, every `queued` trial of the sweep becomes `cancelled` with this reason in the same transaction.
    public var cancelQueued: String?

    public init(
        state: SweepState? = nil, closing: SweepClosing? = nil, reason: String? = nil, datasetDigest: String? = nil,
        activeSeconds: Double? = nil, cancelQueued: String? = nil
    ) {
        self.state = state
        self.closing = closing
        self.reason = reason
        self.datasetDigest = datasetDigest
        self.activeSeconds = activeSeconds
        self.cancelQueued = cancelQueued
    }
}

/// What `apply` did.
public struct ApplyReport: Sendable {
    /// Trials whose write changed no row, because another attempt or boot owns it: whoever sent it must drop the trial.
    public var fenced: [Int64]
    /// The events as stored.
    public var events: [Event]

    public init(fenced: [Int64] = [], events: [Event] = []) { (self.fenced, self.events) = (fenced, events) }
}

/// What the store found when this boot opened it.
public struct Recovery: Sendable {
    /// Trials that another boot had left `running`; now `queued` with the next attempt.
    public var orphaned: [Int64]
    /// Whether the boot before this one had stopped cleanly (true for a new database).
    public var cleanStop: Bool

    public init(orphaned: [Int64], cleanStop: Bool) { (self.orphaned, self.cleanStop) = (orphaned, cleanStop) }
}
