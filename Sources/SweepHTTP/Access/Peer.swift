import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The process at the other end of a Unix socket, with the credentials that it had when it connected.
struct Peer: Sendable, Equatable {
    var pid: Int32
    var uid: UInt32
    /// Its primary group.
    var gid: UInt32
    /// Its supplementary groups.
    var groups: [UInt32]

    /// Asks the kernel (SO_PEERCRED, SO_PEERGROUPS; unix(7), socket(7)); nil for a channel that is not a Unix socket.
    static func of(_ channel: any Channel) async throws -> Peer? {
        try await channel.eventLoop.submit { () -> Peer? in
            try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
                Peer($0)
            }
                ?? nil
        }.get()
    }

    init(pid: Int32, uid: UInt32, gid: UInt32, groups: [UInt32]) {
        (self.pid, self.uid, self.gid, self.groups) = (pid, uid, gid, groups)
    }

    init?(_ socket: Int32) {
        var credentials = Credentials()
        var length = socklen_t(MemoryLayout<Credentials>.size)
        // A socket that is not a Unix socket answers with the highest uid, which no user has.
        guard getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0, credentials.uid != .max else {
            return nil
        }
        self.init(
            pid: credentials.pid, uid: credentials.uid, gid: credentials.gid, groups: Self.groups(of: socket) ?? [])
    }

    /// Nil where the kernel does not say (before Linux 4.13).
    private static func groups(of socket: Int32) -> [UInt32]? {
        // As many as a process can have; the kernel fails with ERANGE rather than cut the list.
        var groups = [UInt32](repeating: 0, count: 65536)
        var length = socklen_t(groups.count * MemoryLayout<UInt32>.stride)
        guard getsockopt(socket, SOL_SOCKET, peerGroups, &groups, &length) == 0 else { return nil }
        return Array(groups.prefix(Int(length) / MemoryLayout<UInt32>.stride))
    }

    /// SO_PEERGROUPS of asm-generic/socket.h, which the C library's headers do not pass on to Swift.
    private static let peerGroups: Int32 = 59

    /// `struct ucred`, which the C library shows only to GNU sources.
    private struct Credentials {
        var pid: pid_t = 0
        var uid: uid_t = .max
        var gid: gid_t = .max
    }
}
