import GRDB
public import SweepModel

extension SQLiteStore {
    public func referencedFiles() async throws(StoreError) -> Set<String> {
        try await read { database in
            try String.fetchSet(
                database,
                sql: """
                    SELECT checkpoint_path FROM trials WHERE checkpoint_path IS NOT NULL
                    UNION ALL SELECT previous_path FROM trials WHERE previous_path IS NOT NULL
                    UNION ALL SELECT model_path FROM trials WHERE model_path IS NOT NULL AND model_kept = 1
                    """)
        }
    }

    public func storedFiles() async throws(StoreError) -> [StoredFile] {
        try await read { database in try database.rows(StoredFiles.sql, [], StoredFiles.read) }
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
    public func backup(
        to copy: String, content: @escaping @Sendable (StoredFile) throws(StoreError) -> [UInt8]?
    ) async throws(StoreError) {
        let result: Result<Void, any Error> = await withCheckedContinuation { continuation in
            // `VACUUM` does not run within a transaction, which `read` would open.
            pool.asyncUnsafeRead { database in
                continuation.resume(returning: Result { try DatabaseCopy.write(database.get(), to: copy) })
            }
        }
        try value(of: result)
    }
}

/// Files that rows name.
enum StoredFiles {
    static let sql = """
        SELECT checkpoint_path AS path, checkpoint_bytes, checkpoint_digest, checkpoint_iteration
        FROM trials WHERE checkpoint_path IS NOT NULL
        UNION SELECT previous_path, previous_bytes, previous_digest, previous_iteration
        FROM trials WHERE previous_path IS NOT NULL
        UNION SELECT model_path, model_bytes, model_digest, model_iteration
        FROM trials WHERE model_path IS NOT NULL AND model_kept = 1
        ORDER BY path
        """

    static func read(_ row: inout RowReader) throws -> StoredFile {
        StoredFile(
            path: try row.next(), bytes: try row.next(), digest: try row.next(), iteration: try row.next())
    }
}
