import GRDB
import Migrations
import SweepModel

/// What is at the path before anything is opened for writing.
struct ExistingDatabase {
    /// 'swpd'; see the first migration.
    static let applicationID = 0x7377_7064

    /// Whether there is anything to lose.
    var hasContent: Bool
    /// Names of the migrations that are not applied yet.
    var pending: [String]

    /// Reads the file through a connection that cannot write; throws `.corrupt` or `.newer` when it is not for us.
    static func inspect(path: String, migrations: [Migration], log: (String) -> Void) throws -> ExistingDatabase {
        let known = migrations.map(\.name)
        guard let bytes = try FileSystem.size(of: path), bytes > 0 else {
            try refuseToBeginAnew(path)
            return ExistingDatabase(hasContent: false, pending: known)
        }
        var made: [String] = []
        for sibling in ["-wal", "-shm"] where try FileSystem.size(of: path + sibling) == nil {
            made.append(path + sibling)
        }
        do {
            return try inspect(path: path, known: known, Connection.readOnly, log: log)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_READONLY {
            // A crash in a transaction from before the write-ahead log (the first start, or a copy that was put here) leaves
            // a rollback journal, which only a connection that may write plays back.
            return try inspect(path: path, known: known, Connection.rollingBack, log: log)
        } catch {
            // A connection that cannot write leaves an empty log where there was none.
            if made.count == 2, try FileSystem.size(of: made[0]) ?? 0 == 0 {
                for name in made { try FileSystem.remove(name) }
            }
            throw error
        }
    }

    private static func inspect(
        path: String, known: [String], _ configuration: Configuration, log: (String) -> Void
    ) throws -> ExistingDatabase {
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        defer {
            // Nothing was written, so nothing can be lost by a failure to close.
            do { try queue.close() } catch { log("database: \(error)") }
        }
        return try queue.read { database in try inspect(database, path: path, known: known, log: log) }
    }

    private static func inspect(
        _ database: Database, path: String, known: [String], log: (String) -> Void
    ) throws -> ExistingDatabase {
        let tables = try String.fetchSet(database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
        // The migrator makes its own table first: a process that ended just then has left nothing else.
        let applied: Set<String> =
            tables.contains("grdb_migrations")
            ? try String.fetchSet(database, sql: "SELECT identifier FROM grdb_migrations") : []
        if applied.isEmpty, tables.isSubset(of: ["grdb_migrations"]) {
            return ExistingDatabase(hasContent: false, pending: known)
        }
        guard try Int.fetchOne(database, sql: "PRAGMA application_id") == applicationID else {
            throw StoreError(.corrupt, "\(path) is a database of another program; \(StoreError.remedy)")
        }
        if let unknown = applied.subtracting(known).min() {
            throw StoreError(
                .newer,
                "\(path) was migrated by a newer version of sweepd (\(unknown)); start that version, or put a backup "
                    + "from before the upgrade in its place")
        }
        try checkAfterCrash(database, path: path, tables: tables, log: log)
        return ExistingDatabase(hasContent: true, pending: known.filter { !applied.contains($0) })
    }

    /// With an empty database every file of the state folder would be one that no row names, and be removed.
    private static func refuseToBeginAnew(_ path: String) throws(StoreError) {
        let folder = FileSystem.folder(of: path)
        // SQLite would remove the log of a database without a first page.
        if try FileSystem.size(of: path + "-wal") ?? 0 > 0 {
            throw StoreError(.corrupt, "\(path) is empty or missing, but its log is there; \(StoreError.remedy)")
        }
        var strays = 0
        for kind in StoredFiles.folders { strays += try FileSystem.names(in: "\(folder)/\(kind)").count }
        guard strays > 0 else { return }
        throw StoreError(
            .corrupt,
            "\(path) is empty or missing, but \(strays) models and checkpoints are beside it; nothing was changed: put a "
                + "backup in its place with `sweepd restore BACKUP --replace`, or, to begin anew, move "
                + "\(StoredFiles.folders.map { "\(folder)/\($0)" }.joined(separator: " and ")) away")
    }

    private static func checkAfterCrash(
        _ database: Database, path: String, tables: Set<String>, log: (String) -> Void
    ) throws {
        guard tables.contains("boots"),
            try Bool.fetchOne(database, sql: "SELECT stopped_at IS NULL FROM boots ORDER BY seq DESC LIMIT 1") == true
        else { return }
        log("database: the last stop was not a clean one, checking \(path)")
        let problems = try String.fetchAll(database, sql: "PRAGMA quick_check").filter { $0 != "ok" }
        if let first = problems.first {
            throw StoreError(.corrupt, "\(path) is damaged (\(first), \(problems.count) in all); \(StoreError.remedy)")
        }
    }
}
