import Hummingbird
import NIOCore
import SweepModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A request's surroundings: Hummingbird's own, and the connection that it came over.
struct APIRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Who is at the other end of the Unix socket, as the kernel says (SO_PEERCRED).
    func caller() async throws -> Caller {
        guard let options = channel as? any SocketOptionProvider else {
            return Caller(uid: -1, pid: 0)
        }
        let peer: PeerCredentials = try await options.unsafeGetSocketOption(level: .socket, name: .init(rawValue: SO_PEERCRED)).get()
        return Caller(uid: Int(peer.uid), pid: Int(peer.pid))
    }
}

/// `struct ucred`, which the C library shows only to GNU sources.
private struct PeerCredentials {
    var pid: pid_t
    var uid: uid_t
    var gid: gid_t
}
