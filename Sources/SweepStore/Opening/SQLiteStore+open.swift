import GRDB
package import Migrations
public import SweepModel

extension SQLiteStore {
    /// Opens the database at `path`, and creates or migrates it when needed; the caller holds the state folder's lock.
    ///
    /// In order: finish a restore that was interrupted, look at what is there without changing it, open the pool, make commits durable and read that back,
    /// copy a database that is about to be migrated, migrate, check.
    ///
    /// - Parameters:
    ///   - backupFolder: where the copy before a migration goes; no copy is made when nil.
    ///   - log: receives what an administrator would like to know, a line a call.
    /// - Throws: `.corrupt` for a file that is not a sound database of ours (which stays as it is), `.newer` for one
    ///   that a later version has migrated, `.full`, `.io`.
    public static func open(
        path: String, backupFolder: String?, log: (String) -> Void
    ) throws(StoreError) -> SQLiteStore {
        try open(path: path, backupFolder: backupFolder, migrations: Migration.all, log: log)
    }

    /// `open` with other migrations than the embedded ones, for tests.
    package static func open(
        path: String, backupFolder: String?, migrations: [Migration], log: (String) -> Void
    ) throws(StoreError) -> SQLiteStore {
        do {
            try SetAside.finish(path, log: log)
            let found = try ExistingDatabase.inspect(path: path, migrations: migrations, log: log)
            let pool = try DatabasePool(path: path, configuration: Connection.pooled)
            try pool.writeWithoutTransaction { database in try Connection.makeDurable(database, path: path) }
            if !found.pending.isEmpty {
                if found.hasContent, let backupFolder {
                    try copyBeforeMigrating(pool, into: backupFolder, first: found.pending[0], log: log)
                }
                try migrate(pool, migrations, path: path)
                log("database: applied \(found.pending.joined(separator: ", "))")
            }
            // Migrating switches foreign keys off and on again.
            try pool.writeWithoutTransaction { database in try Connection.verify(database, path: path) }
            return SQLiteStore(pool: pool, path: path)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private static func migrate(_ pool: DatabasePool, _ migrations: [Migration], path: String) throws {
        var migrator = DatabaseMigrator()
        for migration in migrations {
            migrator.registerMigration(migration.name) { database in
                try database.execute(sql: migration.sql)
                Fault.before(.migrate)
            }
        }
        try migrator.migrate(pool)
        Fault.after(.migrate)
        try pool.read { database in try database.checkForeignKeys() }
    }

    private static func copyBeforeMigrating(
        _ pool: DatabasePool, into folder: String, first migration: String, log: (String) -> Void
    ) throws {
        try FileSystem.makeFolder(folder)
        // An earlier copy is never overwritten: it may be the last sound one.
        var copy = "\(folder)/before-\(migration).db"
        var number = 1
        while try FileSystem.size(of: copy) != nil {
            number += 1
            copy = "\(folder)/before-\(migration)-\(number).db"
        }
        let file = try DatabaseCopy(at: copy)
        do {
            try pool.writeWithoutTransaction { database in try file.fill(from: database) }
            let queue = try file.connect()
            let problems = try queue.inDatabase { database in try database.problems() }
            try queue.close()
            if let first = problems.first {
                throw StoreError(
                    .corrupt,
                    "the copy before migrating is damaged (\(first), \(problems.count) in all); the database "
                        + "was not migrated")
            }
            try file.commit()
        } catch {
            file.abandon()
            throw error
        }
        log("database: copied to \(copy) before migrating")
    }
}
