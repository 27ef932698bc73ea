#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Whose process is at the other end of a connection over loopback, as the kernel's tables of connections say.
///
/// Cookies do not tell apart the ports of a host, and an address is seen in the list of processes while a browser is
/// started with it: another user of the box may come by a token or a cookie, but not by this user's sockets.
struct LoopbackPeer: Sendable {
    enum Verdict: Equatable {
        /// This user, or root, who may do everything anyway.
        case trusted
        case stranger
    }

    /// The tables as text; nil where the system has none, and then everybody is trusted who passes the gate.
    var tables: @Sendable () -> String?
    var ownUser: UInt32

    static let ofSystem = LoopbackPeer(tables: { systemTables() }, ownUser: getuid())

    /// - Parameters:
    ///   - port: of the other end.
    ///   - listener: our own port.
    func judge(port: Int?, listener: Int) -> Verdict {
        guard let tables = tables() else { return .trusted }
        guard let port else { return .stranger }
        let users = Self.users(tables, from: port, to: listener)
        // None: the other end has closed the connection already, so that its owner is not known any more.
        return !users.isEmpty && users.allSatisfy { $0 == ownUser || $0 == 0 } ? .trusted : .stranger
    }

    /// Owners of established connections from one port to another.
    ///
    /// Source: proc_pid_net(5), `/proc/pid/net/tcp`: number, local address, remote address, state, queues, timer,
    /// retransmissions, uid; addresses end in a colon and the port in hexadecimal digits, state 01 is established.
    static func users(_ tables: String, from: Int, to: Int) -> [UInt32] {
        tables.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 7, fields[3] == "01", port(fields[1]) == from, port(fields[2]) == to else {
                return nil
            }
            // A number that cannot be read is nobody's.
            return UInt32(fields[7]) ?? .max
        }
    }

    private static func port(_ address: Substring) -> Int? {
        address.split(separator: ":").last.flatMap { Int($0, radix: 16) }
    }

    private static func systemTables() -> String? {
        guard let first = read("/proc/net/tcp") else { return nil }
        // A socket of the other family may speak to ours by a mapped address.
        return first + (read("/proc/net/tcp6") ?? "")
    }

    private static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = piece.withUnsafeMutableBytes { readBytes(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes += piece[..<count]
            } else if count == 0 {
                return String(decoding: bytes, as: UTF8.self)
            } else if errno != EINTR {
                return nil
            }
        }
    }
}

#if canImport(Glibc)
    private let readBytes = Glibc.read as @Sendable (CInt, UnsafeMutableRawPointer?, Int) -> Int
#elseif canImport(Musl)
    private let readBytes = Musl.read as @Sendable (CInt, UnsafeMutableRawPointer?, Int) -> Int
#else
    private let readBytes = Darwin.read as @Sendable (CInt, UnsafeMutableRawPointer?, Int) -> Int
#endif
