/// Where a daemon listens.
public enum DaemonAddress: Sendable, Hashable {
    /// A Unix socket in the file system.
    case unix(path: String)
    /// Plain HTTP over TCP; `host` may be an IPv6 address, without brackets.
    case tcp(host: String, port: Int)
    /// HTTP over TLS.
    case https(host: String, port: Int)

    /// The longest path of a Unix socket in bytes; `sun_path` holds 108 with its closing zero (unix(7)).
    public static let longestPath = 107

    /// Reads `/path`, `unix:/path`, `unix:///path`, `tcp://host:port`, `http://host:port` or `https://host:port`.
    ///
    /// Throws ``ClientError`` with the code `invalidAddress`.
    public init(parsing text: String) throws(ClientError) {
        func fail(_ why: String) -> ClientError {
            ClientError(
                .invalidAddress,
                "'\(text)' is not an address of a daemon: \(why); give a path, tcp://HOST:PORT or https://HOST:PORT")
        }
        if text.isEmpty { throw fail("it is empty") }
        let encrypted = text.dropping(prefix: "https://")
        if let rest = encrypted ?? text.dropping(prefix: "tcp://") ?? text.dropping(prefix: "http://") {
            let authority = rest.hasSuffix("/") ? rest.dropLast() : rest
            guard let colon = authority.lastIndex(of: ":") else { throw fail("the port is missing") }
            var host = authority[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") {
                host = host.dropFirst().dropLast()
            } else if host.contains(":") {
                throw fail("an IPv6 address needs brackets, as in tcp://[::1]:8080")
            }
            guard !host.isEmpty, !host.contains(where: { "/?#@[] ".contains($0) }) else {
                throw fail("the host is missing or not a host's name")
            }
            guard let port = Int(authority[authority.index(after: colon)...]), (1...65535).contains(port) else {
                throw fail("the port is not a number from 1 to 65535")
            }
            self =
                encrypted == nil ? .tcp(host: String(host), port: port) : .https(host: String(host), port: port)
            return
        }
        let path = text.dropping(prefix: "unix://") ?? text.dropping(prefix: "unix:") ?? text[...]
        if path.contains("://") { throw fail("this scheme is unknown") }
        if path.isEmpty { throw fail("the path is missing") }
        if path.utf8.count > Self.longestPath {
            throw fail("a socket's path may have \(Self.longestPath) bytes, this one has \(path.utf8.count)")
        }
        self = .unix(path: String(path))
    }

    /// What the HTTP client calls this address; paths of the API are appended.
    var baseURL: String {
        switch self {
        case .unix(let path): "http+unix://" + PercentEncoding.encode(path)
        case .tcp(let host, let port): "http://" + Self.authority(host, port)
        case .https(let host, let port): "https://" + Self.authority(host, port)
        }
    }

    private static func authority(_ host: String, _ port: Int) -> String {
        (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
    }
}

extension DaemonAddress: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unix(let path): path
        case .tcp(let host, let port): "tcp://" + Self.authority(host, port)
        case .https: baseURL
        }
    }
}

extension String {
    func dropping(prefix: String) -> Substring? { hasPrefix(prefix) ? dropFirst(prefix.count) : nil }
}
