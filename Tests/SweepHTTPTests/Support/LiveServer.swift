import Foundation
import NIOCore
import NIOPosix
import ServiceLifecycle
import SweepAPI
import Synchronization

@testable import SweepHTTP

/// A server on a Unix socket of its own, or on a port of loopback.
struct LiveServer {
    /// Of the Unix socket; `127.0.0.1:PORT` for one on TCP.
    let place: String

    static let token = "correct-horse-battery-staple-0123456789"

    /// Gives `body` a server that answers, and stops it afterwards.
    static func with(
        _ service: FakeService, limits: ConnectionLimits = ConnectionLimits(connections: 10), overTCP: Bool = false,
        _ body: (LiveServer) async throws -> Void
    ) async throws {
        let path = "/tmp/sweepd-\(UUID().uuidString.prefix(8)).sock"
        let listener: Listener =
            overTCP
            ? .tcp(
                try SocketAddress(ipAddress: "127.0.0.1", port: 0), host: "127.0.0.1",
                token: BearerToken(Self.token)!, tls: nil) : .unix(path: path)
        let (places, continuation) = AsyncStream.makeStream(of: String.self)
        let http = SweepHTTPServer(service).listening(
            on: [listener], limits: limits, administrators: Administrators(own: .max - 1, group: nil), logger: .quiet
        ) { places in
            for place in places { continuation.yield(place) }
        }
        defer { try? FileManager.default.removeItem(atPath: path) }
        let services = ServiceGroup(services: [http], logger: .quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { continuation.finish() }
                try await services.run()
            }
            do {
                for await place in places {
                    try await body(LiveServer(place: place))
                    break
                }
            } catch {
                await services.triggerGracefulShutdown()
                throw error
            }
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }

    /// Connects, sends, and reads until the other side ends the connection.
    func exchange(_ text: String) async throws -> String { try await exchange(ByteBuffer(string: text)) }

    func exchange(_ bytes: ByteBuffer) async throws -> String {
        try await connected { inbound, outbound in
            var answer = ""
            do {
                try await outbound.write(bytes)
                for try await piece in inbound { answer += String(buffer: piece) }
            } catch  where error is IOError || error is ChannelError {
                // The other side has closed without reading all that was sent.
                return answer
            }
            return answer
        }
    }

    func connected<R: Sendable>(
        _ body:
            @Sendable (
                NIOAsyncChannelInboundStream<ByteBuffer>, NIOAsyncChannelOutboundWriter<ByteBuffer>
            ) async throws -> R
    ) async throws -> R {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        let setUp = { @Sendable (channel: any Channel) in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
        let channel =
            if let address = ListenAddress(place) {
                try await bootstrap.connect(host: address.host, port: address.port, channelInitializer: setUp)
            } else {
                try await bootstrap.connect(unixDomainSocketPath: place, channelInitializer: setUp)
            }
        return try await channel.executeThenClose { inbound, outbound in try await body(inbound, outbound) }
    }

    /// A request that ends its connection.
    static func request(
        _ method: String, _ path: String, _ headers: [(String, String)] = [], body: String = ""
    ) -> String {
        let host = headers.contains { $0.0 == "Host" } ? [] : [("Host", "127.0.0.1")]
        let all = host + [("Connection", "close")] + headers
        return "\(method) \(path) HTTP/1.1\r\n"
            + all.map { "\($0.0): \($0.1)\r\n" }.joined()
            + (body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n") + "\r\n" + body
    }
}
