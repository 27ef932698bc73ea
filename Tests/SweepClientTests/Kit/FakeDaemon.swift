import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOPosix
public import SweepAPI
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An HTTP server that answers as a test tells it to: on a Unix socket in a temporary folder, or on a port of loopback.
public final class FakeDaemon: Sendable {
    public struct Request: Sendable, Equatable {
        public var method: String
        /// With its query.
        public var path: String
        public var headers: [String: String]
        public var body: String
    }

    public struct Reply: Sendable, CustomStringConvertible {
        public enum End: Sendable {
            /// The answer is whole.
            case whole
            /// The connection ends in the middle of it.
            case cut
            /// Nothing more comes.
            case open
            /// The connection ends before anything came.
            case nothing
        }

        public var status: Int
        public var type: String
        public var body: [UInt8]
        public var end: End
        public var wire: Int?
        public var headers: [String: String] = [:]

        public init(
            _ body: String, status: Int = 200, type: String = "application/json", end: End = .whole,
            wire: Int? = APIVersion.wire
        ) {
            (self.status, self.type, self.body) = (status, type, Array(body.utf8))
            (self.end, self.wire) = (end, wire)
        }

        /// Short, where a test has one as its argument.
        public var description: String { "\(status) \(type), \(body.count) bytes, \(end)" }

        public static func json(_ value: some Encodable, status: Int = 200) throws -> Reply {
            Reply(String(decoding: try WireCoder.encode(value), as: UTF8.self), status: status)
        }

        public static func problem(_ problem: Problem) throws -> Reply {
            var reply = try json(problem, status: problem.status)
            reply.type = Problem.mediaType
            return reply
        }

        /// Messages of an event stream: name, id, data.
        public static func events(_ messages: [(String, Int?, any Encodable)], end: End) throws -> Reply {
            var text = ""
            for (name, id, value) in messages {
                text += "event: \(name)\n" + (id.map { "id: \($0)\n" } ?? "")
                text += "data: \(String(decoding: try WireCoder.encode(value), as: UTF8.self))\n\n"
            }
            return Reply(text, type: "text/event-stream", end: end)
        }
    }

    public typealias Answer = @Sendable (Request) throws -> Reply

    /// Of the Unix socket; empty for a port.
    public let path: String
    /// Every request as it arrives.
    public let arrivals: AsyncStream<Request>
    /// A value for each connection that has ended.
    public let departures: AsyncStream<Void>
    private let arrived: AsyncStream<Request>.Continuation
    fileprivate let departed: AsyncStream<Void>.Continuation
    private let seen = Mutex<[Request]>([])
    private let answer: Answer
    private let state = Mutex<(listener: (any Channel)?, connections: [ObjectIdentifier: any Channel])>((nil, [:]))

    public var requests: [Request] { seen.withLock { $0 } }
    /// `http://127.0.0.1:PORT`, while it listens on a port.
    public var url: String { "http://127.0.0.1:\(state.withLock { $0.listener?.localAddress?.port } ?? 0)" }

    private init(path: String, _ answer: @escaping Answer) {
        (self.path, self.answer) = (path, answer)
        (arrivals, arrived) = AsyncStream.makeStream(of: Request.self)
        (departures, departed) = AsyncStream.makeStream(of: Void.self)
    }

    /// Runs `body` with a daemon that listens, and takes it away after that.
    public static func with<Value>(
        _ answer: @escaping Answer, _ body: (FakeDaemon) async throws -> Value
    ) async throws -> Value {
        try await TemporaryFolder.with { folder in
            try await run(FakeDaemon(path: folder + "/d.sock", answer), body)
        }
    }

    /// As ``with(_:_:)``, on a port.
    public static func withPort<Value>(
        _ answer: @escaping Answer, _ body: (FakeDaemon) async throws -> Value
    ) async throws -> Value {
        try await run(FakeDaemon(path: "", answer), body)
    }

    private static func run<Value>(
        _ daemon: FakeDaemon, _ body: (FakeDaemon) async throws -> Value
    ) async throws -> Value {
        try await daemon.start()
        do {
            let value = try await body(daemon)
            try await daemon.stop()
            return value
        } catch {
            try await daemon.stop()
            throw error
        }
    }

    public func start() async throws {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(self))
                    self.state.withLock { $0.connections[ObjectIdentifier(channel)] = channel }
                }
            }
        let listener =
            path.isEmpty
            ? try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
            : try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        state.withLock { $0.listener = listener }
    }

    /// Closes the socket and every connection, as a daemon does that stops; NIO removes the socket's file.
    public func stop() async throws {
        let (listener, connections) = state.withLock { state in
            defer { state = (nil, [:]) }
            return (state.listener, Array(state.connections.values))
        }
        try await listener?.close()
        for connection in connections where connection.isActive {
            // A client may have closed it in this moment, which is as good.
            try? await connection.close()
        }
    }

    fileprivate func reply(to request: Request) -> Reply {
        seen.withLock { $0.append(request) }
        arrived.yield(request)
        do {
            return try answer(request)
        } catch {
            return Reply("\(error)", status: 500, type: "text/plain")
        }
    }
}

private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let daemon: FakeDaemon
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ daemon: FakeDaemon) { self.daemon = daemon }

    func channelInactive(context: ChannelHandlerContext) {
        daemon.departed.yield()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): (self.head, body) = (head, [])
        case .body(let part): body += part.readableBytesView
        case .end:
            guard let head else { return }
            var headers: [String: String] = [:]
            for (name, value) in head.headers { headers[name.lowercased()] = value }
            write(
                daemon.reply(
                    to: .init(
                        method: head.method.rawValue, path: head.uri, headers: headers,
                        body: String(decoding: body, as: UTF8.self))), context)
        }
    }

    private func write(_ reply: FakeDaemon.Reply, _ context: ChannelHandlerContext) {
        guard reply.end != .nothing else { return context.close(promise: nil) }
        var headers = HTTPHeaders([("Content-Type", reply.type)])
        if let wire = reply.wire { headers.add(name: APIVersion.header, value: "\(wire)") }
        headers.add(name: "Transfer-Encoding", value: "chunked")
        for (name, value) in reply.headers { headers.add(name: name, value: value) }
        context.write(
            wrapOutboundOut(
                .head(.init(version: .http1_1, status: .init(statusCode: reply.status), headers: headers))),
            promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: reply.body)))), promise: nil)
        switch reply.end {
        case .whole: context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        case .open, .nothing: context.flush()
        case .cut:
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer())))).assumeIsolated().whenComplete {
                _ in context.close(promise: nil)
            }
        }
    }
}
