#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A new file, open for writing and closed at the end of its life.
struct OutputFile: ~Copyable {
    let path: String
    private let descriptor: Int32

    /// Makes the file; one of that name must not be there.
    init(_ path: String) throws(DatasetError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        self.path = path
        guard descriptor >= 0 else { throw Folders.failure("make", path, errno) }
    }

    deinit { if descriptor >= 0 { _ = close(descriptor) } }

    func write(_ bytes: UnsafeRawBufferPointer) throws(DatasetError) {
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            let count = systemWrite(descriptor, base + done, bytes.count - done)
            if count < 0 {
                if errno == EINTR { continue }
                throw Folders.failure("write", path, errno)
            }
            done += count
        }
    }

    /// Returns when the contents are on disk.
    func synchronize() throws(DatasetError) {
        guard fsync(descriptor) == 0 else { throw Folders.failure("write", path, errno) }
    }
}

/// `write`, which inside the type above is the method.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
