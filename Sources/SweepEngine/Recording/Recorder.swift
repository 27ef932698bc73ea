import FoundationEssentials
import Logging
import SweepModel
import Synchronization

/// Makes what has happened durable, in the order in which it happened, without ever holding up a worker.
///
/// The engine appends; one task takes all that waits, writes the files, then stores the rows that name them in one
/// transaction, so that many trials share a commit. When the disk is full nothing is dropped: the batch stays at the
/// head, ``trouble`` says why, and the task tries again until it succeeds.
final class Recorder: Sendable {
    enum Item: Sendable {
        case trial(TrialWrite, event: EventContent? = nil)
        case checkpoint(trial: Int64, attempt: Int, bytes: [UInt8], iteration: Int, seconds: Double)
        /// A checkpoint, if the trial has begun, and then `queued` again.
        case requeued(trial: Int64, attempt: Int, checkpoint: [UInt8]?, iteration: Int, seconds: Double)
        case ended(trial: Int64, attempt: Int, Ending, event: EventContent)
        case sweep(Int64, expected: Set<SweepState>, SweepChange, events: [EventContent])
        /// Resumed once everything before it is durable.
        case fence(CheckedContinuation<Void, Never>)
    }

    struct Ending: Sendable {
        var state: TrialState
        var reason: String?
        var iteration: Int
        var metrics: TrialMetrics?
        var model: [UInt8]?
        var seconds: Double
    }

    /// What the recorder tells the engine.
    struct Delegate: Sendable {
        /// Rows that another attempt or boot owns: these trials are not ours.
        var fenced: @Sendable ([Int64]) async -> Void
        /// This trial is queued again, with this checkpoint.
        var requeued: @Sendable (Int64, StoredFile?, Double) async -> Void
        /// A new trouble, or nil when the old one is over.
        var trouble: @Sendable (String?) async -> Void
    }

    private struct State {
        var items: [Item] = []
        var waiting: CheckedContinuation<Void, Never>?
        var pendingBytes = 0
        var isClosed = false
        /// The checkpoint file that each trial's row names.
        var current: [Int64: String] = [:]
    }

    private let state = Mutex(State())
    private let store: any SweepStore
    private let folder: StateFolder
    private let hub: EventHub
    private let logger: Logger
    private let files = BlockingQueue("files")

    init(store: any SweepStore, folder: StateFolder, hub: EventHub, logger: Logger) {
        (self.store, self.folder, self.hub, self.logger) = (store, folder, hub, logger)
    }

    /// Bytes of files that wait to be written; the engine skips checkpoints while there are many.
    var pendingBytes: Int { state.withLock { $0.pendingBytes } }

    func append(_ item: Item) {
        let waiting = state.withLock { state in
            state.items.append(item)
            state.pendingBytes += item.bytes
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    /// The row of `trial` already names this checkpoint.
    func knows(checkpoint: String, of trial: Int64) { state.withLock { $0.current[trial] = checkpoint } }

    /// Returns once all that was appended before is durable.
    func flush() async {
        await withCheckedContinuation { append(.fence($0)) }
    }

    /// No more items come: ``run(_:)`` returns when it has written the rest.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    func run(_ delegate: Delegate) async {
        while let batch = await next() {
            await commit(batch, delegate)
        }
    }

    private func next() async -> [Item]? {
        while true {
            let (batch, closed) = state.withLock { state in
                defer { state.items = [] }
                return (state.items, state.isClosed)
            }
            if !batch.isEmpty { return batch }
            if closed { return nil }
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state in
                    guard state.items.isEmpty, !state.isClosed else { return true }
                    state.waiting = continuation
                    return false
                }
                if ready { continuation.resume() }
            }
        }
    }
}

// MARK: Writing

extension Recorder {
    /// Rows of one transaction, and the files that are superseded once it is on disk.
    private struct Transaction: Sendable {
        var writes: [TrialWrite] = []
        var events: [EventContent] = []
        var newCheckpoints: [Int64: String] = [:]
        var requeued: [(trial: Int64, checkpoint: StoredFile?, seconds: Double)] = []
        var endedTrials: [Int64] = []

        mutating func add(checkpoint file: StoredFile, _ trial: Int64, _ attempt: Int, _ seconds: Double) {
            writes.append(TrialWrite(trial: trial, attempt: attempt, update: .checkpointed(file, seconds: seconds)))
            newCheckpoints[trial] = file.path
        }
    }

    private func checkpointName(_ trial: Int64, _ attempt: Int, _ iteration: Int) -> String {
        "\(StateFolder.checkpoints)/t\(trial)-a\(attempt)-i\(iteration)"
    }

    private func commit(_ batch: [Item], _ delegate: Delegate) async {
        var transaction = Transaction()
        for item in batch {
            switch item {
            case .trial(let write, let event):
                transaction.writes.append(write)
                if let event { transaction.events.append(event) }
            case .checkpoint(let trial, let attempt, let bytes, let iteration, let seconds):
                let file = await persist(bytes, checkpointName(trial, attempt, iteration), iteration, delegate)
                transaction.add(checkpoint: file, trial, attempt, seconds)
            case .requeued(let trial, let attempt, let bytes, let iteration, let seconds):
                var file: StoredFile?
                if let bytes {
                    let written = await persist(bytes, checkpointName(trial, attempt, iteration), iteration, delegate)
                    transaction.add(checkpoint: written, trial, attempt, seconds)
                    file = written
                }
                transaction.writes.append(TrialWrite(trial: trial, attempt: attempt, update: .requeued))
                transaction.requeued.append((trial, file, seconds))
            case .ended(let trial, let attempt, let ending, let event):
                var model: StoredFile?
                if let bytes = ending.model {
                    let name = "\(StateFolder.models)/t\(trial)-a\(attempt)"
                    model = await persist(bytes, name, ending.iteration, delegate)
                }
                transaction.writes.append(
                    TrialWrite(
                        trial: trial, attempt: attempt,
                        update: .ended(
                            ending.state, reason: ending.reason, iteration: ending.iteration,
                            metrics: ending.metrics, model: model, seconds: ending.seconds)))
                transaction.events.append(event)
                transaction.endedTrials.append(trial)
            case .sweep(let sweep, let expected, let change, let events):
                await apply(&transaction, delegate)
                await retrying(delegate) { [store, hub] () async throws(StoreError) in
                    let report = try await store.change(
                        sweep: sweep, expected: expected, change, events: events, at: .now)
                    hub.publish(report.events)
                }
                hub.publish(moved: sweep)
            case .fence(let continuation):
                await apply(&transaction, delegate)
                continuation.resume()
            }
            state.withLock { $0.pendingBytes -= item.bytes }
        }
        await apply(&transaction, delegate)
    }

    private func apply(_ transaction: inout Transaction, _ delegate: Delegate) async {
        guard !transaction.writes.isEmpty || !transaction.events.isEmpty else { return }
        let rows = transaction
        transaction = Transaction()
        let report = await retrying(delegate) { [store] () async throws(StoreError) in
            try await store.apply(rows.writes, events: rows.events, at: .now)
        }
        guard let report else { return }
        hub.publish(report.events)
        if !report.fenced.isEmpty { await delegate.fenced(report.fenced) }
        for (trial, file, seconds) in rows.requeued { await delegate.requeued(trial, file, seconds) }
        await removeSuperseded(rows)
    }

    private func removeSuperseded(_ rows: Transaction) async {
        let obsolete: [String] = state.withLock { state in
            var obsolete: [String] = []
            for (trial, name) in rows.newCheckpoints {
                if let old = state.current.updateValue(name, forKey: trial), old != name { obsolete.append(old) }
            }
            for trial in rows.endedTrials {
                if let old = state.current.removeValue(forKey: trial) { obsolete.append(old) }
            }
            return obsolete
        }
        guard !obsolete.isEmpty else { return }
        do throws(EngineError) {
            try await files.run { [folder] () throws(EngineError) in
                for name in obsolete { try folder.remove(name) }
            }
        } catch {
            // Not fatal: the next start removes what no row names.
            logger.warning("a superseded checkpoint stays", metadata: ["error": "\(error.message)"])
        }
    }

    private func persist(
        _ bytes: [UInt8], _ name: String, _ iteration: Int, _ delegate: Delegate
    ) async -> StoredFile {
        var hadTrouble = false
        while true {
            do throws(EngineError) {
                let file = try await files.run { [folder] () throws(EngineError) in
                    try folder.write(bytes, to: name, iteration: iteration)
                }
                if hadTrouble { await delegate.trouble(nil) }
                return file
            } catch {
                hadTrouble = true
                await waitOut(error.message, delegate)
            }
        }
    }

    /// Repeats `body` while the disk is full or fails; anything else is our own mistake and is logged.
    @discardableResult
    private func retrying<R: Sendable>(
        _ delegate: Delegate, _ body: () async throws(StoreError) -> R
    ) async -> R? {
        var hadTrouble = false
        while true {
            do throws(StoreError) {
                let result = try await body()
                if hadTrouble { await delegate.trouble(nil) }
                return result
            } catch {
                switch error.code {
                case .full, .io, .corrupt:
                    hadTrouble = true
                    await waitOut(error.message, delegate)
                case .notFound, .conflict, .newer:
                    logger.error("a record was refused", metadata: ["error": "\(error.message)"])
                    return nil
                }
            }
        }
    }

    private func waitOut(_ message: String, _ delegate: Delegate) async {
        await delegate.trouble(message)
        do { try await Task.sleep(for: .seconds(1)) } catch { await Task.yield() }
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
