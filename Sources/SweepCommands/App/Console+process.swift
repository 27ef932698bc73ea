import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension Console {
    /// The real surroundings of this process.
    static func ofProcess() -> Console {
        let environment = ProcessInfo.processInfo.environment
        return Console(
            environment: environment,
            output: .descriptor(STDOUT_FILENO, environment), error: .descriptor(STDERR_FILENO, environment),
            readInput: { limit in try Descriptor.read(STDIN_FILENO, limit: limit) })
    }
}

extension Console.Stream {
    static func descriptor(_ descriptor: CInt, _ environment: [String: String]) -> Console.Stream {
        let isTerminal = isatty(descriptor) == 1
        let isDumb = environment["TERM"].map { $0.isEmpty || $0 == "dumb" } ?? true
        return Console.Stream(
            write: { bytes in try Descriptor.write(descriptor, bytes) },
            columns: { isTerminal ? Self.columns(descriptor, environment) : nil },
            rows: { isTerminal ? Self.rows(descriptor) : nil },
            redraws: isTerminal && !isDumb,
            // https://no-color.org: any value that is not empty.
            colors: isTerminal && !isDumb && (environment["NO_COLOR"] ?? "").isEmpty,
            unicode: Self.hasUnicode(environment))
    }

    /// As with other programs, `COLUMNS` goes before what the terminal says.
    private static func columns(_ descriptor: CInt, _ environment: [String: String]) -> Int {
        if let columns = environment["COLUMNS"].flatMap({ Int($0) }), columns > 0 { return columns }
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private static func rows(_ descriptor: CInt) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return nil }
        return Int(size.ws_row)
    }

    /// Whether the locale's characters are UTF-8 (locale(7): the first of these that is set counts).
    static func hasUnicode(_ environment: [String: String]) -> Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        let name = (locale ?? "").lowercased()
        return name.contains("utf-8") || name.contains("utf8")
    }
}

/// Reading and writing of file descriptors, whole.
enum Descriptor {
    struct Failure: Error, CustomStringConvertible {
        var code: CInt
        var description: String { String(cString: strerror(code)) }
    }

    /// Throws ``OutputClosed`` on a pipe without reader, and ``Failure`` otherwise.
    static func write(_ descriptor: CInt, _ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE {
                throw OutputClosed()
            } else if errno != EINTR && errno != EAGAIN {
                throw Failure(code: errno)
            }
        }
    }

    /// Reads to the end, or until there are more than `limit` bytes.
    static func read(_ descriptor: CInt, limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= limit {
            let count = piece.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes += piece[..<count]
            } else if count == 0 {
                break
            } else if errno != EINTR {
                throw Failure(code: errno)
            }
        }
        return bytes
    }
}

private let systemWrite = write as @Sendable (CInt, UnsafeRawPointer?, Int) -> Int
private let systemRead = read as @Sendable (CInt, UnsafeMutableRawPointer?, Int) -> Int
