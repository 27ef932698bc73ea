#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file that a download appends to.
struct PartialFile: ~Copyable {
    private let descriptor: CInt
    private(set) var size: Int

    /// Opens or makes the file, and keeps its first `size` bytes.
    init(_ path: String, keeping size: Int) throws(DownloadError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        self.size = size
        guard descriptor >= 0 else { throw DownloadError.file(errno) }
        try truncate(to: size)
    }

    mutating func truncate(to size: Int) throws(DownloadError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw DownloadError.file(errno) }
        self.size = size
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(DownloadError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = pwrite(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count, off_t(size))
            if count >= 0 {
                size += count
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw DownloadError.file(errno)
            }
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
