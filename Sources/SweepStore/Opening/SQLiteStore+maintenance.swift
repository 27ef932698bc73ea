import GRDB
public import SweepModel

extension SQLiteStore {
    public func referencedFiles() async throws(StoreError) -> Set<String> {
        try await read { database in
            try String.fetchSet(
                database,
                sql: """
                    SELECT checkpoint_path FROM trials WHERE checkpoint_path IS NOT NULL
                    UNION ALL SELECT model_path FROM trials WHERE model_path IS NOT NULL
                    """)
        }
    }

    public func check() async throws(StoreError) -> [String] {
        try await read { database in
            do {
                let problems = try String.fetchAll(database, sql: "PRAGMA quick_check").filter { $0 != "ok" }
                let strays = try database.foreignKeyViolations().map { violation in
                    "a row of \(violation.originTable) names a row of \(violation.destinationTable) that is not there"
                }
                return try problems + Array(strays)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
                // Damage that stops the check is what was asked for, not a failure to answer.
                return [error.message ?? "\(error.resultCode)"]
            }
        }
    }

    /// Made by a reader: writes go on meanwhile, and the copy is the database as it was when the call began.
    public func backup(to copy: String) async throws(StoreError) {
        let result: Result<Void, any Error> = await withCheckedContinuation { continuation in
            // `VACUUM` does not run within a transaction, which `read` would open.
            pool.asyncUnsafeRead { database in
                continuation.resume(returning: Result { try DatabaseCopy.write(database.get(), to: copy) })
            }
        }
        try value(of: result)
    }
}
