public import NIOCore

/// `HOST:PORT` of a listener on TCP.
public struct ListenAddress: Sendable, Equatable {
    public var host: String
    public var port: Int

    /// Nil for another text; an IPv6 address stands in brackets.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !host.contains(where: \.isBracket)
        else { return nil }
        (self.host, self.port) = (String(host), port)
    }

    /// Asks the system's resolver, once: what is checked is what is bound.
    public func resolved() throws -> Resolved { try SocketAddress.makeAddressResolvingHost(host, port: port) }

    public typealias Resolved = SocketAddress
}

extension Character {
    fileprivate var isBracket: Bool { self == "[" || self == "]" || self == "/" || self == "@" }
}

extension SocketAddress {
    /// Whether only this box reaches it.
    public var isLoopback: Bool {
        guard let address = ipAddress else { return false }
        return address.hasPrefix("127.") || address == "::1" || address.hasPrefix("::ffff:127.")
    }
}
