public import FoundationEssentials
import GRDB
public import SweepModel

/// Which models' files stay.
extension SQLiteStore {
    public func prune(
        sweep id: Int64, keep: Int, event: EventContent?, at: Date
    ) async throws(StoreError) -> PruneReport {
        try await write(.prune) { database in
            let files = try Self.prunable(sweep: id, keep: keep, database)
            guard !files.isEmpty else { return PruneReport() }
            for file in files {
                try database.run("UPDATE trials SET model_kept = 0 WHERE model_path = ?", [file.path])
            }
            let events = event.map { event in
                var event = event
                let bytes = files.reduce(0) { $0 + $1.bytes }
                event.detail = "\(files.count) models, \(bytes) bytes; the best \(keep) stay"
                return [event]
            }
            return PruneReport(files: files, events: try EventRecord.insert(events ?? [], at: at, database))
        }
    }

    public func prunable(sweep: Int64, keep: Int) async throws(StoreError) -> [StoredFile] {
        try await read { database in try Self.prunable(sweep: sweep, keep: keep, database) }
    }

    private static func prunable(sweep id: Int64, keep: Int, _ database: Database) throws -> [StoredFile] {
        let order = try SweepRecord.get(id, database).metric.bestFirst
        return try database.rows(
            """
            SELECT model_path, model_bytes, model_digest, model_iteration FROM trials INDEXED BY trials_kept
            WHERE sweep = ? AND model_path IS NOT NULL AND model_kept = 1 AND is_pinned = 0
                AND model_digest NOT IN (SELECT model_digest FROM promotions)
                AND model_digest NOT IN (SELECT model_digest FROM promotion_members)
                AND id NOT IN (
                    SELECT id FROM trials WHERE sweep = ? AND state = 'completed' ORDER BY \(order) LIMIT ?)
            ORDER BY idx
            """, [id, id, max(0, keep)], StoredFiles.read)
    }

    public func pruneCheckpoints(
        sweep id: Int64, event: EventContent?, at: Date
    ) async throws(StoreError) -> PruneReport {
        try await write(.prune) { database in
            let files = try Self.prunableCheckpoints(sweep: id, database)
            guard !files.isEmpty else { return PruneReport() }
            try database.run(
                """
                UPDATE trials SET pruned_path = NULL, pruned_bytes = NULL, pruned_digest = NULL, pruned_iteration = NULL
                WHERE sweep = ? AND pruned_path IS NOT NULL
                """, [id])
            let events = event.map { event in
                var event = event
                event.detail = PruneReport.checkpointDetail(files)
                return [event]
            }
            return PruneReport(files: files, events: try EventRecord.insert(events ?? [], at: at, database))
        }
    }

    public func prunableCheckpoints(sweep: Int64) async throws(StoreError) -> [StoredFile] {
        try await read { database in try Self.prunableCheckpoints(sweep: sweep, database) }
    }

    private static func prunableCheckpoints(sweep id: Int64, _ database: Database) throws -> [StoredFile] {
        guard try SweepRecord.get(id, database).state.isEnded else { return [] }
        return try database.rows(
            """
            SELECT pruned_path, pruned_bytes, pruned_digest, pruned_iteration FROM trials
            WHERE sweep = ? AND state = 'pruned' AND pruned_path IS NOT NULL ORDER BY idx
            """, [id], StoredFiles.read)
    }

    public func keep(
        trial id: Int64, model: StoredFile, event: EventContent, at: Date
    ) async throws(StoreError) -> ApplyReport {
        try await write(.keep) { database in
            let changed = try database.run(
                """
                UPDATE trials SET model_path = ?, model_bytes = ?, model_iteration = ?, model_kept = 1, is_pinned = 1
                WHERE id = ? AND state = 'completed' AND model_digest = ?
                """, [model.path, model.bytes, model.iteration, id, model.digest])
            guard changed == 1 else {
                throw StoreError(.conflict, "trial \(id) does not have this model (any more)")
            }
            return ApplyReport(events: try EventRecord.insert([event], at: at, database))
        }
    }
}

extension RankingMetric {
    /// An ORDER BY; its words come from a closed enum, so that nothing needs quoting.
    var bestFirst: String { "\(rawValue) \(maximizes ? "DESC" : "ASC") NULLS LAST, idx" }
}
