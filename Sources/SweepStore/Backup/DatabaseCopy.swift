import GRDB
import SweepModel

/// A compact and consistent copy of a database that is in use.
///
/// It is made under a temporary name first, so that whatever is found at its place is whole and on the disk.
struct DatabaseCopy {
    /// Where it will be.
    let path: String
    /// Where it is made.
    let partial: String

    /// - Throws: `.conflict` when `path` exists.
    init(at path: String) throws(StoreError) {
        guard try FileSystem.size(of: path) == nil else {
            throw StoreError(.conflict, "\(path) exists; name a file that is not there yet")
        }
        (self.path, partial) = (path, path + ".partial")
        try FileSystem.remove(partial)
    }

    /// Copies what `database` sees at this moment, into the temporary file.
    func fill(from database: Database) throws {
        try database.execute(sql: "VACUUM INTO ?", arguments: [partial])
    }

    /// A connection to the temporary file. What it writes is on the disk once ``commit()`` has returned: until then a
    /// crash leaves a file that nobody looks at, so there is no journal to pay for.
    func connect() throws -> DatabaseQueue {
        let queue = try DatabaseQueue(path: partial, configuration: Connection.single)
        try queue.inDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        }
        return queue
    }

    /// Puts the copy in its place. Every connection to it must be closed.
    func commit() throws(StoreError) {
        try FileSystem.sync(partial)
        try FileSystem.rename(partial, to: path)
        try FileSystem.sync(FileSystem.folder(of: path))
    }

    /// Removes what was made, because of an error that is the one to tell.
    func abandon() {
        do throws(StoreError) { try FileSystem.remove(partial) } catch { return }
    }
}

extension Database {
    /// What `integrity_check` or `quick_check` and the foreign keys find; empty when sound.
    func problems(_ check: String = "quick_check") throws -> [String] {
        do {
            let problems = try String.fetchAll(self, sql: "PRAGMA \(check)").filter { $0 != "ok" }
            let strays = try foreignKeyViolations().map { violation in
                "a row of \(violation.originTable) names a row of \(violation.destinationTable) that is not there"
            }
            return try problems + Array(strays)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            // Damage that stops the check is what was asked for, not a failure to answer.
            return [error.message ?? "\(error.resultCode)"]
        }
    }
}
