import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import SweepHTTP

/// Time is what the test says.
struct ConnectionDeadlinesTests {
    static let head = HTTPRequestPart.head(
        HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/v1/sweeps"))
    static let answer = HTTPResponsePart.head(HTTPResponse(status: .ok))

    /// Keeps what is written from reaching the network until it is let go.
    final class Network: ChannelOutboundHandler {
        typealias OutboundIn = HTTPResponsePart

        var isStuck = false
        var held: [(HTTPResponsePart, EventLoopPromise<Void>?)] = []
        var bytes: [Int] = []

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            let part = unwrapOutboundIn(data)
            if case .body(let buffer) = part { bytes.append(buffer.readableBytes) }
            if isStuck { held.append((part, promise)) } else { promise?.succeed() }
        }

        func takeOne() { held.removeFirst().1?.succeed() }
    }

    let channel = EmbeddedChannel()
    let network = Network()

    init() throws {
        let limits = ConnectionLimits(connections: 1)
        try channel.pipeline.syncOperations.addHandlers([network, ConnectionDeadlines(limits)])
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait()
    }

    private func pass(_ seconds: Int64) { channel.embeddedEventLoop.advanceTime(by: .seconds(seconds)) }

    private func request() throws {
        for part in [Self.head, .end(nil)] { try channel.writeInbound(part) }
    }

    private func answered() throws {
        for part in [Self.answer, .end(nil)] { try channel.writeOutbound(part) }
    }

    @Test func aConnectionThatSaysNothingEnds() {
        pass(29)
        #expect(channel.isActive)
        pass(1)
        #expect(!channel.isActive)
    }

    @Test func aHeadMayNotDribbleIn() {
        for _ in 0..<10 {
            pass(2)
            channel.pipeline.fireChannelReadComplete()
        }
        #expect(channel.isActive)
        pass(10)
        #expect(!channel.isActive)
    }

    @Test func aBodyMayNotDribbleIn() throws {
        try channel.writeInbound(Self.head)
        for _ in 0..<5 {
            pass(11)
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: " ")))
        }
        #expect(channel.isActive)
        pass(5)
        #expect(!channel.isActive)
    }

    @Test func anAnswerMayTakeAsLongAsItTakes() throws {
        try request()
        pass(100_000)
        #expect(channel.isActive)
        try answered()
        // Idle from here on, for which there is another limit.
        pass(100_000)
        #expect(channel.isActive)
    }

    @Test func theNextHeadMayNotDribbleInEither() throws {
        try request()
        try answered()
        pass(400)
        channel.pipeline.fireChannelReadComplete()
        pass(29)
        #expect(channel.isActive)
        pass(1)
        #expect(!channel.isActive)
    }

    @Test func aHeadThatFollowsTooEarlyWaitsForTheAnswer() throws {
        try request()
        channel.pipeline.fireChannelReadComplete()
        channel.pipeline.fireChannelReadComplete()
        pass(1000)
        #expect(channel.isActive)
        try answered()
        pass(29)
        #expect(channel.isActive)
        pass(1)
        #expect(!channel.isActive)
    }

    @Test func aClientThatHasSaidAllIsNotHurried() throws {
        try request()
        channel.pipeline.fireChannelReadComplete()
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        try answered()
        pass(1000)
        #expect(channel.isActive)
    }

    @Test func anAnswerMustBeTaken() throws {
        try request()
        network.isStuck = true
        channel.write(Self.answer, promise: nil)
        pass(59)
        #expect(channel.isActive)
        pass(1)
        #expect(!channel.isActive)
    }

    /// As of an event stream to a page that nobody looks at.
    @Test func whoTakesSomeOfTheAnswerHasTimeAgain() throws {
        try request()
        network.isStuck = true
        for _ in 0..<4 { channel.write(HTTPResponsePart.body(ByteBuffer(string: "x")), promise: nil) }
        for _ in 0..<3 {
            pass(59)
            network.takeOne()
        }
        #expect(channel.isActive)
        pass(59)
        #expect(channel.isActive)
        pass(1)
        #expect(!channel.isActive)
    }

    @Test func whenAllIsTakenNothingIsDue() throws {
        try request()
        network.isStuck = true
        channel.write(HTTPResponsePart.body(ByteBuffer(string: "x")), promise: nil)
        network.takeOne()
        pass(100_000)
        #expect(channel.isActive)
    }

    @Test func aLargeAnswerGoesInPieces() throws {
        try request()
        let count = 3 * ConnectionDeadlines.piece + 5
        let written = channel.eventLoop.makePromise(of: Void.self)
        channel.write(HTTPResponsePart.body(ByteBuffer(repeating: 1, count: count)), promise: written)
        #expect(network.bytes == [ConnectionDeadlines.piece, ConnectionDeadlines.piece, ConnectionDeadlines.piece, 5])
        try written.futureResult.wait()
    }
}
