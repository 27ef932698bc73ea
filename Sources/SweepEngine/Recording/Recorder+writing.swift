import FoundationEssentials
import Logging
import SweepModel

/// From items to files and rows.
extension Recorder {
    /// Rows of one transaction, and the files that are superseded once it is on disk.
    private struct Transaction: Sendable {
        var writes: [TrialWrite] = []
        var events: [EventContent] = []
        var checkpoints: [CheckpointChange] = []
        var requeued: [(trial: Int64, seconds: Double)] = []
        /// Folders in which files were made that the rows name.
        var folders: Set<String> = []

        mutating func add(checkpoint file: StoredFile, _ trial: Int64, _ attempt: Int, _ seconds: Double) {
            writes.append(TrialWrite(trial: trial, attempt: attempt, update: .checkpointed(file, seconds: seconds)))
            checkpoints.append(.new(trial: trial, file))
            folders.insert(StateFolder.checkpoints)
        }

        mutating func add(_ write: TrialWrite, _ event: EventContent?) {
            writes.append(write)
            if let event { events.append(event) }
            switch write.update {
            case .fellBack: checkpoints.append(.fellBack(trial: write.trial))
            case .restarted, .retried, .ended: checkpoints.append(.none(trial: write.trial))
            case .started, .epoch, .checkpointed, .requeued: break
            }
        }
    }

    private func checkpointName(_ trial: Int64, _ attempt: Int, _ iteration: Int) -> String {
        "\(StateFolder.checkpoints)/t\(trial)-a\(attempt)-i\(iteration)"
    }

    func commit(_ batch: [Item], _ delegate: Delegate) async throws(GivenUp) {
        var transaction = Transaction()
        for item in batch {
            switch item {
            case .trial(let write, let event):
                transaction.add(write, event)
            case .checkpoint(let trial, let attempt, let bytes, let iteration, let seconds):
                let name = checkpointName(trial, attempt, iteration)
                let file = try await persist(bytes, name, iteration, delegate)
                transaction.add(checkpoint: file, trial, attempt, seconds)
            case .requeued(let trial, let attempt, let bytes, let iteration, let seconds):
                if let bytes {
                    let name = checkpointName(trial, attempt, iteration)
                    let file = try await persist(bytes, name, iteration, delegate)
                    transaction.add(checkpoint: file, trial, attempt, seconds)
                }
                transaction.add(TrialWrite(trial: trial, attempt: attempt, update: .requeued), nil)
                transaction.requeued.append((trial, seconds))
            case .ended(let trial, let attempt, let ending, let event):
                var model: StoredFile?
                if let bytes = ending.model {
                    let name = "\(StateFolder.models)/t\(trial)-a\(attempt)"
                    if ending.isModelKept {
                        model = try await persist(bytes, name, ending.iteration, delegate)
                        transaction.folders.insert(StateFolder.models)
                    } else {
                        model = await described(bytes, name, ending.iteration)
                    }
                }
                transaction.add(
                    TrialWrite(
                        trial: trial, attempt: attempt,
                        update: .ended(
                            ending.state, reason: ending.reason, iteration: ending.iteration,
                            metrics: ending.metrics, model: model, deadUnits: ending.deadUnits, seconds: ending.seconds,
                            isModelKept: ending.isModelKept)
                    ), event)
            case .sweep(let sweep, let expected, let change, let events, let cancelled):
                try await apply(&transaction, delegate)
                if change.state?.isEnded == true { await delegate.ending(sweep) }
                try await apply(change, to: sweep, expected, events, delegate)
                await remove(supersede(cancelled.map { .none(trial: $0) }))
            case .fence(let fence):
                try await apply(&transaction, delegate)
                answer(fence: fence)
            }
            written(item)
        }
        try await apply(&transaction, delegate)
    }

    private func apply(
        _ change: SweepChange, to sweep: Int64, _ expected: Set<SweepState>, _ events: [EventContent],
        _ delegate: Delegate
    ) async throws(GivenUp) {
        let result = try await retrying(delegate) { () async throws(StoreError) in
            try await store.change(sweep: sweep, expected: expected, change, events: events, at: .now)
        }
        switch result {
        case .success(let report): hub.publish(report.events)
        case .failure(let error):
            logger.error("a record was refused", metadata: ["sweep": "\(sweep)", "error": "\(error.message)"])
        }
        hub.publish(moved: sweep)
    }

    private func apply(_ transaction: inout Transaction, _ delegate: Delegate) async throws(GivenUp) {
        guard !transaction.writes.isEmpty || !transaction.events.isEmpty else { return }
        let rows = transaction
        transaction = Transaction()
        if !rows.folders.isEmpty {
            try await insisting(delegate) { [folder] () throws(EngineError) in
                for name in rows.folders.sorted() { try folder.sync(folder: name) }
            }
        }
        let report: ApplyReport
        switch try await store(rows.writes, rows.events, delegate) {
        case .success(let stored): report = stored
        case .failure: report = try await storeOneByOne(rows, delegate)
        }
        hub.publish(report.events)
        if !report.fenced.isEmpty { await delegate.lost(report.fenced) }
        // The checkpoint that the row of another owner names is not ours to remove.
        let lost = Set(report.fenced)
        let obsolete = supersede(rows.checkpoints.filter { !lost.contains($0.trial) })
        for (trial, seconds) in rows.requeued where !lost.contains(trial) {
            await delegate.requeued(trial, checkpoints(of: trial), seconds)
        }
        await remove(obsolete)
    }

    /// A transaction that the store refuses is stored row by row, so that one bad row costs no other trial its result.
    /// The trial of that row fails.
    private func storeOneByOne(_ rows: Transaction, _ delegate: Delegate) async throws(GivenUp) -> ApplyReport {
        var report = ApplyReport()
        for write in rows.writes where !report.fenced.contains(write.trial) {
            switch try await store([write], [], delegate) {
            case .success(let stored): report.fenced += stored.fenced
            case .failure(let error):
                logger.error(
                    "a record was refused", metadata: ["trial": "\(write.trial)", "error": "\(error.message)"])
                report.fenced.append(write.trial)
                let failed = TrialUpdate.ended(
                    .failed, reason: "its record was refused: \(error.message)", iteration: 0, metrics: nil, model: nil,
                    seconds: 0)
                _ = try await store(
                    [TrialWrite(trial: write.trial, attempt: write.attempt, update: failed)], [], delegate)
            }
        }
        let events = rows.events.filter { event in event.trial.map { !report.fenced.contains($0) } ?? true }
        if case .success(let stored) = try await store([], events, delegate) { report.events = stored.events }
        return report
    }

    private func store(
        _ writes: [TrialWrite], _ events: [EventContent], _ delegate: Delegate
    ) async throws(GivenUp) -> Result<ApplyReport, StoreError> {
        try await retrying(delegate) { () async throws(StoreError) in
            try await store.apply(writes, events: events, at: .now)
        }
    }

    private func remove(_ obsolete: [String]) async {
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

    /// Writes a file; its name is durable once its folder is synced.
    private func persist(
        _ bytes: [UInt8], _ name: String, _ iteration: Int, _ delegate: Delegate
    ) async throws(GivenUp) -> StoredFile {
        try await insisting(delegate) { [folder] () throws(EngineError) in
            try folder.write(bytes, to: name, iteration: iteration, syncingFolder: false)
        }
    }

    /// What the row keeps of a file that is not written.
    private func described(_ bytes: [UInt8], _ name: String, _ iteration: Int) async -> StoredFile {
        await files.run {
            StoredFile(path: name, bytes: bytes.count, digest: StateFolder.digest(bytes), iteration: iteration)
        }
    }

    /// Repeats work on files until it succeeds.
    private func insisting<R: Sendable>(
        _ delegate: Delegate, _ body: @escaping @Sendable () throws(EngineError) -> R
    ) async throws(GivenUp) -> R {
        while true {
            let trouble: String
            do throws(EngineError) {
                let result = try await files.run(body)
                await succeeded(delegate)
                return result
            } catch {
                trouble = error.message
            }
            try await waitOut(trouble, delegate)
        }
    }

    /// Repeats `body` while the disk is full or fails.
    /// - Returns: its result, or why the store refuses it for good.
    private func retrying<R: Sendable>(
        _ delegate: Delegate, _ body: () async throws(StoreError) -> R
    ) async throws(GivenUp) -> Result<R, StoreError> {
        while true {
            let result: Result<R, StoreError>
            do throws(StoreError) { result = .success(try await body()) } catch { result = .failure(error) }
            if case .failure(let error) = result, error.isTransient {
                try await waitOut(error.message, delegate)
            } else {
                await succeeded(delegate)
                return result
            }
        }
    }
}

extension StoreError {
    /// Whether the same write may succeed later.
    fileprivate var isTransient: Bool {
        switch code {
        case .full, .io, .corrupt: true
        case .notFound, .conflict, .newer: false
        }
    }
}
