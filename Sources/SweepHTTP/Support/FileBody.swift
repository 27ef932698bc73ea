import HummingbirdCore
import NIOCore
import SweepAPI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A file as a response's body, in pieces.
enum FileBody {
    private static let piece = 1 << 20

    /// Opens `path` and removes its name at once, so that nothing is left whatever happens to the connection.
    static func removing(_ path: String) throws -> ResponseBody {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        let code = errno
        unlink(path)
        guard file >= 0 else { throw Problem(.failed, "cannot open the copy: \(String(cString: strerror(code)))") }
        let handle = Handle(file)
        return ResponseBody(contentLength: try handle.size()) { writer in
            var offset = 0
            while let bytes = try handle.read(at: offset, upTo: piece) {
                offset += bytes.readableBytes
                try await writer.write(bytes)
            }
            try await writer.finish(nil)
        }
    }

    /// Closes the file with the last reference.
    private final class Handle: Sendable {
        private let file: Int32

        init(_ file: Int32) { self.file = file }

        deinit { close(file) }

        func size() throws -> Int {
            // Not by fstat(2): several modules have its structure.
            let size = lseek(file, 0, SEEK_END)
            guard size >= 0 else {
                throw Problem(.failed, "cannot look at the copy: \(String(cString: strerror(errno)))")
            }
            return Int(size)
        }

        /// Nil at the end.
        func read(at offset: Int, upTo count: Int) throws -> ByteBuffer? {
            var buffer = ByteBuffer()
            var failure: Int32 = 0
            buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { memory in
                let done = pread(file, memory.baseAddress, count, off_t(offset))
                if done < 0 { failure = errno }
                return max(0, done)
            }
            guard failure == 0 else {
                throw Problem(.failed, "cannot read the copy: \(String(cString: strerror(failure)))")
            }
            return buffer.readableBytes > 0 ? buffer : nil
        }
    }
}
