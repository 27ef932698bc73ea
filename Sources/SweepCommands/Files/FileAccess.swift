#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Files that the user names.
enum FileAccess {
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Reads a file up to `limit` bytes; one byte more when it is longer.
    static func read(_ path: String, limit: Int) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Descriptor.Failure(code: errno) }
        defer { close(descriptor) }
        return try Descriptor.read(descriptor, limit: limit)
    }
}

extension FileAccess {
    /// Permission bits of a file; nil when there is none.
    static func socketMode(_ path: String) -> UInt32? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt32(status.st_mode) & 0o7777 : nil
    }
}

extension Descriptor.Failure {
    var isExisting: Bool { code == EEXIST }
}
