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
        try await read { database in try database.problems() }
    }

    public func databaseBytes() async throws(StoreError) -> Int {
        try (FileSystem.size(of: path) ?? 0) + (FileSystem.size(of: path + "-wal") ?? 0)
    }
}

/// Files that rows name.
enum StoredFiles {
    /// Beside the database.
    static let folders = ["checkpoints", "models"]

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
