import SweepModel

/// How another database takes the place of one that is there: the old one goes, with its log, into a folder of its own
/// that is a whole state folder, and nothing is written over.
///
/// The new database is first made durable as `sweepd.db.restored-N`. From then on it is the one that counts: whatever
/// interrupts the rest, the next start of the daemon, or the next restore, finishes it. A log must never lie beside a
/// database that it does not belong to, which is why the old files move before the new one comes.
struct SetAside {
    /// Of the database.
    let path: String
    let number: Int
    /// The database that waits to be put in its place.
    var pending: String { "\(path).restored-\(number)" }
    /// Where the old one goes.
    var folder: String { "\(path).replaced-\(number)" }

    private static let siblings = ["", "-wal", "-shm"]

    /// An interrupted one, or else the next free number.
    init(for path: String) throws(StoreError) {
        self.path = path
        if let number = try Self.interrupted(path) {
            self.number = number
        } else {
            var number = 1
            while try FileSystem.size(of: "\(path).replaced-\(number)") != nil { number += 1 }
            self.number = number
        }
    }

    private init(_ path: String, _ number: Int) { (self.path, self.number) = (path, number) }

    /// Does the rest of what was interrupted after its decision; nothing when there is none.
    static func finish(_ path: String, log: (String) -> Void) throws(StoreError) {
        guard let number = try interrupted(path) else { return }
        log("database: finishing the restore that was interrupted")
        try SetAside(path, number).exchange()
    }

    /// Gives the old files that models and checkpoints are a second name in the folder: the next start removes those that
    /// no row of the new database names.
    func keepFiles() throws(StoreError) {
        let state = FileSystem.folder(of: path)
        for kind in StoredFiles.folders {
            let names = try FileSystem.names(in: "\(state)/\(kind)")
            guard !names.isEmpty else { continue }
            try FileSystem.makeFolder(folder)
            try FileSystem.makeFolder("\(folder)/\(kind)")
            for name in names { try FileSystem.link("\(state)/\(kind)/\(name)", to: "\(folder)/\(kind)/\(name)") }
            try FileSystem.sync("\(folder)/\(kind)")
        }
    }

    /// Moves the old files away and the pending one in.
    ///
    /// - Returns: whether there were old ones.
    @discardableResult
    func exchange() throws(StoreError) -> Bool {
        var isReplaced = false
        for sibling in Self.siblings where try FileSystem.size(of: path + sibling) != nil {
            try FileSystem.makeFolder(folder)
            try FileSystem.rename(path + sibling, to: "\(folder)/\(Self.name(path))\(sibling)")
            isReplaced = true
        }
        if isReplaced { try FileSystem.sync(folder) }
        try FileSystem.sync(FileSystem.folder(of: path))
        Fault.before(.restoreRename)
        try FileSystem.rename(pending, to: path)
        try FileSystem.sync(FileSystem.folder(of: path))
        Fault.after(.restoreRename)
        return isReplaced
    }

    private static func interrupted(_ path: String) throws(StoreError) -> Int? {
        let prefix = name(path) + ".restored-"
        return try FileSystem.names(in: FileSystem.folder(of: path))
            .compactMap { $0.hasPrefix(prefix) ? Int($0.dropFirst(prefix.count)) : nil }.first
    }

    private static func name(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }
}
