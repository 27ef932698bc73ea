#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Changes to folders; each throws `io` with the system's words.
enum Folders {
    static func failure(_ verb: String, _ path: String, _ number: Int32) -> DatasetError {
        DatasetError(
            .io, "cannot \(verb) \(path): \(systemError(number)); make room or mend the permissions, and try again")
    }

    /// Makes a folder and those above it, unless they are there.
    static func make(_ path: String) throws(DatasetError) {
        if DataFolder.isFolder(path) { return }
        if let slash = path.dropLast().lastIndex(of: "/"), slash > path.startIndex { try make(String(path[..<slash])) }
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw failure("make", path, errno) }
    }

    /// Removes a file, if there is one.
    static func removeFile(_ path: String) throws(DatasetError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove", path, errno) }
    }

    /// Removes a folder and the files in it, but not folders in it.
    static func removeFolder(_ path: String) throws(DatasetError) {
        for name in DataFolder.names(in: path, hidden: true) { try removeFile("\(path)/\(name)") }
        guard rmdir(path) == 0 || errno == ENOENT else { throw failure("remove", path, errno) }
    }

    /// Renames, and returns when that is on disk.
    static func move(_ source: String, to target: String) throws(DatasetError) {
        guard rename(source, target) == 0 else { throw failure("put the data into", target, errno) }
        try synchronize(target.lastIndex(of: "/").map { String(target[..<$0]) } ?? ".")
    }

    /// Returns when a file or a folder is on disk.
    static func synchronize(_ path: String) throws(DatasetError) {
        let descriptor = open(path.isEmpty ? "/" : path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path, errno) }
        defer { _ = close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("write", path, errno) }
    }
}
