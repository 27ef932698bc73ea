import SweepModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The few calls of the operating system that durable copies need.
///
/// Never used on the database itself: closing any descriptor of it would drop all of SQLite's locks in this process.
enum FileSystem {
    /// Bytes of the file; nil when there is none.
    static func size(of path: String) throws(StoreError) -> Int? {
        var status = stat()
        if stat(path, &status) == 0 { return Int(status.st_size) }
        if errno == ENOENT { return nil }
        throw failure("look at", path)
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Makes a file's bytes, or a folder's names, durable.
    static func sync(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("sync", path) }
    }

    static func rename(_ old: String, to new: String) throws(StoreError) {
        #if canImport(Glibc)
            let status = Glibc.rename(old, new)
        #elseif canImport(Musl)
            let status = Musl.rename(old, new)
        #else
            let status = Darwin.rename(old, new)
        #endif
        guard status == 0 else { throw failure("rename to \(new)", old) }
    }

    /// A file that is not there is as good as removed.
    static func remove(_ path: String) throws(StoreError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
    }

    /// Creates the folder, readable by its owner, unless it is there.
    static func makeFolder(_ path: String) throws(StoreError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure("create", path) }
    }

    /// Names in a folder, in order; none when there is no such folder.
    static func names(in folder: String) throws(StoreError) -> [String] {
        guard let stream = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw failure("list", folder)
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

    /// Gives a file a second name, for as long as its content is not written over in place.
    static func link(_ old: String, to new: String) throws(StoreError) {
        #if canImport(Glibc)
            let status = Glibc.link(old, new)
        #elseif canImport(Musl)
            let status = Musl.link(old, new)
        #else
            let status = Darwin.link(old, new)
        #endif
        guard status == 0 || errno == EEXIST else { throw failure("link to \(new)", old) }
    }

    /// Whether two files have the same bytes.
    static func areEqual(_ a: String, _ b: String) throws(StoreError) -> Bool {
        guard try size(of: a) == size(of: b) else { return false }
        let (first, second) = (open(a, O_RDONLY | O_CLOEXEC), open(b, O_RDONLY | O_CLOEXEC))
        defer { for file in [first, second] where file >= 0 { close(file) } }
        guard first >= 0, second >= 0 else { throw failure("open", first < 0 ? a : b) }
        var (left, right) = ([UInt8](repeating: 0, count: 1 << 16), [UInt8](repeating: 0, count: 1 << 16))
        while true {
            let (n, m) = (read(first, &left, left.count), read(second, &right, right.count))
            guard n >= 0, m >= 0 else { throw failure("read", n < 0 ? a : b) }
            // Plain files: a short count is their end.
            guard n == m, left[..<n] == right[..<m] else { return false }
            if n == 0 { return true }
        }
    }

    /// Whether the file system of `path` has no more room for a page of the database.
    static func isFull(at path: String) -> Bool {
        var status = statvfs()
        guard statvfs(folder(of: path), &status) == 0 else { return false }
        return UInt64(status.f_bavail) < 65536 / max(1, UInt64(status.f_frsize))
    }

    private static func failure(_ verb: String, _ path: String) -> StoreError {
        let number = errno
        let code: StoreError.Code = number == ENOSPC || number == EDQUOT ? .full : .io
        return StoreError(code, "cannot \(verb) \(path): \(String(cString: strerror(number)))")
    }
}
