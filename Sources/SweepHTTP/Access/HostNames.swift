import NIOCore

/// The names by which a listener on TCP may be addressed.
///
/// A page of a stranger can make its own name mean this box (DNS rebinding), and then speaks to us as to itself; but
/// the browser still sends that name. An address is nobody's name. With TLS every name passes: the browser has checked
/// that the certificate is for it.
struct HostNames: Sendable, Equatable {
    private let names: Set<String>

    /// - Parameter host: as it is configured.
    init(_ host: String) { names = [host.lowercased(), "localhost"] }

    /// - Parameter authority: the value of `Host`; its port does not matter.
    func include(authority: String) -> Bool {
        guard let host = Self.host(of: authority) else { return false }
        if names.contains(host.lowercased()) { return true }
        return (try? SocketAddress(ipAddress: host, port: 0)) != nil
    }

    /// Without brackets and port; nil for what is no authority.
    private static func host(of authority: String) -> String? {
        let host: Substring
        let rest: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[..<end].dropFirst()
            rest = authority[end...].dropFirst()
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority[host.endIndex...]
        }
        let isPort = rest.first == ":" && rest.dropFirst().utf8.allSatisfy { (48...57).contains($0) }
        return !host.isEmpty && (rest.isEmpty || isPort) ? String(host) : nil
    }
}
