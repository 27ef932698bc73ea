#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file that is there whole or not at all: written beside its place, synced, renamed, and the folder synced.
struct AtomicFile: ~Copyable {
    let path: String
    private let temporary: String
    private var descriptor: CInt
    private(set) var bytes = 0

    /// Makes the temporary file; readable by its owner only unless `mode` says otherwise.
    init(_ path: String, mode: mode_t = 0o600) throws {
        self.path = path
        temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).partial"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Descriptor.Failure(code: errno) }
    }

    mutating func write(_ data: some Sequence<UInt8>) throws {
        let data = Array(data)
        try Descriptor.write(descriptor, data)
        bytes += data.count
    }

    /// Puts the file in its place. Without `replacing`, fails with EEXIST when there is one by now.
    mutating func commit(replacing: Bool) throws {
        guard fsync(descriptor) == 0 else { throw Descriptor.Failure(code: errno) }
        let closed = close(descriptor)
        descriptor = -1
        guard closed == 0 else { throw Descriptor.Failure(code: errno) }
        if replacing {
            guard rename(temporary, path) == 0 else { throw Descriptor.Failure(code: errno) }
        } else {
            // link(2) refuses an existing name, which rename(2) would replace.
            guard link(temporary, path) == 0 else { throw Descriptor.Failure(code: errno) }
            guard unlink(temporary) == 0 else { throw Descriptor.Failure(code: errno) }
        }
        try Self.syncFolder(of: path)
    }

    private static func syncFolder(of path: String) throws {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "."
        let descriptor = open(String(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Descriptor.Failure(code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Descriptor.Failure(code: errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        unlink(temporary)
    }
}
