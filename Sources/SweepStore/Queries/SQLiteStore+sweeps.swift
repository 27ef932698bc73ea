import GRDB
public import SweepModel

extension SQLiteStore {
    public func sweep(_ id: Int64) async throws(StoreError) -> Sweep? {
        try await read { database in try SweepRecord.find(id, database) }
    }

    public func summaries(before: Int64?, limit: Int) async throws(StoreError) -> [SweepSummary] {
        try await read { database in
            let sweeps = try database.rows(
                "SELECT \(SweepRecord.columns) FROM sweeps WHERE id < ? ORDER BY id DESC LIMIT ?",
                [before ?? .max, max(0, limit)], SweepRecord.read)
            return try Summarizer.summaries(of: sweeps, database)
        }
    }

    public func summary(_ id: Int64) async throws(StoreError) -> SweepSummary? {
        try await read { database in
            guard let sweep = try SweepRecord.find(id, database) else { return nil }
            return try Summarizer.summaries(of: [sweep], database).first
        }
    }

    public func activeSweeps() async throws(StoreError) -> [Sweep] {
        try await read { database in
            try database.rows(
                """
                SELECT \(SweepRecord.columns) FROM sweeps WHERE state IN ('queued', 'running', 'paused')
                ORDER BY priority DESC, id
                """, [], SweepRecord.read)
        }
    }

    public func latestSweepID() async throws(StoreError) -> Int64? {
        try await read { database in try Int64.fetchOne(database, sql: "SELECT max(id) FROM sweeps") }
    }
}
