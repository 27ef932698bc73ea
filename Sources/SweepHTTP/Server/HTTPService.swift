import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOPosix
import ServiceLifecycle

/// Answers on several sockets with one responder, until graceful shutdown.
///
/// Hummingbird's own server binds by itself: it takes no socket that is bound already, counts its connections alone,
/// and waits for a slow client for as long as that likes. All that is HTTP is Hummingbird's.
struct HTTPService<Responder: HTTPResponder>: Service where Responder.Context == APIRequestContext {
    typealias Connection = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let responder: Responder
    let listeners: [Listener]
    let limits: ConnectionLimits
    let administrators: Administrators
    let logger: Logger
    /// Called once requests are answered, with where the listeners are.
    let onListening: @Sendable ([String]) async -> Void

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            try await serve(on: group)
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    private func serve(on group: any EventLoopGroup) async throws {
        let table = ConnectionTable(limits)
        var servers: [Server] = []
        do {
            for listener in listeners { servers.append(try await Server(listener, self, table, group)) }
        } catch {
            for server in servers { try await server.channel.channel.close() }
            throw error
        }
        for server in servers { table.add(listener: server.channel.channel) }
        let bound = servers
        try await withTaskCancellationOrGracefulShutdownHandler {
            await onListening(bound.compactMap(\.channel.channel.localAddress?.place))
            try await withThrowingDiscardingTaskGroup { tasks in
                for server in bound { tasks.addTask { try await server.accept(logger) } }
            }
        } onCancelOrGracefulShutdown: {
            table.stop()
        }
    }

    /// One listener that is bound.
    struct Server: Sendable {
        let channel: NIOAsyncChannel<Connection, Never>
        private let http: HTTP1Channel

        init(
            _ listener: Listener, _ service: HTTPService, _ table: ConnectionTable, _ group: any EventLoopGroup
        ) async throws {
            let (limits, logger) = (service.limits, service.logger)
            var configuration = HTTP1Channel.Configuration(
                additionalChannelHandlers: [ConnectionDeadlines(limits)], idleTimeout: limits.idle)
            configuration.httpDecoder = .init(
                maxHeaderFieldSize: RequestLimits.headerBytes, maxHeaderListSize: RequestLimits.headerBytes,
                maxHeaderFieldCount: 100)
            let http = HTTP1Channel(responder: service.answering(listener), configuration: configuration)
            self.http = http
            let secure = try listener.tls.map { try TLSChannel(http, tlsConfiguration: $0) }
            let bootstrap = ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 256)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                // One at a time, or more would be accepted than there is room for.
                .serverChannelOption(.maxMessagesPerRead, value: 1)
                .serverChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            AcceptGate(table, isTCP: listener.isTCP, logger: logger))
                    }
                }
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .childChannelOption(.socketOption(.so_keepalive), value: 1)
            let setUp = { @Sendable (channel: any Channel) -> EventLoopFuture<Connection> in
                let connection =
                    secure?.setup(channel: channel, logger: logger) ?? http.setup(channel: channel, logger: logger)
                return connection.map { connection in
                    if table.isStopping { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
                    return connection
                }
            }
            switch listener.place {
            case .path(let path):
                channel = try await bootstrap.bind(
                    unixDomainSocketPath: path, cleanupExistingSocketFile: true, childChannelInitializer: setUp)
            case .descriptor(let descriptor):
                channel = try await bootstrap.bind(descriptor, childChannelInitializer: setUp)
            case .address(let address):
                channel = try await bootstrap.bind(to: address, childChannelInitializer: setUp)
            }
        }

        /// Returns once the listener is closed and all its connections have ended.
        func accept(_ logger: Logger) async throws {
            try await withThrowingDiscardingTaskGroup { tasks in
                try await channel.executeThenClose { inbound in
                    for try await connection in inbound {
                        tasks.addTask { await http.handle(value: connection, logger: logger) }
                    }
                }
            }
        }
    }

    /// Every request of a listener: through its gate, then to the responder.
    private func answering(_ listener: Listener) -> HTTPChannelHandler.Responder {
        let gate = GatedResponder(
            responder: responder, gate: listener.gate, administrators: administrators, logger: logger)
        return { request, writer, channel in
            let response = try await gate.respond(to: request, on: channel)
            do {
                try await writer.write(response: response.head, body: response.body)
            } catch is HTTPParserError {
                // Thrown as it is, it would make Hummingbird begin a second answer.
                throw UnreadableRest()
            }
        }
    }
}

extension SocketAddress {
    /// A path, or address and port.
    fileprivate var place: String {
        if let pathname { return pathname }
        let host = ipAddress ?? "?"
        return (host.contains(":") ? "[\(host)]" : host) + ":\(port ?? 0)"
    }
}

/// What follows a request cannot be read, and its answer has begun.
private struct UnreadableRest: Error {}
