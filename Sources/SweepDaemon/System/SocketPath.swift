import FoundationEssentials
import Glibc
import SweepAPI

/// The place of the Unix socket before the server binds it: the server unlinks an old socket without asking whether
/// somebody listens there.
enum SocketPath {
    /// The kernel's limit, the final NUL included.
    private static let limit = 108

    /// Makes the folder, and refuses a path that is too long, is something else, or has a listener.
    static func prepare(_ path: String) throws {
        guard path.utf8.count < limit else {
            throw DaemonFailure(
                .configuration, "the socket path has more than \(limit - 1) bytes: \(path); choose a shorter one")
        }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        try DaemonFailure.makingFolder(folder, "the socket's folder")
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw DaemonFailure(
                .configuration, "\(path) is there and is no socket; remove it, or choose another --socket")
        }
        if isListening(path) {
            throw DaemonFailure(.conflict, "somebody listens on \(path); stop that daemon, or choose another --socket")
        }
    }

    private static func isListening(_ path: String) -> Bool {
        let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { return false }
        defer { close(file) }
        return UnixAddress(path).withPointer { connect(file, $0, $1) == 0 }
    }
}

/// A `sockaddr_un`, also for abstract names (`@…`), whose length must be exact.
struct UnixAddress {
    private var address = sockaddr_un()
    private let length: socklen_t

    /// - Precondition: `path` has fewer than 108 bytes.
    init(_ path: String) {
        var bytes = Array(path.utf8)
        let isAbstract = bytes.first == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 }
        address.sun_family = sa_family_t(AF_UNIX)
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        length = socklen_t(offset + bytes.count + (isAbstract ? 0 : 1))
    }

    func withPointer<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}
