import Logging
import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Accepts a connection only while there is room in the table, and outlives a lack of descriptors.
final class AcceptGate: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = Never
    typealias OutboundOut = Never

    private static let pause = TimeAmount.seconds(1)

    private let table: ConnectionTable
    private let isTCP: Bool
    private let logger: Logger
    private var isPausing = false

    init(_ table: ConnectionTable, isTCP: Bool, logger: Logger) {
        (self.table, self.isTCP, self.logger) = (table, isTCP, logger)
    }

    func read(context: ChannelHandlerContext) {
        if !isPausing, table.mayAccept(context.channel, isTCP: isTCP) { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        table.opened(unwrapInboundIn(data), isTCP: isTCP)
        context.fireChannelRead(data)
    }

    /// The channel passes on what accept(2) fails with, and stays open for these; behind us it would end the listener.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError,
            [EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED, EPROTO, EPERM].contains(error.errnoCode)
        else { return context.fireErrorCaught(error) }
        guard !isPausing else { return }
        logger.warning("a connection could not be accepted", metadata: ["error": "\(error)"])
        isPausing = true
        let channel = context.channel
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
            self.isPausing = false
            channel.read()
        }
    }
}
