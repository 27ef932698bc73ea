import GRDB
public import SweepModel

extension SQLiteStore {
    public func events(after: Int64, sweep: Int64?, limit: Int) async throws(StoreError) -> [Event] {
        try await read { database in
            if let sweep {
                try database.rows(
                    "SELECT \(EventRecord.columns) FROM events WHERE sweep = ? AND seq > ? ORDER BY seq LIMIT ?",
                    [sweep, after, max(0, limit)], EventRecord.read)
            } else {
                try database.rows(
                    "SELECT \(EventRecord.columns) FROM events WHERE seq > ? ORDER BY seq LIMIT ?",
                    [after, max(0, limit)], EventRecord.read)
            }
        }
    }

    public func hasEnded(sweep: Int64) async throws(StoreError) -> Bool {
        try await read { database in
            try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM events WHERE sweep = ? AND kind = ?)",
                arguments: [sweep, EventContent.Kind.sweepEnded.rawValue]) ?? false
        }
    }

    public func lastEventSequence() async throws(StoreError) -> Int64 {
        try await read { database in try Int64.fetchOne(database, sql: "SELECT max(seq) FROM events") ?? 0 }
    }
}
