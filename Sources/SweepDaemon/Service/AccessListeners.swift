import FoundationEssentials
import Glibc
import Logging
import SweepAPI
import SweepHTTP

/// The sockets that the daemon answers on, as configured; made before anything else is touched, so that a wrong
/// configuration ends the start.
struct AccessListeners: Sendable {
    let listeners: [Listener]
    let limits: ConnectionLimits
    let administrators: Administrators
    /// The Unix socket that we make; nil when it is the service manager's.
    private let ownSocket: String?

    /// Descriptors that the daemon needs besides those of connections: database, state files, data sets, event loops.
    static let reservedDescriptors = 128

    /// - Throws: a ``DaemonFailure`` that names the key.
    init(_ settings: Settings, _ environment: [String: String], _ logger: Logger) throws {
        administrators = .ofSystem()
        limits = ConnectionLimits(
            connections: Self.connections(settings.maxConnections, descriptors: DescriptorLimit.raise(), logger))
        // A wrong key is found before a socket is taken.
        let tcp = try AccessTCP(settings, environment).map { access in
            if !access.isLoopback, access.tls == nil {
                logger.warning(
                    "token and answers cross the network as plain text; set http_certificate and http_private_key",
                    metadata: ["http": "\(access.text)"])
            }
            return access.listener
        }
        let unix: Listener
        if let descriptor = try SocketActivation.take(environment) {
            (unix, ownSocket) = (.unix(descriptor: descriptor), nil)
        } else {
            try SocketPath.prepare(settings.socket)
            (unix, ownSocket) = (.unix(path: settings.socket), settings.socket)
        }
        listeners = [unix] + (tcp.map { [$0] } ?? [])
    }

    /// Removes what was made; called when nobody listens any more.
    func remove() { if let ownSocket { unlink(ownSocket) } }

    /// As many as are wanted, or as there are descriptors for: each may hold one more, for the file that it is sent.
    static func connections(_ wanted: Int, descriptors: Int, _ logger: Logger) -> Int {
        let possible = max(1, (descriptors - reservedDescriptors) / 2)
        guard wanted > possible else { return wanted }
        logger.warning(
            "max_connections is more than the limit of open files (LimitNOFILE=, ulimit -n) has room for",
            metadata: ["max_connections": "\(wanted)", "used": "\(possible)", "files": "\(descriptors)"])
        return possible
    }
}

/// This process's limit of open files.
enum DescriptorLimit {
    /// Raises the soft limit to the hard one and returns it: nothing here uses select(2), for which the soft one is low.
    static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        }
        return Int(min(limit.rlim_cur, 1 << 20))
    }
}
