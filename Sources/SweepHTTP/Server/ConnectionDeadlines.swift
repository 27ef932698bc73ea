import NIOCore
import NIOHTTPTypes

/// Closes the connection of a client that is too slow: to say what it wants, to send the body, or to take the answer.
///
/// Between requests it is Hummingbird's own idle timeout that closes.
final class ConnectionDeadlines: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// What of a request has arrived.
    private enum Arrival {
        /// Nothing; nothing is due.
        case none
        case partOfHead, partOfBody
        /// No more will come.
        case closed
    }

    /// Larger pieces of an answer are cut, so that a slow client is seen to take some of it.
    static let piece = 64 << 10

    private let limits: ConnectionLimits
    private var arrival = Arrival.none
    private var arrivalDeadline: Scheduled<Void>?
    private var answerDeadline: Scheduled<Void>?
    /// Requests whose answers are not complete.
    private var answering = 0
    /// Pieces that the kernel has not taken yet.
    private var unwritten = 0
    private var hasParts = false

    init(_ limits: ConnectionLimits) { self.limits = limits }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { cancelAll() }

    func channelInactive(context: ChannelHandlerContext) {
        cancelAll()
        context.fireChannelInactive()
    }

    // MARK: The request

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasParts = true
        switch unwrapInboundIn(data) {
        case .head:
            answering += 1
            expect(.partOfBody, limits.body, context)
        case .body: break
        case .end: expect(.none, nil, context)
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Bytes came, and no part was made of them: the beginning of a head.
        if !hasParts, arrival == .none { expect(.partOfHead, answering == 0 ? limits.head : nil, context) }
        hasParts = false
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { expect(.closed, nil, context) }
        context.fireUserInboundEventTriggered(event)
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard arrival == .none, answering == 0 else { return }
        expect(.partOfHead, limits.head, context)
    }

    private func expect(_ next: Arrival, _ time: TimeAmount?, _ context: ChannelHandlerContext) {
        arrival = next
        arrivalDeadline?.cancel()
        arrivalDeadline = time.map { close(context, in: $0) }
    }

    // MARK: The answer

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .body(var buffer):
            while buffer.readableBytes > Self.piece, let piece = buffer.readSlice(length: Self.piece) {
                write(.body(piece), nil, context)
            }
            write(.body(buffer), promise, context)
        case .end(let trailers):
            answering = max(0, answering - 1)
            write(.end(trailers), promise, context)
            if answering == 0, arrival == .partOfHead, arrivalDeadline == nil {
                expect(.partOfHead, limits.head, context)
            }
        case .head(let head):
            write(.head(head), promise, context)
        }
    }

    private func write(
        _ part: HTTPResponsePart, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext
    ) {
        unwritten += 1
        if unwritten == 1 { answerDeadline = close(context, in: limits.answer) }
        let written = promise ?? context.eventLoop.makePromise()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        written.futureResult.whenComplete { result in
            let (handler, context) = bound.value
            handler.wrote(result, context)
        }
        context.write(wrapOutboundOut(part), promise: written)
    }

    private func wrote(_ result: Result<Void, any Error>, _ context: ChannelHandlerContext) {
        unwritten -= 1
        answerDeadline?.cancel()
        answerDeadline = nil
        if unwritten > 0, case .success = result { answerDeadline = close(context, in: limits.answer) }
    }

    // MARK: The end

    private func close(_ context: ChannelHandlerContext, in time: TimeAmount) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: time) { context.close(promise: nil) }
    }

    private func cancelAll() {
        for deadline in [arrivalDeadline, answerDeadline] { deadline?.cancel() }
        (arrivalDeadline, answerDeadline) = (nil, nil)
        arrival = .closed
    }
}
