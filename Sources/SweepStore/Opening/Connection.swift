import GRDB
import SweepModel

/// How connections are set up, and the proof that they are.
enum Connection {
    /// For the pool: one connection that writes, and readers that cannot write and so never checkpoint. SQLite before
    /// 3.51.3 can damage a WAL that two connections checkpoint at once.
    static var pooled: Configuration {
        var configuration = plain
        configuration.journalMode = .wal
        return configuration
    }

    /// For looking at a file without changing it.
    static var readOnly: Configuration {
        var configuration = plain
        configuration.readonly = true
        return configuration
    }

    /// For a copy that nobody else has open.
    static var single: Configuration { plain }

    /// For looking at a file that a crash has left in the middle of a transaction.
    static var rollingBack: Configuration { plain }

    private static var plain: Configuration {
        var configuration = Configuration()
        configuration.label = "sweepd.store"
        configuration.foreignKeysEnabled = true
        // Another process has no business here, but `sqlite3` in an administrator's shell may hold a lock for a moment.
        configuration.busyMode = .timeout(5)
        configuration.readonly = false
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA trusted_schema = OFF;
                    PRAGMA cell_size_check = ON;
                    PRAGMA temp_store = MEMORY;
                    """)
        }
        return configuration
    }

    /// GRDB sets `synchronous = NORMAL` after `prepareDatabase`, with which a commit may be lost when the power fails.
    /// Must run on the writer, outside a transaction.
    static func makeDurable(_ database: Database, path: String) throws {
        try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864")
        try verify(database, path: path)
    }

    /// Reads back what durability rests on.
    static func verify(_ database: Database, path: String) throws {
        let expected = ["journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"]
        for (pragma, value) in expected {
            let actual = try String.fetchOne(database, sql: "PRAGMA \(pragma)") ?? "nothing"
            guard actual == value else {
                throw StoreError(
                    .io,
                    "\(path): `PRAGMA \(pragma)` is \(actual) instead of \(value); the database cannot be trusted here")
            }
        }
    }
}
