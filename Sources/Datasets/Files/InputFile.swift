#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A regular file, open for reading and closed at the end of its life.
///
/// Files are read, never mapped: a mapped file that someone shortens meanwhile ends the process.
struct InputFile: ~Copyable {
    let path: String
    /// Bytes, when it was opened.
    let size: Int
    private let descriptor: Int32

    init(_ path: String) throws(DatasetError) {
        // Non-blocking, so that a named pipe is refused below instead of waited for.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let number = errno
            throw number == ENOENT || number == ENOTDIR
                ? DatasetError(.missingFile, "\(path) is not there")
                : DatasetError(.io, "cannot open \(path): \(systemError(number)); mend that and try again")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            _ = close(descriptor)
            throw DatasetError(.io, "\(path) is not a regular file; put the data there")
        }
        (self.path, self.descriptor, size) = (path, descriptor, Int(status.st_size))
    }

    deinit { _ = close(descriptor) }

    /// Reads up to `buffer.count` bytes at `offset`; fewer at the end of the file, 0 past it.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(DatasetError) -> Int {
        var done = 0
        while done < buffer.count, let base = buffer.baseAddress {
            let count = pread(descriptor, base + done, buffer.count - done, off_t(offset + done))
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw DatasetError(.io, "cannot read \(path): \(systemError(errno)); check the disk")
            }
            done += count
        }
        return done
    }

    /// Fills `buffer` from `offset` on, or throws `truncated`.
    func readExactly(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(DatasetError) {
        let count = try read(into: buffer, at: offset)
        guard count == buffer.count else {
            throw DatasetError(
                .truncated,
                "\(path) ends after \(offset + count) bytes, \(offset + buffer.count) are needed; fetch it again")
        }
    }

    /// Whether it begins like a gzip file and is as long as the shortest one.
    func isGzipped() throws(DatasetError) -> Bool {
        guard size >= 18 else { return false }
        return try bytes(2, at: 0) == [0x1f, 0x8b]
    }

    /// The bytes `offset`..<`offset + count`.
    func bytes(_ count: Int, at offset: Int) throws(DatasetError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var failure: DatasetError?
        bytes.withUnsafeMutableBytes { buffer in
            do throws(DatasetError) { try readExactly(into: buffer, at: offset) } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }
}

/// The system's words for an `errno`.
func systemError(_ number: Int32) -> String {
    strerror(number).map { String(cString: $0) } ?? "error \(number)"
}
