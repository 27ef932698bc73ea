import NIOCore
import NIOEmbedded
import SweepAPI
import Testing

@testable import SweepHTTP

/// Connections of a server that listens.
struct ConnectionTests {
    static func limits(_ connections: Int = 10, _ change: (inout ConnectionLimits) -> Void = { _ in })
        -> ConnectionLimits
    {
        var limits = ConnectionLimits(connections: connections)
        change(&limits)
        return limits
    }

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            "", "GET", "GET /v1/health HTTP/1.1\r\nHost: x\r\n",
            "POST /v1/plan HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
            "POST /v1/plan HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
        ])
    func aClientThatNeverEndsItsRequestIsCutOff(_ text: String) async throws {
        let service = FakeService()
        let limits = Self.limits { ($0.head, $0.body) = (.milliseconds(20), .milliseconds(20)) }
        try await LiveServer.with(service, limits: limits) { server in
            let answer = try await server.exchange(text)
            #expect(answer == "")
        }
        #expect(service.calls == [])
    }

    @Test(.timeLimit(.minutes(5))) func whoHasToWaitForAConnectionGetsOne() async throws {
        try await LiveServer.with(FakeService(), limits: Self.limits(1)) { server in
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await server.exchange(LiveServer.request("GET", "/v1/health")) }
                }
                for try await answer in group { #expect(answer.hasPrefix("HTTP/1.1 200 ")) }
            }
        }
    }

    /// Nobody is left to whom its result would be told, and another call waits for its turn.
    @Test(.timeLimit(.minutes(5)), arguments: ["verify", "keep"])
    func aTrainingEndsWhenItsCallerHangsUp(_ verb: String) async throws {
        let (service, call) = (FakeService(), "\(verb) \(FakeService.long)")
        try await LiveServer.with(service) { server in
            try await server.connected { _, outbound in
                let request = LiveServer.request("POST", "/v1/trials/\(FakeService.long)/\(verb)")
                try await outbound.write(ByteBuffer(string: request))
                while service.calls != [call] { try await Task.sleep(for: .milliseconds(5)) }
            }
            while service.calls != [call, "\(call) cancelled"] { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test(.timeLimit(.minutes(5))) func aStopEndsConnectionsThatWait() async throws {
        let limits = Self.limits { $0.farewell = .milliseconds(20) }
        let (ends, ending) = AsyncStream.makeStream(of: Void.self)
        // One that says nothing, and one whose body never ends.
        let texts = ["", "POST /v1/plan HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"]
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (servers, continuation) = AsyncStream.makeStream(of: LiveServer.self)
            let (sent, sending) = AsyncStream.makeStream(of: Void.self)
            group.addTask {
                try await LiveServer.with(FakeService(), limits: limits) { server in
                    continuation.yield(server)
                    var count = 0
                    for await _ in sent {
                        count += 1
                        if count == texts.count { break }
                    }
                }
            }
            for await server in servers {
                for text in texts {
                    group.addTask {
                        try await server.connected { inbound, outbound in
                            try await outbound.write(ByteBuffer(string: text))
                            sending.yield()
                            do {
                                for try await _ in inbound {}
                            } catch  where error is IOError || error is ChannelError {}
                            ending.yield()
                        }
                    }
                }
                break
            }
            try await group.waitForAll()
        }
        ending.finish()
        #expect(await ends.reduce(0) { count, _ in count + 1 } == 2)
    }

    // MARK: The table

    private final class Reads: ChannelOutboundHandler {
        typealias OutboundIn = Never
        var count = 0

        func read(context: ChannelHandlerContext) {
            count += 1
            context.read()
        }
    }

    private static func listener() throws -> (channel: EmbeddedChannel, reads: Reads) {
        let reads = Reads()
        return (EmbeddedChannel(handlers: [reads]), reads)
    }

    @Test func whoIsOnTheBoxHasConnectionsThatTCPCannotTake() throws {
        let table = ConnectionTable(Self.limits(4))
        let (unix, tcp) = (try Self.listener(), try Self.listener())
        for _ in 0..<2 {
            #expect(table.mayAccept(tcp.channel, isTCP: true))
            table.opened(EmbeddedChannel(), isTCP: true)
        }
        #expect(!table.mayAccept(tcp.channel, isTCP: true))
        var open: [EmbeddedChannel] = []
        for _ in 0..<2 {
            #expect(table.mayAccept(unix.channel, isTCP: false))
            open.append(EmbeddedChannel())
            table.opened(open[open.count - 1], isTCP: false)
        }
        #expect(!table.mayAccept(unix.channel, isTCP: false))
        let (unixReads, tcpReads) = (unix.reads.count, tcp.reads.count)
        try open[0].close().wait()
        open[0].embeddedEventLoop.run()
        #expect(unix.reads.count == unixReads + 1)
        // TCP has its half already.
        #expect(tcp.reads.count == tcpReads)
        #expect(table.mayAccept(unix.channel, isTCP: false))
        #expect(!table.mayAccept(tcp.channel, isTCP: true))
        #expect(table.count == 3)
    }
}
