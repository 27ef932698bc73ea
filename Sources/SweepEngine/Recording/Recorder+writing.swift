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
            case .pruned: checkpoints.append(.parted(trial: write.trial))
            case .chosen, .started, .epoch, .checkpointed, .requeued: break
            }
        }
    }

    func commit(_ batch: [Item], _ delegate: Delegate) async throws(GivenUp) {
        var rest = batch[...]
        while !rest.isEmpty {
            let end = rest.firstIndex { $0.isBoundary } ?? rest.endIndex
            try await store(rest[..<end], delegate)
            rest = rest[end...]
            guard let boundary = rest.popFirst() else { return }
            switch boundary {
            case .sweep(let sweep, let expected, let change, let events, let cancelled):
                if change.state?.isEnded == true { await delegate.ending(sweep) }
                try await apply(change, to: sweep, expected, events, delegate)
                await remove(supersede(cancelled.map { .none(trial: $0) }))
            case .fence(let fence):
                answer(fence: fence)
            case .trial, .checkpoint, .requeued, .ended:
                break
            }
        }
    }

    /// Items of trials: their files, then their rows in one transaction.
    private func store(_ items: ArraySlice<Item>, _ delegate: Delegate) async throws(GivenUp) {
        var transaction = Transaction()
        for (item, file) in zip(items, try await persist(items.map(\.file), delegate)) {
            switch item {
            case .trial(let write, let event):
                transaction.add(write, event)
            case .checkpoint(let trial, let attempt, _, _, let seconds):
                if let file { transaction.add(checkpoint: file, trial, attempt, seconds) }
            case .requeued(let trial, let attempt, _, _, let seconds):
                if let file { transaction.add(checkpoint: file, trial, attempt, seconds) }
                transaction.add(TrialWrite(trial: trial, attempt: attempt, update: .requeued), nil)
                transaction.requeued.append((trial, seconds))
            case .ended(let trial, let attempt, let ending, let event):
                if file != nil, ending.isModelKept { transaction.folders.insert(StateFolder.models) }
                transaction.add(
                    TrialWrite(
                        trial: trial, attempt: attempt,
                        update: .ended(
                            ending.state, reason: ending.reason, iteration: ending.iteration,
                            metrics: ending.metrics, model: file, deadUnits: ending.deadUnits, seconds: ending.seconds,
                            isModelKept: ending.isModelKept)
                    ), event)
            case .sweep, .fence:
                break
            }
            written(item)
        }
        try await apply(transaction, delegate)
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

    private func apply(_ rows: Transaction, _ delegate: Delegate) async throws(GivenUp) {
        guard !rows.writes.isEmpty || !rows.events.isEmpty else { return }
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

    /// Writes the files of a batch, all before the first row; their names are durable once their folders are synced.
    private func persist(
        _ files: [FileWriters.File?], _ delegate: Delegate
    ) async throws(GivenUp) -> [StoredFile?] {
        var stored = [StoredFile?](repeating: nil, count: files.count)
        var missing = files.indices.filter { files[$0] != nil }
        while !missing.isEmpty {
            var trouble: EngineError?
            for (index, result) in zip(missing, await writers.write(missing.compactMap { files[$0] })) {
                switch result {
                case .success(let file): stored[index] = file
                case .failure(let error): trouble = error
                }
            }
            missing.removeAll { stored[$0] != nil }
            if let trouble {
                try await waitOut(trouble.message, delegate)
            } else {
                await succeeded(delegate)
            }
        }
        return stored
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

extension Recorder.Item {
    /// Whether all before it must be stored before it is looked at.
    fileprivate var isBoundary: Bool {
        switch self {
        case .sweep, .fence: true
        case .trial, .checkpoint, .requeued, .ended: false
        }
    }

    fileprivate var file: FileWriters.File? {
        switch self {
        case .checkpoint(let trial, let attempt, let bytes, let iteration, _),
            .requeued(let trial, let attempt, .some(let bytes), let iteration, _):
            let name = "\(StateFolder.checkpoints)/t\(trial)-a\(attempt)-i\(iteration)"
            return FileWriters.File(trial: trial, path: name, bytes: bytes, iteration: iteration)
        case .ended(let trial, let attempt, let ending, _):
            return ending.model.map { bytes in
                FileWriters.File(
                    trial: trial, path: "\(StateFolder.models)/t\(trial)-a\(attempt)", bytes: bytes,
                    iteration: ending.iteration, isWritten: ending.isModelKept)
            }
        case .trial, .requeued, .sweep, .fence:
            return nil
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
