import FoundationEssentials
public import SweepModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What is done with files besides writing and reading them.
extension StateFolder {
    /// Copies of the database from before migrations.
    static let copies = "backups"
    /// Of backups that are being made.
    static let copyPrefix = "backup-"

    /// Nobody's files are removed until ``letGo()``.
    func hold() { held.hold() }

    func letGo() throws(EngineError) {
        try held.letGo { (name) throws(EngineError) in
            guard unlink(absolute(name)) == 0 || errno == ENOENT else { throw .system(errno, "cannot remove \(name)") }
        }
    }

    /// The whole file; nil when it is not there.
    func content(of relative: String) throws(EngineError) -> [UInt8]? {
        let file = open(absolute(relative), O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw .system(errno, "cannot open \(relative)")
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .system(errno, "cannot look at \(relative)") }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < bytes.count {
            let (start, rest) = (done, bytes.count - done)
            let count = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress! + start, rest) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system(errno, "cannot read \(relative)") }
            if count == 0 { break }
            done += count
        }
        return Array(bytes.prefix(done))
    }

    /// Size of a file; nil when it is not there.
    func bytes(of relative: String) throws(EngineError) -> Int? {
        var status = stat()
        if lstat(absolute(relative), &status) == 0 { return Int(status.st_size) }
        guard errno == ENOENT else { throw .system(errno, "cannot look at \(relative)") }
        return nil
    }

    func exists(_ relative: String) -> Bool { access(absolute(relative), F_OK) == 0 }

    /// Puts a file of a backup back, under its own name, or under another one when there is a file of other content.
    ///
    /// - Returns: the path that it has now.
    public func restore(_ bytes: [UInt8], as file: StoredFile) throws(EngineError) -> String {
        var path = file.path
        var number = 1
        while let there = try content(of: path) {
            if there == bytes { return path }
            number += 1
            path = "\(file.path)-r\(number)"
        }
        Fault.before(.restoreFile)
        _ = try write(bytes, to: path, iteration: file.iteration)
        Fault.after(.restoreFile)
        return path
    }

    /// SHA-256, hexadecimal.
    public static func digest(of bytes: [UInt8]) -> String { digest(bytes) }

    /// Removes what a crash left of copies that were being made.
    func removeHalfCopies() throws(EngineError) {
        for name in try names(in: "") where name.hasPrefix(Self.copyPrefix) && name.contains(".partial") {
            try remove(name)
        }
    }

    /// Removes files of ``damaged`` that were set aside before `date`.
    /// - Returns: how many, and their bytes.
    func removeDamaged(before date: Date, dryRun: Bool) throws(EngineError) -> (files: Int, bytes: Int) {
        var removed = (files: 0, bytes: 0)
        for name in try names(in: Self.damaged) {
            let relative = "\(Self.damaged)/\(name)"
            var status = stat()
            guard lstat(absolute(relative), &status) == 0, Double(status.st_ctim.tv_sec) < date.timeIntervalSince1970
            else { continue }
            if !dryRun { try remove(relative) }
            removed.files += 1
            removed.bytes += Int(status.st_size)
        }
        return removed
    }

    /// Bytes of the files directly in a folder, and how many.
    func size(of folder: String) throws(EngineError) -> (files: Int, bytes: Int) {
        var sum = (files: 0, bytes: 0)
        for name in try names(in: folder) {
            var status = stat()
            // Files come and go meanwhile.
            guard lstat(absolute("\(folder)/\(name)"), &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                let inner = try size(of: "\(folder)/\(name)")
                sum = (sum.files + inner.files, sum.bytes + inner.bytes)
            } else {
                sum = (sum.files + 1, sum.bytes + Int(status.st_size))
            }
        }
        return sum
    }

    /// Names in a folder, in order; none when there is no such folder.
    func names(in folder: String) throws(EngineError) -> [String] {
        guard let stream = opendir(absolute(folder)) else {
            if errno == ENOENT { return [] }
            throw .system(errno, "cannot list \(absolute(folder))")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Throws ``EngineError/Code/full`` when so many bytes cannot be written.
    public func requireRoom(for bytes: Int) throws(EngineError) {
        guard let room, room < bytes else { return }
        throw EngineError(.full, "\(path) needs \(bytes >> 20) MiB, \(room >> 20) MiB are free; make room")
    }

    /// Bytes that may still be written; nil when nobody says.
    var room: Int? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }
}

extension StoredFile {
    var isModel: Bool { path.hasPrefix(StateFolder.models + "/") }

    /// The trial whose number its name has.
    var trial: Int64? {
        guard let name = path.split(separator: "/").last, name.first == "t" else { return nil }
        return Int64(name.dropFirst().prefix { $0.isNumber })
    }
}
