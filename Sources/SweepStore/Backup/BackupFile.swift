import FoundationEssentials
import GRDB
import Migrations
public import SweepModel

/// A backup, as `backup` wrote it, or a plain copy of a database: open for reading.
public final class BackupFile: Sendable {
    public let path: String
    private let queue: DatabaseQueue
    /// Versions that made the copy wrote no files into it.
    private let hasFiles: Bool

    /// Opens it and sees whether it is ours and not from a newer version.
    ///
    /// - Throws: `.notFound`, `.corrupt`, `.newer`, `.io`.
    public init(path: String) throws(StoreError) {
        self.path = path
        guard try FileSystem.size(of: path) != nil else { throw StoreError(.notFound, "there is no file \(path)") }
        do {
            queue = try DatabaseQueue(path: path, configuration: Connection.readOnly)
            let tables = try queue.read { database in
                let tables = try String.fetchSet(database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
                guard try Int.fetchOne(database, sql: "PRAGMA application_id") == ExistingDatabase.applicationID,
                    tables.isSuperset(of: ["grdb_migrations", "boots", "sweeps", "trials", "promotions"])
                else { throw StoreError(.corrupt, "\(path) is not a backup of sweepd") }
                let applied = try String.fetchSet(database, sql: "SELECT identifier FROM grdb_migrations")
                if let unknown = applied.subtracting(Migration.all.map(\.name)).min() {
                    throw StoreError(
                        .newer, "\(path) is from a newer version of sweepd (\(unknown)); restore it with that version")
                }
                return tables
            }
            hasFiles = tables.contains(BackupFiles.table)
        } catch {
            throw Self.sorted(error, path)
        }
    }

    public func bytes() throws(StoreError) -> Int { try FileSystem.size(of: path) ?? 0 }

    public func close() throws(StoreError) {
        do { try queue.close() } catch { throw Self.sorted(error, path) }
    }

    /// Checks all of it: pages, references between rows, and every file's digest.
    ///
    /// - Parameter digest: SHA-256, hexadecimal.
    public func check(digest: ([UInt8]) -> String) throws(StoreError) -> BackupReport {
        do {
            return try queue.read { database in
                if let first = try database.problems("integrity_check").first {
                    throw StoreError(.corrupt, "\(path) is damaged: \(first)")
                }
                var report = try BackupFiles.count(database)
                for file in try storedFiles(database) {
                    guard let content = try content(of: file, database) else {
                        report.missing.append(file)
                        continue
                    }
                    guard content.count == file.bytes, digest(content) == file.digest else {
                        throw StoreError(.corrupt, "\(path) is damaged: \(file.path) does not have its digest")
                    }
                    guard Self.isSafe(file.path) else {
                        throw StoreError(.corrupt, "\(path) names a file outside of the state folder: \(file.path)")
                    }
                    report.files.append(file)
                }
                return report
            }
        } catch {
            throw Self.sorted(error, path)
        }
    }

    /// Nil when the backup does not have it.
    public func content(of file: StoredFile) throws(StoreError) -> [UInt8]? {
        do { return try queue.read { database in try content(of: file, database) } } catch {
            throw Self.sorted(error, path)
        }
    }

    /// A copy without the files, in which `renamed` files have other paths.
    func copy(to copy: DatabaseCopy, renamed: [String: String]) throws {
        try queue.inDatabase { database in try copy.fill(from: database) }
        let target = try copy.connect()
        try target.inDatabase { database in
            try database.execute(sql: "DROP TABLE IF EXISTS \(BackupFiles.table)")
            for column in try Self.pathColumns(database) {
                for (old, new) in renamed {
                    try database.run("UPDATE trials SET \(column) = ? WHERE \(column) = ?", [new, old])
                }
            }
            try database.execute(sql: "VACUUM")
            if let first = try database.problems("integrity_check").first {
                throw StoreError(.corrupt, "the restored database is damaged: \(first)")
            }
        }
        try target.close()
    }

    private func content(of file: StoredFile, _ database: Database) throws -> [UInt8]? {
        guard hasFiles else { return nil }
        return try database.row("SELECT content FROM \(BackupFiles.table) WHERE path = ?", [file.path]) { row in
            [UInt8](try row.next(as: Data.self))
        }
    }

    /// What rows name, also in a database of a version that knew fewer columns.
    private func storedFiles(_ database: Database) throws -> [StoredFile] {
        let columns = Set(try database.columns(in: "trials").map(\.name))
        return try database.rows(StoredFiles.sql(columns: columns), [], StoredFiles.read)
    }

    private static func pathColumns(_ database: Database) throws -> [String] {
        try database.columns(in: "trials").map(\.name).filter { $0.hasSuffix("_path") }
    }

    /// Whether writing to `path` below a state folder stays below it: `checkpoints/NAME` or `models/NAME`.
    private static func isSafe(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, StoredFiles.folders.contains(String(parts[0])) else { return false }
        let name = parts[1].utf8
        let isPlain = name.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
            default: false
            }
        }
        return isPlain && name.first != UInt8(ascii: ".") && (1...200).contains(name.count)
    }

    /// The remedy for a database in use is not the one for a backup.
    private static func sorted(_ error: any Error, _ path: String) -> StoreError {
        if let error = error as? DatabaseError, [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode) {
            let said = error.message ?? "\(error.resultCode)"
            return StoreError(.corrupt, "\(path) is not a sound backup (\(said)); nothing was changed, try another one")
        }
        return StoreError(error, path: path)
    }
}
