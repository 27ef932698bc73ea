public import FoundationEssentials

/// Where sweeps and trials are kept. What a method has returned is durable. One conformance suite tests every store.
///
/// Writes of one call are one transaction. Every call may throw ``StoreError``.
public protocol SweepStore: Sendable {
    /// Begins a boot: orphaned `running` rows of other boots become `queued` (next attempt), or `cancelled` when their
    /// sweep is closing in a way that ends running trials. Called once, before anything else.
    ///
    /// The orphan that `crash` names becomes a suspect; when it ran alone, the crash is charged to it, and after
    /// ``CrashEvidence/quarantineAfter`` of them it is `failed`.
    func begin(boot: String, crash: CrashEvidence?, at: Date) async throws(StoreError) -> Recovery
    /// Marks this boot as stopped cleanly, truncates the WAL, closes nothing.
    func markCleanStop(at: Date) async throws(StoreError)

    /// Stores the sweep, its trials and a `sweep_submitted` event, or returns the sweep that the same key made before.
    func submit(_ sweep: NewSweep) async throws(StoreError) -> Submission

    func sweep(_ id: Int64) async throws(StoreError) -> Sweep?
    /// Newest first, with counts and best; `before` pages to older ids.
    func summaries(before: Int64?, limit: Int) async throws(StoreError) -> [SweepSummary]
    func summary(_ id: Int64) async throws(StoreError) -> SweepSummary?
    /// Sweeps that are not ended, by priority (high first), then id.
    func activeSweeps() async throws(StoreError) -> [Sweep]
    /// The newest sweep, for commands without a number.
    func latestSweepID() async throws(StoreError) -> Int64?

    func trial(_ id: Int64) async throws(StoreError) -> Trial?
    func trials(_ query: TrialQuery) async throws(StoreError) -> [Trial]
    /// In order of epoch.
    func epochs(trial: Int64) async throws(StoreError) -> [EpochPoint]
    /// Of all trials of a sweep that have any point, each in order of epoch.
    ///
    /// - Parameter withLosses: whether the points have their minibatch losses; they are most of what there is to read.
    func curves(sweep: Int64, withLosses: Bool) async throws(StoreError) -> [Int64: [EpochPoint]]

    /// Applies trial updates in order, fenced by attempt and boot, and stores `events`.
    func apply(_ writes: [TrialWrite], events: [EventContent], at: Date) async throws(StoreError) -> ApplyReport
    /// Changes a sweep whose state is one of `expected`; `.conflict` otherwise. An end state sets `endedAt`, the first
    /// `running` sets `startedAt`.
    func change(
        sweep: Int64, expected: Set<SweepState>, _ change: SweepChange, events: [EventContent], at: Date
    ) async throws(StoreError) -> ApplyReport
    /// `failed → queued` (and with `cancelled`, those too) with the next attempt, the checkpoint dropped; an ended sweep
    /// goes back to `running`, its closing cleared. Returns how many.
    func retry(
        sweep: Int64, states: Set<TrialState>, event: EventContent, at: Date
    ) async throws(StoreError) -> (count: Int, report: ApplyReport)

    /// `pruned → queued` with the next attempt: it goes on from its checkpoint, and is judged no more. An ended sweep goes
    /// back to `running`. `.conflict` when the trial is not pruned or its sweep is closing.
    func resume(trial: Int64, event: EventContent, at: Date) async throws(StoreError) -> ApplyReport

    /// Stores the promotion, or returns the one that this model already has. Marks the trial's model, and those
    /// of all members, as kept.
    func promote(_ promotion: Promotion, event: EventContent) async throws(StoreError) -> (Promotion, ApplyReport)
    func promotion(modelDigest: String) async throws(StoreError) -> Promotion?
    /// Newest first.
    func promotions(sweep: Int64?, limit: Int) async throws(StoreError) -> [Promotion]
    /// How many different models were measured on this data set's test split.
    func testLooks(datasetDigest: String) async throws(StoreError) -> Int

    /// In order of sequence, those after `after`.
    func events(after: Int64, sweep: Int64?, limit: Int) async throws(StoreError) -> [Event]
    /// Whether the sweep has come to an end before, whatever its state is now.
    func hasEnded(sweep: Int64) async throws(StoreError) -> Bool
    func lastEventSequence() async throws(StoreError) -> Int64

    /// Marks the models of a sweep's completed trials as not kept, but for the `keep` best, pinned and promoted ones.
    ///
    /// - Parameter event: stored when there was anything to take; `detail` is made by the store: how many, how many bytes.
    func prune(sweep: Int64, keep: Int, event: EventContent?, at: Date) async throws(StoreError) -> PruneReport
    /// What ``prune(sweep:keep:event:at:)`` would take.
    func prunable(sweep: Int64, keep: Int) async throws(StoreError) -> [StoredFile]
    /// Gives up the checkpoints of pruned trials of a sweep that has ended; one of them that goes on later begins anew, to the
    /// same bits. A sweep that has not ended keeps them.
    func pruneCheckpoints(sweep: Int64, event: EventContent?, at: Date) async throws(StoreError) -> PruneReport
    /// What ``pruneCheckpoints(sweep:event:at:)`` would take.
    func prunableCheckpoints(sweep: Int64) async throws(StoreError) -> [StoredFile]
    /// Pins a completed trial's model, whose file is there (again): `model` has the digest of the row, or `.conflict`.
    func keep(trial: Int64, model: StoredFile, event: EventContent, at: Date) async throws(StoreError) -> ApplyReport

    /// Every path below the state folder that a row names.
    func referencedFiles() async throws(StoreError) -> Set<String>
    /// Quick check of the whole database; the problems found, empty when sound.
    func check() async throws(StoreError) -> [String]
    /// All of those files with their sizes and digests, in order of path.
    func storedFiles() async throws(StoreError) -> [StoredFile]
    /// Writes a consistent copy to `path`, which must not exist, with the content of every file that its rows name.
    ///
    /// - Parameter content: reads and checks one file; an error ends the backup, nil leaves the file out.
    func backup(
        to path: String, content: @escaping @Sendable (StoredFile) throws(StoreError) -> [UInt8]?
    ) async throws(StoreError) -> BackupReport
    /// Bytes that the database takes, its log included; 0 for a store without a file.
    func databaseBytes() async throws(StoreError) -> Int
}

extension SweepStore {
    public func begin(boot: String, at: Date) async throws(StoreError) -> Recovery {
        try await begin(boot: boot, crash: nil, at: at)
    }
}

public struct Submission: Sendable, Equatable {
    public var sweep: Sweep
    /// The key was known: nothing was stored.
    public var isReplay: Bool

    public init(sweep: Sweep, isReplay: Bool) { (self.sweep, self.isReplay) = (sweep, isReplay) }
}

/// Which trials of a sweep, in which order.
public struct TrialQuery: Sendable, Equatable {
    public var sweep: Int64
    /// Empty means all.
    public var states: Set<TrialState>
    public var order: Order
    public var limit: Int
    public var offset: Int

    public enum Order: Sendable, Equatable {
        case index
        /// Best first; trials without metrics last, by index.
        case metric(RankingMetric)
        /// Only completed ones, best first.
        case ranking(RankingMetric)
    }

    public init(
        sweep: Int64, states: Set<TrialState> = [], order: Order = .index, limit: Int = .max, offset: Int = 0
    ) {
        (self.sweep, self.states, self.order) = (sweep, states, order)
        (self.limit, self.offset) = (limit, offset)
    }
}

public struct StoreError: Error {
    public enum Code: String, Sendable, CaseIterable {
        /// No such row.
        case notFound
        /// The row is not in a state that allows this; or the key was used for another sweep.
        case conflict
        /// The disk is full.
        case full
        /// Reading or writing failed otherwise.
        case io
        /// The file is not a sound database.
        case corrupt
        /// The database is from a newer version.
        case newer
    }

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
}
