import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
public import SweepClient

/// Serves the daemon's dashboard and API on a port of loopback, to one browser.
public struct DashboardProxy: Sendable {
    /// Where to listen.
    public enum Port: Sendable, Equatable {
        /// This one or none; 0 for any that is free.
        case exactly(Int)
        /// This one if it is free, else any.
        case preferably(Int)
    }

    /// Where it listens.
    public struct Place: Sendable, Equatable {
        public var port: Int
        /// Good for one time.
        public var url: String
    }

    /// The port that is tried first.
    public static let usualPort = 7333
    /// Connections that are served at the same time; more wait in the backlog.
    public static let connections = 64

    private let client: SweepClient

    /// - Parameter client: one with ``connections`` connections, so that event streams leave some for the rest.
    public init(client: SweepClient) { self.client = client }

    /// Listens on 127.0.0.1 until the task is cancelled.
    ///
    /// - Parameter onListening: called once requests are answered; what it throws ends the proxy.
    /// - Throws: ``DashboardError`` when the port cannot be had.
    public func run(on port: Port, onListening: @escaping @Sendable (Place) async throws -> Void) async throws {
        switch port {
        case .exactly(let number): try await listen(number, onListening)
        case .preferably(let number):
            do {
                try await listen(number, onListening)
            } catch let error as DashboardError where error.code == .portTaken {
                try await listen(0, onListening)
            }
        }
    }

    private func listen(_ port: Int, _ onListening: @escaping @Sendable (Place) async throws -> Void) async throws {
        let gate = LateGate()
        let (places, continuation) = AsyncStream.makeStream(of: Place.self)
        var http = HTTP1Channel.Configuration(idleTimeout: .seconds(600))
        http.httpDecoder = .init(maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 16 << 10, maxHeaderFieldCount: 100)
        let application = Application(
            responder: ProxyResponder(client: client, gate: gate), server: .http1(configuration: http),
            configuration: .init(
                address: .hostname("127.0.0.1", port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.connections)),
            onServerRunning: { channel in
                // Before the first connection is taken.
                let port = channel.localAddress?.port ?? port
                continuation.yield(Place(port: port, url: gate.open(port)))
                continuation.finish()
            },
            logger: Logger(label: "dashboard", factory: { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { continuation.finish() }
                do {
                    try await application.run()
                } catch let error as IOError {
                    throw DashboardError(error, port: port)
                }
            }
            group.addTask {
                for await place in places { try await onListening(place) }
            }
            defer { group.cancelAll() }
            while try await group.next() != nil {}
        }
        try Task.checkCancellation()
    }
}
