import GRDB
import SweepModel

/// A compact and consistent copy of a database that is in use.
enum DatabaseCopy {
    /// Writes the copy under a temporary name first, so that whatever is found at `path` is whole and on the disk.
    ///
    /// - Throws: `.conflict` when `path` exists.
    static func write(_ database: Database, to path: String) throws {
        guard try FileSystem.size(of: path) == nil else {
            throw StoreError(.conflict, "\(path) exists; name a file that is not there yet")
        }
        let partial = path + ".partial"
        try FileSystem.remove(partial)
        do {
            try database.execute(sql: "VACUUM INTO ?", arguments: [partial])
            try FileSystem.sync(partial)
            try FileSystem.rename(partial, to: path)
        } catch {
            try FileSystem.remove(partial)
            throw StoreError(error, path: path)
        }
        try FileSystem.sync(FileSystem.folder(of: path))
    }
}
