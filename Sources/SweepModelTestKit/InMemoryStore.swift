public import FoundationEssentials
public import SweepModel

/// A store without a file, for tests of what stands on a store. Passes the same conformance suite as the SQLite one.
public actor InMemoryStore: SweepStore {
    var boots: [Boot] = []
    var sweeps: [Int64: Sweep] = [:]
    var keys: [SubmissionKey: Int64] = [:]
    var trials: [Int64: Trial] = [:]
    var trialsBySweep: [Int64: [Int64]] = [:]
    var epochs: [Int64: [Int: EpochPoint]] = [:]
    var promoted: [Promotion] = []
    var log: [Event] = []
    private var writeError: StoreError?
    private var appliedCalls = 0

    struct Boot {
        var id: String
        var isStopped = false
    }

    struct SubmissionKey: Hashable {
        var uid: Int
        var key: String
    }

    public init() {}

    // MARK: - For tests

    /// From now on every write throws `error` and changes nothing, until this is called with nil: a full disk, say.
    public func failWrites(with error: StoreError?) { writeError = error }

    /// Makes an ended trial a failed one, as if the row had been written so.
    public func markFailed(_ id: Int64) {
        guard var trial = trials[id] else { return }
        (trial.state, trial.reason, trial.model, trial.metrics) = (.failed, "marked as failed", nil, nil)
        trials[id] = trial
    }

    /// How many calls of `apply` have been stored.
    public var applyCount: Int { appliedCalls }

    // MARK: - Boots

    public func begin(boot: String, crash: CrashEvidence?, at: Date) async throws(StoreError) -> Recovery {
        try checkWritable()
        guard !boot.isEmpty, !boots.contains(where: { $0.id == boot }) else {
            throw StoreError(.conflict, "the boot `\(boot)` was there before")
        }
        let cleanStop = boots.last?.isStopped ?? true
        var recovery = Recovery(orphaned: [], cleanStop: cleanStop)
        if let crash, crash.boot == boots.last?.id, let (trial, isQuarantined) = charge(crash, at: at) {
            (recovery.suspect, recovery.isQuarantined) = (trial, isQuarantined)
        }
        boots.append(Boot(id: boot))
        store([EventContent(.daemonStarted, detail: cleanStop ? "" : "the last stop was not a clean one")], at: at)
        recovery.orphaned = recoverOrphans(at: at)
        return recovery
    }

    private func charge(_ crash: CrashEvidence, at: Date) -> (trial: Int64, isQuarantined: Bool)? {
        guard let id = crash.trial, var trial = trials[id], !trial.state.isEnded else { return nil }
        defer { trials[id] = trial }
        trial.crashes += trial.isSuspect && crash.wasAlone ? 1 : 0
        trial.isSuspect = true
        guard trial.crashes >= CrashEvidence.quarantineAfter else {
            store([EventContent(.trialSuspected, sweep: trial.sweep, trial: id, detail: crash.signal)], at: at)
            return (id, false)
        }
        (trial.state, trial.boot, trial.endedAt) = (.failed, nil, at)
        (trial.checkpoint, trial.previousCheckpoint, trial.isSuspect) = (nil, nil, false)
        trial.reason = "quarantined: it has crashed the daemon \(trial.crashes) times while it ran alone"
        store([EventContent(.trialEnded, sweep: trial.sweep, trial: id, detail: trial.reason ?? "")], at: at)
        return (id, true)
    }

    private func recoverOrphans(at: Date) -> [Int64] {
        var recovered: [Int64] = []
        for id in trials.keys.sorted() {
            guard var trial = trials[id], trial.state == .running, let sweep = sweeps[trial.sweep] else { continue }
            trial.boot = nil
            if sweep.closing?.endsRunningTrials == true {
                trial.cancel(sweep.reason ?? "the sweep was closing", at: at)
                store([EventContent(.trialEnded, sweep: sweep.id, trial: id, detail: "cancelled")], at: at)
            } else {
                trial.state = .queued
                trial.attempt += 1
                recovered.append(id)
                let detail = "goes on from iteration \(trial.checkpoint?.iteration ?? 0)"
                store([EventContent(.trialRecovered, sweep: sweep.id, trial: id, detail: detail)], at: at)
            }
            trials[id] = trial
        }
        return recovered
    }

    public func markCleanStop(at: Date) async throws(StoreError) {
        try checkWritable()
        _ = try boot()
        boots[boots.count - 1].isStopped = true
        store([EventContent(.daemonStopped)], at: at)
    }

    // MARK: - Events

    public func events(after: Int64, sweep: Int64?, limit: Int) async throws(StoreError) -> [Event] {
        Array(
            log.lazy.filter { $0.sequence > after && (sweep == nil || $0.content.sweep == sweep) }
                .prefix(max(0, limit)))
    }

    public func hasEnded(sweep: Int64) async throws(StoreError) -> Bool {
        log.contains { $0.content.sweep == sweep && $0.content.kind == .sweepEnded }
    }

    public func lastEventSequence() async throws(StoreError) -> Int64 { log.last?.sequence ?? 0 }

    // MARK: - Maintenance

    public func referencedFiles() async throws(StoreError) -> Set<String> {
        Set(try await storedFiles().map(\.path))
    }

    public func storedFiles() async throws(StoreError) -> [StoredFile] {
        trials.values.flatMap { [$0.checkpoint, $0.previousCheckpoint, $0.keptModel].compactMap { $0 } }
            .sorted { $0.path < $1.path }
    }

    public func check() async throws(StoreError) -> [String] { [] }

    public func backup(
        to path: String, content: @escaping @Sendable (StoredFile) throws(StoreError) -> [UInt8]?
    ) async throws(StoreError) -> BackupReport {
        throw StoreError(.io, "a store in memory has no file to copy to \(path)")
    }

    public func databaseBytes() async throws(StoreError) -> Int { 0 }

    // MARK: - Shared by the extensions

    func boot() throws(StoreError) -> String {
        guard let boot = boots.last else { throw StoreError(.conflict, "the store takes writes only after `begin`") }
        return boot.id
    }

    func checkWritable() throws(StoreError) {
        if let writeError { throw writeError }
    }

    func countApply() { appliedCalls += 1 }

    @discardableResult
    func store(_ contents: [EventContent], at: Date) -> [Event] {
        let first = (log.last?.sequence ?? 0) + 1
        let events = contents.enumerated().map { Event(sequence: first + Int64($0), at: at, content: $1) }
        log += events
        return events
    }
}

extension Trial {
    mutating func cancel(_ reason: String, at: Date) {
        (state, self.reason, endedAt) = (.cancelled, reason, at)
        (checkpoint, previousCheckpoint) = (nil, nil)
    }
}
