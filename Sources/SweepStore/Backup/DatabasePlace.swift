public import SweepModel

/// The place of a state folder's database, while nothing has it open: where a restore puts one.
///
/// The caller holds the state folder's lock.
public struct DatabasePlace: Sendable {
    public let path: String

    public init(path: String) { self.path = path }

    /// Whether a database is there. One of a restore that was interrupted before it was finished does not count.
    public func isTaken() throws(StoreError) -> Bool {
        for sibling in ["", "-wal"] where try FileSystem.size(of: path + sibling) != nil { return true }
        return false
    }

    /// Puts the backup's database in place, whole and durable or not at all; an old one goes into a folder beside it.
    ///
    /// - Parameters:
    ///   - renamed: files that have other paths here than in the backup.
    ///   - replacing: false: `.conflict` when there is a database, unless it is byte for byte the one to be put there.
    /// - Returns: the folder into which the old database went; nil when there was none.
    public func restore(
        _ backup: BackupFile, renamed: [String: String], replacing: Bool
    ) throws(StoreError) -> String? {
        let aside = try SetAside(for: path)
        try FileSystem.remove(aside.pending + ".new")
        let copy = try DatabaseCopy(at: aside.pending + ".new")
        do {
            try backup.copy(to: copy, renamed: renamed)
            try copy.commit()
            if !replacing, try isTaken() {
                let isSame = try FileSystem.size(of: path + "-wal") == nil && FileSystem.areEqual(copy.path, path)
                try FileSystem.remove(copy.path)
                if isSame { return nil }
                throw StoreError(.conflict, "\(path) is there; replace it with --replace, which keeps the old one")
            }
            if try isTaken() { try aside.keepFiles() }
            // From here on the new database is the one that counts.
            try FileSystem.rename(copy.path, to: aside.pending)
            try FileSystem.sync(FileSystem.folder(of: path))
            return try aside.exchange() ? aside.folder : nil
        } catch {
            copy.abandon()
            throw StoreError(error, path: path)
        }
    }
}
