public import NIOCore

/// How many connections there may be, and how long each may keep the daemon waiting.
public struct ConnectionLimits: Sendable {
    /// On all listeners together; more wait in the sockets' backlogs.
    public var connections: Int
    /// From the first byte of a request (or the beginning of the connection) to the end of its header.
    public var head: TimeAmount = .seconds(30)
    /// From the end of the header to the end of the body.
    public var body: TimeAmount = .seconds(60)
    /// Without the client taking any of its answer.
    public var answer: TimeAmount = .seconds(60)
    /// Between requests.
    public var idle: TimeAmount = .seconds(600)
    /// That requests have to end when the daemon stops.
    public var farewell: TimeAmount = .seconds(5)

    public init(connections: Int) { self.connections = connections }

    /// On TCP: whoever has no token yet leaves half of them to the users of this box.
    var tcpConnections: Int { max(1, connections / 2) }
}
