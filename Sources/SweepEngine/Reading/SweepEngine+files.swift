import FoundationEssentials
import Logging
public import SweepModel
import Synchronization

/// Looks at everything below the state folder: checks, copies, how much it may become.
extension SweepEngine {
    public struct FileCheck: Sendable, Equatable {
        /// One sentence each, with the remedy; empty when sound.
        public var findings: [String]
        public var files: Int
        public var bytes: Int
    }

    /// Bytes below the state folder, and the most that they may become while the settings stay.
    public struct Footprint: Sendable, Equatable {
        public var database: Int
        public var models: Int
        public var checkpoints: Int
        /// Copies from before migrations.
        public var copies: Int
        public var damaged: Int
        public var damagedFiles: Int
        /// Databases that a restore has replaced.
        public var replaced: Int
        /// What the sweeps that run may add to models and checkpoints.
        public var growth: Int

        public var now: Int { database + models + checkpoints + copies + damaged + replaced }
        public var ceiling: Int { now + growth }
    }

    /// Checks the database, and each file that a row names: its digest, or with `contents` false only that it is there with
    /// its size.
    public func checkFiles(contents: Bool = true) async throws(EngineError) -> FileCheck {
        let problems = try await storing { () async throws(StoreError) in try await store.check() }
        // None of the files that the rows name at this moment goes while they are read.
        return try await holdingFiles { () async throws(EngineError) in
            let files = try await storing { () async throws(StoreError) in try await store.storedFiles() }
            let queue = BlockingQueue("check")
            var findings = problems.map { "the database is damaged: \($0); restore a backup with `sweepd restore`" }
            for file in files {
                let finding = try await queue.run { [folder] () throws(EngineError) in
                    try Self.fault(of: file, in: folder, contents: contents)
                }
                if let finding { findings.append(finding) }
            }
            return FileCheck(findings: findings, files: files.count, bytes: files.reduce(0) { $0 + $1.bytes })
        }
    }

    private nonisolated static func fault(
        of file: StoredFile, in folder: StateFolder, contents: Bool
    ) throws(EngineError) -> String? {
        let message: String
        if contents {
            do throws(EngineError) {
                _ = try folder.read(file)
                return nil
            } catch {
                guard error.code == .damaged else { throw error }
                message = error.message
            }
        } else {
            guard let bytes = try folder.bytes(of: file.path) else {
                return "\(file.path) is missing; \(remedy(for: file))"
            }
            guard bytes != file.bytes else { return nil }
            message = "\(file.path) has \(bytes) bytes in place of \(file.bytes)"
        }
        return "\(message); \(remedy(for: file))"
    }

    private nonisolated static func remedy(for file: StoredFile) -> String {
        guard file.isModel, let trial = file.trial else {
            return "nothing is to be done, its trial goes on from the checkpoint before or from its start"
        }
        return remedy(trial)
    }

    public func footprint() async throws(EngineError) -> Footprint {
        let database = try await storing { () async throws(StoreError) in try await store.databaseBytes() }
        let sizes = try await blocking.run { [folder] () throws(EngineError) in
            var replaced = 0
            for name in try folder.names(in: "") where name.contains(".replaced-") {
                replaced += try folder.size(of: name).bytes
            }
            return (
                models: try folder.size(of: StateFolder.models).bytes,
                checkpoints: try folder.size(of: StateFolder.checkpoints).bytes,
                copies: try folder.size(of: StateFolder.copies).bytes,
                damaged: try folder.size(of: StateFolder.damaged),
                replaced: replaced
            )
        }
        return Footprint(
            database: database, models: sizes.models, checkpoints: sizes.checkpoints, copies: sizes.copies,
            damaged: sizes.damaged.bytes, damagedFiles: sizes.damaged.files, replaced: sizes.replaced,
            growth: max(0, mostCheckpointBytes - sizes.checkpoints) + mostPrunedBytes + mostModelBytes)
    }

    /// Two for each trial that may live. The memory of a trial is a bound of its checkpoint, which has the same weights,
    /// moments and kept weights.
    private var mostCheckpointBytes: Int {
        let sizes = contexts.values.flatMap { context in
            context.trials.values.map { context.data.memoryBytes(of: $0.configuration) }
        }
        return sizes.sorted(by: >).prefix(options.maxParallel).reduce(0) { $0 + 2 * $1 }
    }

    /// One for each trial that may yet be pruned, or stand at a rung.
    private var mostPrunedBytes: Int {
        contexts.values.filter { SweepHistory.needsCurves(for: $0.spec) }.reduce(0) { sum, context in
            let sizes = context.trials.values.map { context.data.memoryBytes(of: $0.configuration) }
            return sum + sizes.reduce(0, +) + context.undecided.count * (sizes.max() ?? 0)
        }
    }

    private var mostModelBytes: Int {
        contexts.values.reduce(0) { sum, context in
            let largest = context.trials.values.map { context.data.memoryBytes(of: $0.configuration) }.max() ?? 0
            return sum + min(options.keepModels, context.open.count) * largest
        }
    }

    // MARK: Backup

    /// Writes a copy of database, models and checkpoints to a new file directly in the state folder; the caller removes it.
    ///
    /// - Returns: the file's path, and what is in it.
    public func backup() async throws(EngineError) -> (path: String, report: BackupReport) {
        guard !isBackingUp else { throw EngineError(.refused, "another backup is being made; try again in a while") }
        isBackingUp = true
        defer { isBackingUp = false }
        _ = await recorder.flush()
        let path = folder.path + "/\(StateFolder.copyPrefix)\(UUID().uuidString).partial"
        return try await holdingFiles { () async throws(EngineError) in
            try await refuseWithoutRoom()
            let damage = Mutex<[String]>([])
            let report = try await storing { [folder] () async throws(StoreError) in
                try await store.backup(to: path) { (file) throws(StoreError) in
                    do throws(EngineError) { return try folder.read(file) } catch {
                        guard error.code == .damaged else { throw StoreError(.io, error.message) }
                        damage.withLock { $0.append(error.message) }
                        return nil
                    }
                }
            }
            for message in damage.withLock({ $0 }) {
                logger.warning("left out of the backup", metadata: ["error": "\(message)"])
            }
            return (path, report)
        }
    }

    private func refuseWithoutRoom() async throws(EngineError) {
        let database = try await storing { () async throws(StoreError) in try await store.databaseBytes() }
        let files = try await storing { () async throws(StoreError) in try await store.storedFiles() }
        // Running trials need room while it is made.
        let needed = database + files.reduce(0) { $0 + $1.bytes + 64 } + (64 << 20)
        guard let room = folder.room, room < needed else { return }
        throw EngineError(
            .full,
            "a backup needs \(needed >> 20) MiB in the state folder for a while, \(room >> 20) MiB are free; make room, or "
                + "`sweepctl prune`")
    }
}
