import FoundationEssentials
import Logging
public import SweepModel

/// Which models' files stay, and how one that is gone comes back.
extension SweepEngine {
    public struct Keeping: Sendable, Equatable {
        public var trial: Int64
        public var model: StoredFile
        /// Nil when the file was there.
        public var trainedSeconds: Double?
    }

    public struct Pruning: Sendable, Equatable {
        public var models: Int
        public var bytes: Int
        /// Of pruned trials, in sweeps that have ended.
        public var checkpoints: Int
        public var checkpointBytes: Int
        /// Of files that had been set aside as damaged, long ago.
        public var damaged: Int
        public var damagedBytes: Int
    }

    /// How long a damaged file is kept for whoever wants to know why.
    private static let damagedDays = 30.0

    /// Keeps a completed trial's model whatever its rank. A file that is gone or damaged is made again by training, and
    /// taken only when it has the recorded digest.
    public func keep(_ id: Int64, caller: Caller) async throws(EngineError) -> Keeping {
        if let trouble { throw EngineError(.full, "not now, it could not be recorded: \(trouble)") }
        _ = await recorder.flush()
        guard let trial = try await storing({ () async throws(StoreError) in try await store.trial(id) }) else {
            throw EngineError(.notFound, "there is no trial \(id)")
        }
        guard let model = trial.model else {
            throw EngineError(
                .conflict, "trial \(id) is \(trial.state.rawValue) and has no model; only a completed trial can be kept"
            )
        }
        if !modelTurns.take(model.digest) {
            await withCheckedContinuation { modelTurns.wait(for: model.digest, $0) }
        }
        defer { modelTurns.giveBack(model.digest) }
        // Trained before files are held: while they are, no checkpoint is removed, and a training takes its time.
        var seconds = try await has(model) ? nil : makeAgain(model, of: trial)
        return try await holdingFiles { () async throws(EngineError) in
            if try await !has(model) { seconds = try await makeAgain(model, of: trial) }
            let event = EventContent(
                .modelKept, sweep: trial.sweep, trial: id, caller: caller,
                detail: seconds == nil ? "" : "its file was gone; trained again to the same bits")
            let report = try await storing { () async throws(StoreError) in
                try await store.keep(trial: id, model: model, event: event, at: .now)
            }
            folder.held.spare(model.path)
            hub.publish(report.events)
            hub.publish(moved: trial.sweep)
            return Keeping(trial: id, model: model, trainedSeconds: seconds)
        }
    }

    /// Removes the models of one sweep or of all, but for the best `keep`, promoted and pinned ones, and the checkpoints of
    /// pruned trials where the sweep has ended; with all sweeps, also what was set aside as damaged more than 30 days ago.
    ///
    /// - Parameter keep: as configured when nil.
    public func prune(
        sweep: Int64?, keep: Int?, dryRun: Bool, caller: Caller
    ) async throws(EngineError) -> Pruning {
        if let trouble { throw EngineError(.full, "not now, it could not be recorded: \(trouble)") }
        _ = await recorder.flush()
        var pruning = Pruning(models: 0, bytes: 0, checkpoints: 0, checkpointBytes: 0, damaged: 0, damagedBytes: 0)
        if sweep == nil {
            let limit = Date.now.addingTimeInterval(-Self.damagedDays * 86_400)
            let old = try await blocking.run { [folder] () throws(EngineError) in
                try folder.removeDamaged(before: limit, dryRun: dryRun)
            }
            (pruning.damaged, pruning.damagedBytes) = old
        }
        for id in try await sweeps(sweep) {
            let (models, checkpoints): ([StoredFile], [StoredFile])
            if dryRun {
                models = try await storing { () async throws(StoreError) in
                    try await store.prunable(sweep: id, keep: keep ?? options.keepModels)
                }
                checkpoints = try await storing { () async throws(StoreError) in
                    try await store.prunableCheckpoints(sweep: id)
                }
            } else {
                models = try await prune(id, keep: keep ?? options.keepModels, caller)
                checkpoints = try await pruneCheckpoints(id, caller)
            }
            pruning.models += models.count
            pruning.bytes += models.reduce(0) { $0 + $1.bytes }
            pruning.checkpoints += checkpoints.count
            pruning.checkpointBytes += checkpoints.reduce(0) { $0 + $1.bytes }
        }
        return pruning
    }

    /// What retention does by itself, for sweeps that run in this boot: what an older version has left stays until
    /// somebody asks. A sweep's end is stored after this, so that a crash between the two does it again.
    func retain(_ sweep: Int64) async {
        unpruned.remove(sweep)
        do throws(EngineError) { _ = try await prune(sweep, keep: options.keepModels, nil) } catch {
            logger.warning(
                "models stay that are not kept", metadata: ["sweep": "\(sweep)", "error": "\(error.message)"])
            unpruned.insert(sweep)
        }
    }

    private func prune(_ sweep: Int64, keep: Int, _ caller: Caller?) async throws(EngineError) -> [StoredFile] {
        let report = try await storing { () async throws(StoreError) in
            try await store.prune(
                sweep: sweep, keep: keep, event: EventContent(.modelsPruned, sweep: sweep, caller: caller), at: .now)
        }
        return try await remove(report)
    }

    private func pruneCheckpoints(_ sweep: Int64, _ caller: Caller?) async throws(EngineError) -> [StoredFile] {
        let report = try await storing { () async throws(StoreError) in
            try await store.pruneCheckpoints(
                sweep: sweep, event: EventContent(.modelsPruned, sweep: sweep, caller: caller), at: .now)
        }
        return try await remove(report)
    }

    /// Not fatal where it fails: the next start removes what no row names.
    private func remove(_ report: PruneReport) async throws(EngineError) -> [StoredFile] {
        hub.publish(report.events)
        try await blocking.run { [folder] () throws(EngineError) in
            for file in report.files { try folder.remove(file.path) }
        }
        return report.files
    }

    /// The one that is named, or all of them.
    private func sweeps(_ sweep: Int64?) async throws(EngineError) -> [Int64] {
        if let sweep {
            guard try await row(sweep) != nil else { throw EngineError(.notFound, "there is no sweep \(sweep)") }
            return [sweep]
        }
        guard let last = try await storing({ () async throws(StoreError) in try await store.latestSweepID() }) else {
            return []
        }
        return Array(1...last)
    }

    // MARK: Models that are there or not

    /// Runs `body` while no file is removed.
    func holdingFiles<R: Sendable>(
        _ body: () async throws(EngineError) -> R
    ) async throws(EngineError) -> R {
        folder.hold()
        let result: Result<R, EngineError>
        do throws(EngineError) { result = .success(try await body()) } catch { result = .failure(error) }
        do throws(EngineError) {
            try await blocking.run { [folder] () throws(EngineError) in try folder.letGo() }
        } catch {
            logger.warning("a superseded file stays", metadata: ["error": "\(error.message)"])
        }
        return try result.get()
    }

    /// Whether the file is there with the recorded content; one that is damaged is set aside.
    func has(_ model: StoredFile) async throws(EngineError) -> Bool {
        try await blocking.run { [folder] () throws(EngineError) in
            do throws(EngineError) {
                _ = try folder.read(model)
                return true
            } catch {
                guard error.code == .damaged else { throw error }
                if folder.exists(model.path) { try folder.setAside(model.path) }
                return false
            }
        }
    }

    /// The content of a model that should be there. A damaged file is set aside, and the error says how to have it again.
    func content(of model: StoredFile, _ trial: Int64) async throws(EngineError) -> [UInt8] {
        try await blocking.run { [folder] () throws(EngineError) in
            do throws(EngineError) { return try folder.read(model) } catch {
                guard error.code == .damaged else { throw error }
                let isThere = folder.exists(model.path)
                if isThere { try folder.setAside(model.path) }
                throw EngineError(
                    .damaged,
                    error.message + (isThere ? "; it is set aside in \(StateFolder.damaged)/" : "")
                        + "; \(Self.remedy(trial))")
            }
        }
    }

    /// Trains a completed trial again and puts the model's file back.
    /// - Returns: seconds of training.
    func makeAgain(_ model: StoredFile, of trial: Trial) async throws(EngineError) -> Double {
        guard let sweep = try await row(trial.sweep) else {
            throw EngineError(.notFound, "there is no sweep \(trial.sweep)")
        }
        let (_, result) = try await again(trial, of: sweep)
        guard case .completed(_, let bytes, _) = result.ending, StateFolder.digest(bytes) == model.digest else {
            throw EngineError(
                .failed,
                "training trial \(trial.id) again gives other weights than it had, so its model is not kept: was it trained "
                    + "by a version with other kernels? `sweepctl verify \(trial.id)` compares")
        }
        _ = try await blocking.run { [folder] () throws(EngineError) in
            try folder.write(bytes, to: model.path, iteration: model.iteration)
        }
        return result.seconds
    }

    nonisolated static func remedy(_ trial: Int64) -> String {
        "`sweepctl keep \(trial)` trains it again to the same bits"
    }
}
