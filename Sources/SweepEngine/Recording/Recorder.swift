import FoundationEssentials
import Logging
import SweepModel
import Synchronization

/// Makes what has happened durable, in the order in which it happened, without ever holding up a worker.
///
/// The engine appends; one task takes all that waits, writes the files, then stores the rows that name them in one
/// transaction, so that many trials share a commit. When the disk is full nothing is dropped: the batch stays at the
/// head, the engine is told why, and the task tries again until it succeeds, or until the patience given to
/// ``close(patience:)`` is over.
final class Recorder: Sendable {
    enum Item: Sendable {
        case trial(TrialWrite, event: EventContent? = nil)
        case checkpoint(trial: Int64, attempt: Int, bytes: [UInt8], iteration: Int, seconds: Double)
        /// A checkpoint, if the trial has begun, and then `queued` again.
        case requeued(trial: Int64, attempt: Int, checkpoint: [UInt8]?, iteration: Int, seconds: Double)
        case ended(trial: Int64, attempt: Int, Ending, event: EventContent)
        /// `cancelled`: the trials that end with this change; their checkpoints go.
        case sweep(Int64, expected: Set<SweepState>, SweepChange, events: [EventContent], cancelled: [Int64] = [])
        /// Answered once everything before it is durable.
        case fence(UInt64)
    }

    struct Ending: Sendable {
        var state: TrialState
        var reason: String?
        var iteration: Int
        var metrics: TrialMetrics?
        var model: [UInt8]?
        /// False: the weights are not among those that retention would leave, so only their digest is stored.
        var isModelKept = true
        var deadUnits: Int?
        var seconds: Double
    }

    /// What the recorder tells the engine.
    struct Delegate: Sendable {
        /// These trials are not ours to write: another attempt or boot owns the row, or the store refuses it.
        var lost: @Sendable ([Int64]) async -> Void
        /// This trial is queued again, with these checkpoints, the last one first.
        var requeued: @Sendable (Int64, [StoredFile], Double) async -> Void
        /// A trouble, or nil when it is over.
        var trouble: @Sendable (String?) async -> Void
        /// It is no longer behind.
        var caughtUp: @Sendable () async -> Void = {}
        /// All trials of this sweep are stored, its end comes next.
        var ending: @Sendable (Int64) async -> Void = { _ in }
    }

    /// The patience is over; what has not been stored stays unstored.
    struct GivenUp: Error {}

    private struct State {
        var items: [Item] = []
        var waiting: CheckedContinuation<Void, Never>?
        var pendingBytes = 0
        /// Items that are not written yet.
        var pendingItems = 0
        var isBehind = false
        var fences: [UInt64: CheckedContinuation<Bool, Never>] = [:]
        var nextFence: UInt64 = 0
        var hasTrouble = false
        /// Set by `close`: no more items come, and trouble is not waited out beyond it.
        var deadline: ContinuousClock.Instant?
        var isOver = false
        /// The checkpoints that each trial's row names, the last one first.
        var current: [Int64: [StoredFile]] = [:]
    }

    private let state = Mutex(State())
    private let retryInterval: Duration
    let store: any SweepStore
    let folder: StateFolder
    let hub: EventHub
    let logger: Logger
    let files = BlockingQueue("files")
    let writers: FileWriters

    init(
        store: any SweepStore, folder: StateFolder, hub: EventHub, logger: Logger, retryInterval: Duration = .seconds(1)
    ) {
        (self.store, self.folder, self.hub, self.logger) = (store, folder, hub, logger)
        (writers, self.retryInterval) = (FileWriters(folder: folder), retryInterval)
    }

    /// So many items wait that no slice should begin until the delegate is told that it has caught up: trials of a few
    /// milliseconds end faster than a busy disk takes their files, and a stop has to wait for all of them.
    var isBehind: Bool { state.withLock { $0.isBehind } }

    static let itemsAtMost = 1024

    /// Bytes of files that wait to be written; the engine skips checkpoints while there are many.
    var pendingBytes: Int { state.withLock { $0.pendingBytes } }

    func append(_ item: Item) { append([item]) }

    /// Items of trials that are appended together are stored in one transaction.
    func append(_ items: [Item]) {
        guard !items.isEmpty else { return }
        let waiting = state.withLock { state in
            state.items += items
            state.pendingBytes += items.reduce(0) { $0 + $1.bytes }
            state.pendingItems += items.count
            if state.pendingItems >= Self.itemsAtMost { state.isBehind = true }
            return state.waiting.take()
        }
        waiting?.resume()
    }

    /// The row of `trial` already names these checkpoints, the last one first.
    func knows(_ checkpoints: [StoredFile], of trial: Int64) { state.withLock { $0.current[trial] = checkpoints } }

    func checkpoints(of trial: Int64) -> [StoredFile] { state.withLock { $0.current[trial] ?? [] } }

    /// Waits until all that was appended before is durable.
    /// - Returns: false, at once, when there is trouble: it will be durable when that is over.
    func flush() async -> Bool {
        await withCheckedContinuation { continuation in
            let (isRefused, waiting) = state.withLock { state in
                guard !state.hasTrouble, !state.isOver else { return (true, nil as CheckedContinuation<Void, Never>?) }
                state.nextFence += 1
                state.fences[state.nextFence] = continuation
                state.items.append(.fence(state.nextFence))
                state.pendingItems += 1
                return (false, state.waiting.take())
            }
            if isRefused { continuation.resume(returning: false) }
            waiting?.resume()
        }
    }

    /// No more items come: ``run(_:)`` returns when it has written the rest, or has tried for `patience`.
    func close(patience: Duration) {
        let waiting = state.withLock { state in
            state.deadline = .now + patience
            return state.waiting.take()
        }
        waiting?.resume()
    }

    /// - Returns: false when it gave up.
    func run(_ delegate: Delegate) async -> Bool {
        var isComplete = true
        do throws(GivenUp) {
            while let batch = await next() {
                try await commit(batch, delegate)
                if hasCaughtUp(batch.count) { await delegate.caughtUp() }
            }
        } catch {
            isComplete = false
        }
        answerFences { $0.isOver = true }
        return isComplete
    }

    private func hasCaughtUp(_ written: Int) -> Bool {
        state.withLock { state in
            state.pendingItems -= written
            guard state.isBehind, state.pendingItems < Self.itemsAtMost / 2 else { return false }
            state.isBehind = false
            return true
        }
    }

    private func next() async -> [Item]? {
        while true {
            let (batch, isClosed) = state.withLock { state in
                defer { state.items = [] }
                return (state.items, state.deadline != nil)
            }
            if !batch.isEmpty { return batch }
            if isClosed { return nil }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    guard state.items.isEmpty, state.deadline == nil else { return true }
                    state.waiting = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }
}

// MARK: What the writing needs

extension Recorder {
    func written(_ item: Item) { state.withLock { $0.pendingBytes -= item.bytes } }

    func answer(fence: UInt64) { state.withLock { $0.fences.removeValue(forKey: fence) }?.resume(returning: true) }

    /// Nobody waits for a full disk: those who would are told that it is not durable yet.
    private func answerFences(_ change: (inout sending State) -> Void) {
        let fences = state.withLock { state in
            change(&state)
            defer { state.fences = [:] }
            return Array(state.fences.values)
        }
        for fence in fences { fence.resume(returning: false) }
    }

    /// The rows have changed so, in this order.
    /// - Returns: files that no row names any more.
    func supersede(_ changes: [CheckpointChange]) -> [String] {
        state.withLock { state in
            var obsolete: [String] = []
            for change in changes {
                let known = state.current[change.trial] ?? []
                switch change {
                case .new(_, let file):
                    guard file.path != known.first?.path else { continue }
                    state.current[change.trial] = [file] + known.prefix(1)
                    obsolete += known.dropFirst().map(\.path)
                case .fellBack:
                    // The damaged one was set aside by whoever found it.
                    state.current[change.trial] = Array(known.dropFirst())
                case .parted:
                    state.current[change.trial] = nil
                    obsolete += known.dropFirst().map(\.path)
                case .none:
                    state.current[change.trial] = nil
                    obsolete += known.map(\.path)
                }
            }
            // A trial that began anew may have come to the same checkpoint again.
            let named = Set(changes.flatMap { state.current[$0.trial] ?? [] }.map(\.path))
            return obsolete.filter { !named.contains($0) }
        }
    }

    func waitOut(_ message: String, _ delegate: Delegate) async throws(GivenUp) {
        answerFences { $0.hasTrouble = true }
        await delegate.trouble(message)
        let deadline = state.withLock { $0.deadline }
        if let deadline, deadline <= .now { throw GivenUp() }
        do { try await Task.sleep(for: retryInterval) } catch { await Task.yield() }
    }

    /// A file or a row could be written.
    func succeeded(_ delegate: Delegate) async {
        let hadTrouble = state.withLock { state in
            defer { state.hasTrouble = false }
            return state.hasTrouble
        }
        if hadTrouble { await delegate.trouble(nil) }
    }
}

/// How the checkpoints that a trial's row names have changed.
enum CheckpointChange: Sendable {
    case new(trial: Int64, StoredFile)
    case fellBack(trial: Int64)
    /// The last one stays, with a trial that has ended.
    case parted(trial: Int64)
    case none(trial: Int64)

    var trial: Int64 {
        switch self {
        case .new(let trial, _), .fellBack(let trial), .parted(let trial), .none(let trial): trial
        }
    }
}

extension Recorder.Item {
    /// Of files that it carries.
    var bytes: Int {
        switch self {
        case .checkpoint(_, _, let bytes, _, _): bytes.count
        case .requeued(_, _, let bytes, _, _): bytes?.count ?? 0
        case .ended(_, _, let ending, _): ending.model?.count ?? 0
        case .trial, .sweep, .fence: 0
        }
    }
}
