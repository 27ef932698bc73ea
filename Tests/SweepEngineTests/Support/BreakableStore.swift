import FoundationEssentials
import SweepModel
import SweepModelTestKit
import Synchronization

/// A store in memory that a test can refuse writes to, hold up, or cut off from its engine.
final class BreakableStore: SweepStore {
    enum Call: Sendable {
        case apply([TrialWrite])
        case change(Int64, SweepChange)
        case retry, resume, submit, promote, cleanStop, prune, keep
        case trials(TrialQuery)
    }

    /// Runs before the call; an error is thrown instead of it.
    typealias Before = @Sendable (Call) async -> StoreError?
    /// Runs when the call is stored, before its caller learns so.
    typealias After = @Sendable (Call) async -> Void

    let memory: InMemoryStore
    private let hooks = Mutex<(before: Before?, after: After?)>((nil, nil))

    init(_ memory: InMemoryStore) { self.memory = memory }

    func before(_ hook: Before?) { hooks.withLock { $0.before = hook } }
    func after(_ hook: After?) { hooks.withLock { $0.after = hook } }

    /// From now on nothing of this engine's reaches the store, as if its process had died.
    func cutOff() { before { _ in StoreError(.conflict, "cut off") } }

    private func around<R>(_ call: Call, _ body: () async throws(StoreError) -> R) async throws(StoreError) -> R {
        if let error = await hooks.withLock({ $0.before })?(call) { throw error }
        let result = try await body()
        await hooks.withLock { $0.after }?(call)
        return result
    }

    func submit(_ sweep: NewSweep) async throws(StoreError) -> Submission {
        try await around(.submit) { () async throws(StoreError) in try await memory.submit(sweep) }
    }
    func apply(_ writes: [TrialWrite], events: [EventContent], at: Date) async throws(StoreError) -> ApplyReport {
        try await around(.apply(writes)) { () async throws(StoreError) in
            try await memory.apply(writes, events: events, at: at)
        }
    }
    func change(
        sweep: Int64, expected: Set<SweepState>, _ change: SweepChange, events: [EventContent], at: Date
    ) async throws(StoreError) -> ApplyReport {
        try await around(.change(sweep, change)) { () async throws(StoreError) in
            try await memory.change(sweep: sweep, expected: expected, change, events: events, at: at)
        }
    }
    func retry(
        sweep: Int64, states: Set<TrialState>, event: EventContent, at: Date
    ) async throws(StoreError) -> (count: Int, report: ApplyReport) {
        try await around(.retry) { () async throws(StoreError) in
            try await memory.retry(sweep: sweep, states: states, event: event, at: at)
        }
    }
    func resume(trial: Int64, event: EventContent, at: Date) async throws(StoreError) -> ApplyReport {
        try await around(.resume) { () async throws(StoreError) in
            try await memory.resume(trial: trial, event: event, at: at)
        }
    }
    func promote(_ promotion: Promotion, event: EventContent) async throws(StoreError) -> (Promotion, ApplyReport) {
        try await around(.promote) { () async throws(StoreError) in try await memory.promote(promotion, event: event) }
    }
    func trials(_ query: TrialQuery) async throws(StoreError) -> [Trial] {
        try await around(.trials(query)) { () async throws(StoreError) in try await memory.trials(query) }
    }
    func markCleanStop(at: Date) async throws(StoreError) {
        try await around(.cleanStop) { () async throws(StoreError) in try await memory.markCleanStop(at: at) }
    }

    // MARK: - Straight through

    func begin(boot: String, crash: CrashEvidence?, at: Date) async throws(StoreError) -> Recovery {
        try await memory.begin(boot: boot, crash: crash, at: at)
    }
    func sweep(_ id: Int64) async throws(StoreError) -> Sweep? { try await memory.sweep(id) }
    func summaries(before: Int64?, limit: Int) async throws(StoreError) -> [SweepSummary] {
        try await memory.summaries(before: before, limit: limit)
    }
    func summary(_ id: Int64) async throws(StoreError) -> SweepSummary? { try await memory.summary(id) }
    func activeSweeps() async throws(StoreError) -> [Sweep] { try await memory.activeSweeps() }
    func latestSweepID() async throws(StoreError) -> Int64? { try await memory.latestSweepID() }
    func trial(_ id: Int64) async throws(StoreError) -> Trial? { try await memory.trial(id) }
    func epochs(trial: Int64) async throws(StoreError) -> [EpochPoint] { try await memory.epochs(trial: trial) }
    func curves(sweep: Int64, withLosses: Bool) async throws(StoreError) -> [Int64: [EpochPoint]] {
        try await memory.curves(sweep: sweep, withLosses: withLosses)
    }
    func promotion(modelDigest: String) async throws(StoreError) -> Promotion? {
        try await memory.promotion(modelDigest: modelDigest)
    }
    func promotions(sweep: Int64?, limit: Int) async throws(StoreError) -> [Promotion] {
        try await memory.promotions(sweep: sweep, limit: limit)
    }
    func testLooks(datasetDigest: String) async throws(StoreError) -> Int {
        try await memory.testLooks(datasetDigest: datasetDigest)
    }
    func events(after: Int64, sweep: Int64?, limit: Int) async throws(StoreError) -> [Event] {
        try await memory.events(after: after, sweep: sweep, limit: limit)
    }
    func hasEnded(sweep: Int64) async throws(StoreError) -> Bool { try await memory.hasEnded(sweep: sweep) }
    func lastEventSequence() async throws(StoreError) -> Int64 { try await memory.lastEventSequence() }
    func referencedFiles() async throws(StoreError) -> Set<String> { try await memory.referencedFiles() }
    func check() async throws(StoreError) -> [String] { try await memory.check() }
    func storedFiles() async throws(StoreError) -> [StoredFile] { try await memory.storedFiles() }
    func backup(
        to path: String, content: @escaping @Sendable (StoredFile) throws(StoreError) -> [UInt8]?
    ) async throws(StoreError) -> BackupReport {
        try await memory.backup(to: path, content: content)
    }
    func databaseBytes() async throws(StoreError) -> Int { try await memory.databaseBytes() }
    func prune(
        sweep: Int64, keep: Int, event: EventContent?, at: Date
    ) async throws(StoreError) -> PruneReport {
        try await around(.prune) { () async throws(StoreError) in
            try await memory.prune(sweep: sweep, keep: keep, event: event, at: at)
        }
    }
    func prunable(sweep: Int64, keep: Int) async throws(StoreError) -> [StoredFile] {
        try await memory.prunable(sweep: sweep, keep: keep)
    }
    func pruneCheckpoints(sweep: Int64, event: EventContent?, at: Date) async throws(StoreError) -> PruneReport {
        try await around(.prune) { () async throws(StoreError) in
            try await memory.pruneCheckpoints(sweep: sweep, event: event, at: at)
        }
    }
    func prunableCheckpoints(sweep: Int64) async throws(StoreError) -> [StoredFile] {
        try await memory.prunableCheckpoints(sweep: sweep)
    }
    func keep(trial: Int64, model: StoredFile, event: EventContent, at: Date) async throws(StoreError) -> ApplyReport {
        try await around(.keep) { () async throws(StoreError) in
            try await memory.keep(trial: trial, model: model, event: event, at: at)
        }
    }
}
