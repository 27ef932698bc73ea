import FoundationEssentials
import GRDB
public import SweepModel

extension SQLiteStore {
    /// Made by a reader: writes go on meanwhile, and the copy is the database as it was when the call began. What is put
    /// at `copy` has passed SQLite's integrity check.
    public func backup(
        to copy: String, content: @escaping @Sendable (StoredFile) throws(StoreError) -> [UInt8]?
    ) async throws(StoreError) -> BackupReport {
        let copy = try DatabaseCopy(at: copy)
        do throws(StoreError) {
            let filled: Result<Void, any Error> = await withCheckedContinuation { continuation in
                // `VACUUM` does not run within a transaction, which `read` would open.
                pool.asyncUnsafeRead { database in
                    continuation.resume(
                        returning: Result {
                            Fault.before(.backupCopy)
                            try copy.fill(from: database.get())
                            Fault.after(.backupCopy)
                        })
                }
            }
            try value(of: filled)
            let report = try await Self.addFiles(to: copy, content)
            try copy.commit()
            return report
        } catch {
            copy.abandon()
            throw error
        }
    }

    private static func addFiles(
        to copy: DatabaseCopy, _ content: @escaping @Sendable (StoredFile) throws(StoreError) -> [UInt8]?
    ) async throws(StoreError) -> BackupReport {
        do {
            let queue = try copy.connect()
            let result: Result<BackupReport, any Error> = await withCheckedContinuation { continuation in
                queue.asyncWriteWithoutTransaction { database in
                    continuation.resume(returning: Result { try BackupFiles.add(to: database, content) })
                }
            }
            try queue.close()
            return try result.get()
        } catch {
            throw StoreError(error, path: copy.path)
        }
    }
}

/// The table of a backup that holds files.
enum BackupFiles {
    static let table = "backup_files"

    static func add(
        to database: Database, _ content: (StoredFile) throws(StoreError) -> [UInt8]?
    ) throws -> BackupReport {
        try database.execute(
            sql: """
                CREATE TABLE \(table) (path TEXT PRIMARY KEY NOT NULL, digest TEXT NOT NULL, content BLOB NOT NULL) STRICT
                """)
        var report = try count(database)
        for file in try database.rows(StoredFiles.sql(), [], StoredFiles.read) {
            Fault.before(.backupFile)
            if let bytes = try content(file) {
                try database.run(
                    "INSERT INTO \(table) (path, digest, content) VALUES (?, ?, ?)",
                    [file.path, file.digest, Data(bytes)])
                report.files.append(file)
            } else {
                report.missing.append(file)
            }
            Fault.after(.backupFile)
        }
        let problems = try database.problems("integrity_check")
        if let first = problems.first {
            throw StoreError(
                .corrupt,
                "the copy is damaged (\(first), \(problems.count) in all); check the database: `sweepctl check`")
        }
        return report
    }

    /// Rows only.
    static func count(_ database: Database) throws -> BackupReport {
        func rows(_ table: String) throws -> Int {
            try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0
        }
        return BackupReport(
            sweeps: try rows("sweeps"), trials: try rows("trials"), promotions: try rows("promotions"))
    }
}
