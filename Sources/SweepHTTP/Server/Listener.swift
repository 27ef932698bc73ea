public import HummingbirdTLS
public import NIOCore

/// A socket that the daemon answers on.
public struct Listener: Sendable {
    public typealias TLS = TLSConfiguration

    enum Place: Sendable {
        /// Made by us; removed by whoever chose the path.
        case path(String)
        /// Bound by somebody else, who removes it too.
        case descriptor(Int32)
        case address(SocketAddress)
    }

    let place: Place
    let gate: RequestGate
    let tls: TLS?

    /// A Unix socket at `path`; one that is there already is replaced.
    public static func unix(path: String) -> Listener {
        Listener(place: .path(path), gate: .unix, tls: nil)
    }

    /// A Unix socket that is bound already, as of a service manager. It is closed at the end.
    public static func unix(descriptor: Int32) -> Listener {
        Listener(place: .descriptor(descriptor), gate: .unix, tls: nil)
    }

    /// TCP at `address`, for those who show `token`.
    ///
    /// - Parameter host: by what name `address` was found.
    public static func tcp(
        _ address: SocketAddress, host: String, token: BearerToken, tls: TLS?
    ) -> Listener {
        Listener(
            place: .address(address), gate: RequestGate(hosts: tls == nil ? HostNames(host) : nil, token: token),
            tls: tls)
    }

    /// Whether strangers may connect, so that they must leave some connections for the users of this box.
    var isTCP: Bool { if case .address = place { true } else { false } }
}
