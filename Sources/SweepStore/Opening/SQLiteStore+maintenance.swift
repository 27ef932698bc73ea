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
                    UNION ALL SELECT pruned_path FROM trials WHERE pruned_path IS NOT NULL
                    UNION ALL SELECT model_path FROM trials WHERE model_path IS NOT NULL AND model_kept = 1
                    """)
        }
    }

    public func storedFiles() async throws(StoreError) -> [StoredFile] {
        try await read { database in try database.rows(StoredFiles.sql(), [], StoredFiles.read) }
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

    private static let kinds = ["checkpoint", "previous", "pruned", "model"]

    /// - Parameter columns: those of `trials`; older versions have fewer.
    static func sql(columns: Set<String>? = nil) -> String {
        func has(_ column: String) -> Bool { columns?.contains(column) ?? true }
        let parts = kinds.filter { has("\($0)_path") }.map { kind in
            """
            SELECT \(kind)_path AS path, \(kind)_bytes, \(kind)_digest, \(kind)_iteration FROM trials
            WHERE \(kind)_path IS NOT NULL\(kind == "model" && has("model_kept") ? " AND model_kept = 1" : "")
            """
        }
        return parts.joined(separator: " UNION ") + " ORDER BY path"
    }

    static func read(_ row: inout RowReader) throws -> StoredFile {
        StoredFile(
            path: try row.next(), bytes: try row.next(), digest: try row.next(), iteration: try row.next())
    }
}
