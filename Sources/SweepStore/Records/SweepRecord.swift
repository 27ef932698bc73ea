import GRDB
import SweepModel

/// A row of `sweeps`.
enum SweepRecord {
    static let columns = """
        id, name, state, closing, reason, file, overrides, trials, priority, metric, dataset_digest, version, uid, \
        pid, submitted_at, started_at, ended_at, active_seconds
        """

    static func read(_ row: inout RowReader) throws -> Sweep {
        Sweep(
            id: try row.next(), name: try row.next(), state: try row.word(), closing: try row.optionalWord(),
            reason: try row.optional(), file: try row.next(), overrides: try row.next(), trials: try row.next(),
            priority: try row.next(), metric: try row.word(), datasetDigest: try row.optional(),
            version: try row.next(), caller: Caller(uid: try row.next(), pid: try row.next()),
            submittedAt: try row.date(), startedAt: try row.optionalDate(), endedAt: try row.optionalDate(),
            activeSeconds: try row.next())
    }

    static func find(_ id: Int64, _ database: Database) throws -> Sweep? {
        try database.row("SELECT \(columns) FROM sweeps WHERE id = ?", [id], read)
    }

    /// - Throws: `.notFound`.
    static func get(_ id: Int64, _ database: Database) throws -> Sweep {
        guard let sweep = try find(id, database) else { throw StoreError(.notFound, "there is no sweep \(id)") }
        return sweep
    }
}
