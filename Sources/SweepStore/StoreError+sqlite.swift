import GRDB
import SweepModel

extension StoreError {
    /// What `error`, thrown while the database at `path` was used, means to the caller.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError: self.init(sqlite: error, path: path)
        case let error as RowDecodingError:
            self.init(.corrupt, "\(path): a row does not hold what it should (\(error)); \(Self.remedy)")
        default: self.init(.io, "\(path): \(error)")
        }
    }

    private init(sqlite error: DatabaseError, path: String) {
        let said = error.message ?? "\(error.resultCode)"
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(.full, "\(path): the disk is full; free some space, nothing was stored")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(.corrupt, "\(path) is not a sound SQLite database (\(said)); \(Self.remedy)")
        case .SQLITE_CONSTRAINT:
            self.init(.conflict, "the database refuses this change: \(said)")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.io, "\(path) is in use by another process (\(said)); end that one and try again")
        // A full disk that is met while syncing or growing the WAL index is reported as a plain I/O error.
        case .SQLITE_IOERR where FileSystem.isFull(at: path):
            self.init(.full, "\(path): the disk is full; free some space, nothing was stored")
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
            self.init(.io, "cannot open \(path) for writing (\(said)); check that its folder exists and who owns it")
        default:
            self.init(.io, "\(path): \(said) (\(error.extendedResultCode))")
        }
    }

    static let remedy =
        "it was left as it is: put a backup in its place with `sweepd restore BACKUP --replace`, which keeps the old one "
        + "beside it; without a backup, `sqlite3 FILE .recover` writes out what can still be read"
}
