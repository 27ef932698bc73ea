#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Which callers may change what others have submitted: root, the daemon's own user, and the members of a group.
public struct Administrators: Sendable, Equatable {
    /// Of the group.
    public static let groupName = "sweepd-admin"

    /// The daemon's own uid.
    var own: UInt32
    /// The group's number; nil where there is no such group, which then has no members.
    var group: UInt32?

    public init(own: UInt32, group: UInt32?) { (self.own, self.group) = (own, group) }

    /// This process's user, and the group as the system's databases have it now.
    public static func ofSystem() -> Administrators {
        var (entry, found): (Glibc.group, UnsafeMutablePointer<Glibc.group>?) = (.init(), nil)
        // ERANGE: a group of thousands of members.
        for size in [1 << 14, 1 << 18, 1 << 22] {
            var buffer = [CChar](repeating: 0, count: size)
            let gid = buffer.withUnsafeMutableBufferPointer { memory -> UInt32? in
                guard getgrnam_r(groupName, &entry, memory.baseAddress, memory.count, &found) == 0 else { return nil }
                return found.map { $0.pointee.gr_gid }
            }
            if gid != nil || found == nil && errno != ERANGE { return Administrators(own: geteuid(), group: gid) }
        }
        return Administrators(own: geteuid(), group: nil)
    }

    /// - Parameter peer: as the kernel knows it from the time that it connected.
    func include(_ peer: Peer) -> Bool {
        if peer.uid == 0 || peer.uid == own { return true }
        guard let group else { return false }
        return peer.gid == group || peer.groups.contains(group)
    }
}
