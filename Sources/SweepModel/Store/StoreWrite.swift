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
    /// What a `queued` trial whose parameters were left open is to be; asks for no boot, and is made once only.
    case chosen(ParameterAssignment, seed: UInt64)
    /// `queued → running`: the only update that does not ask for the boot, but sets it.
    case started(instructionSet: String, iterations: Int, iteration: Int)
    /// A point of the learning curve; also moves the trial's iteration, metrics and seconds. A point that is already
    /// there (after going on from an older checkpoint) is overwritten.
    case epoch(EpochPoint)
    /// A checkpoint file is durable; the one before it stays as the trial's previous checkpoint.
    case checkpointed(StoredFile, seconds: Double)
    /// `running → queued`, the checkpoint kept, the attempt not charged.
    case requeued
    /// The last checkpoint is damaged: the previous one takes its place.
    case fellBack
    /// No checkpoint could be used: epochs after iteration 0 and the checkpoint are dropped.
    case restarted(reason: String)
    /// `running → queued` for the next attempt, from the start: the curve and the checkpoint are dropped.
    case retried(reason: String)
    /// `running → pruned`, or `queued → pruned` for one that has waited for its verdict; asks for the boot of the former
    /// only. The last checkpoint stays, the one before it goes; metrics are those of its last epoch.
    case pruned(reason: String, iteration: Int)
    /// `running → ` an end state. `metrics` is nil where there are none (diverged keeps those of its last epoch).
    /// Clears the checkpoint. With `isModelKept` false, the model's file was not written: only its digest is known.
    case ended(
        TrialState, reason: String?, iteration: Int, metrics: TrialMetrics?, model: StoredFile?, deadUnits: Int? = nil,
        seconds: Double, isModelKept: Bool = true)
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
    /// The trial to which the crash was put down.
    public var suspect: Int64?
    /// Whether that trial has ended as failed, because it has crashed the daemon too often.
    public var isQuarantined: Bool

    public init(orphaned: [Int64], cleanStop: Bool, suspect: Int64? = nil, isQuarantined: Bool = false) {
        (self.orphaned, self.cleanStop) = (orphaned, cleanStop)
        (self.suspect, self.isQuarantined) = (suspect, isQuarantined)
    }
}

/// What a fatal signal left behind: the process that it ended, and whose slice ran on the thread that it hit.
public struct CrashEvidence: Codable, Sendable, Equatable {
    /// Of the boot that ended.
    public var boot: String
    /// As in `SIGILL`.
    public var signal: String
    /// Nil when the thread was no worker's.
    public var trial: Int64?
    /// No other slice ran.
    public var wasAlone: Bool

    /// Crashes that a trial is charged with before it is not run any more.
    public static let quarantineAfter = 3

    public init(boot: String, signal: String, trial: Int64?, wasAlone: Bool) {
        (self.boot, self.signal, self.trial, self.wasAlone) = (boot, signal, trial, wasAlone)
    }
}

/// What retention took.
public struct PruneReport: Sendable, Equatable {
    /// Files that no row needs any more, for the caller to remove.
    public var files: [StoredFile]
    public var events: [Event]

    public init(files: [StoredFile] = [], events: [Event] = []) { (self.files, self.events) = (files, events) }

    /// What the event says of checkpoints that are given up.
    public static func checkpointDetail(_ files: [StoredFile]) -> String {
        "\(files.count) checkpoints of pruned trials, \(files.reduce(0) { $0 + $1.bytes }) bytes"
    }
}
