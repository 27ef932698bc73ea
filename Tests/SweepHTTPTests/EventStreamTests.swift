import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycleTestKit
import SweepAPI
import SweepClientTestKit
import SweepModel
import Synchronization
import Testing

@testable import SweepHTTP

struct EventStreamTests {
    static let nothing = ServiceNews(version: 1, movedSweeps: [], hasEvents: false)

    /// The stored events of two sweeps, in turn.
    static let stored: [EventReply] = (1...6).map {
        Samples.event($0, .trialEnded, sweep: $0.isMultiple(of: 2) ? 2 : 1)
    }

    static func event(_ reply: EventReply) throws -> String {
        "event: event\nid: \(reply.seq)\ndata: \(String(decoding: try WireCoder.encode(reply), as: UTF8.self))\n\n"
    }

    static func sweep(_ id: Int64) throws -> String {
        "event: sweep\ndata: \(String(decoding: try WireCoder.encode(Samples.sweep(id)), as: UTF8.self))\n\n"
    }

    // MARK: What is due to a listener

    @Test func firstTurnOfASweepIsItsEventsAndWhereItStands() async throws {
        let service = FakeService(events: Self.stored)
        var listener = EventListener(sweep: 1, after: 1, quietTurns: 40)
        let text = try await listener.next(service)
        #expect(text == (try Self.event(Self.stored[2])) + (try Self.event(Self.stored[4])) + (try Self.sweep(1)))
    }

    @Test func firstTurnOfAllSweepsHasEventsOnly() async throws {
        let news = ServiceNews(version: 3, movedSweeps: [1, 2], hasEvents: true)
        let service = FakeService(events: Self.stored, news: [news])
        var listener = EventListener(sweep: nil, after: 4, quietTurns: 40)
        #expect(try await listener.next(service) == (try Self.event(Self.stored[4])) + (try Self.event(Self.stored[5])))
    }

    @Test func laterTurnsHaveWhatIsNewAndEachEventOnce() async throws {
        let service = FakeService(events: Self.stored)
        var listener = EventListener(sweep: nil, after: 6, quietTurns: 40)
        #expect(try await listener.next(service) == "")
        let seventh = Samples.event(7, .sweepEnded)
        service.add(seventh, news: ServiceNews(version: 9, movedSweeps: [3, 1], hasEvents: true))
        #expect(
            try await listener.next(service)
                == (try Self.event(seventh)) + (try Self.sweep(1)) + (try Self.sweep(3)))
        #expect(try await listener.next(service) == "")
    }

    @Test func sweepThatIsNotAskedForDoesNotShow() async throws {
        let news = ServiceNews(version: 2, movedSweeps: [2], hasEvents: true)
        let service = FakeService(events: Self.stored, news: [Self.nothing, news])
        var listener = EventListener(sweep: 1, after: 6, quietTurns: 40)
        #expect(try await listener.next(service) == (try Self.sweep(1)))
        #expect(try await listener.next(service) == "")
    }

    @Test func manyStoredEventsComeInPagesWithoutGaps() async throws {
        let many = (1...2500).map { Samples.event($0, .trialEnded) }
        var listener = EventListener(sweep: nil, after: 0, quietTurns: 40)
        var text = ""
        var pages = 0
        repeat {
            text += try await listener.next(FakeService(events: many))
            pages += 1
        } while listener.hasMore
        #expect(pages == 3)
        let numbers = text.split(separator: "\n").filter { $0.hasPrefix("id: ") }.compactMap { Int($0.dropFirst(4)) }
        #expect(numbers == Array(1...2500))
    }

    @Test func commentFollowsAfterSilenceAndAgain() async throws {
        let service = FakeService()
        var listener = EventListener(sweep: nil, after: 0, quietTurns: 3)
        var texts: [String] = []
        for _ in 0..<6 { texts.append(try await listener.next(service)) }
        #expect(texts == ["", "", ":\n\n", "", "", ":\n\n"])
    }

    @Test func newsBeginTheSilenceAnew() async throws {
        let service = FakeService(news: [Self.nothing, .init(version: 2, movedSweeps: [1], hasEvents: false)])
        var listener = EventListener(sweep: nil, after: 0, quietTurns: 2)
        var texts: [String] = []
        for _ in 0..<4 { texts.append(try await listener.next(service)) }
        #expect(texts == ["", try Self.sweep(1), "", ":\n\n"])
    }

    // MARK: The response

    @Test(.timeLimit(.minutes(1)))
    func streamResumesAfterLastEventIDAndEndsOnShutdown() async throws {
        let service = FakeService(events: Self.stored)
        let written = try await stream(service, "/v1/events?sweep=2", lastEventID: "2")
        #expect(
            written.text == (try Self.event(Self.stored[3])) + (try Self.event(Self.stored[5])) + (try Self.sweep(2)))
        #expect(written.isFinished)
    }

    @Test(.timeLimit(.minutes(1)))
    func streamWithoutLastEventIDBeginsWithWhatIsStillToCome() async throws {
        let written = try await stream(FakeService(events: Self.stored), "/v1/events?sweep=2", lastEventID: nil)
        #expect(written.text == (try Self.sweep(2)))
        #expect(written.isFinished)
    }

    @Test func sweepThatDoesNotExistIsAProblemAndNoStream() async throws {
        let service = FakeService(problem: Problem(.notFound, "there is no sweep 9"))
        let answer = try await SweepHTTPServer(service).ask(
            .get, "/v1/events?sweep=9", headers: [.accept: "text/event-stream"])
        #expect(answer.status == 404)
        #expect(try answer.problem().code == .notFound)
    }

    /// Reads until the first message is there, then asks the server to stop, then reads until the stream ends.
    private func stream(_ service: FakeService, _ uri: String, lastEventID: String?) async throws -> Written {
        var headers: HTTPFields = [.accept: "text/event-stream"]
        if let lastEventID { headers[try #require(HTTPField.Name("Last-Event-ID"))] = lastEventID }
        let request = Request(
            head: .init(method: .get, scheme: nil, authority: nil, path: uri, headerFields: headers),
            body: RequestBody(buffer: ByteBuffer()))
        let context = APIRequestContext(source: .init(channel: TestChannel.make(), logger: .quiet))
        let response = try await SweepHTTPServer(service).router().buildResponder().respond(
            to: request, context: context)
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == "text/event-stream")
        #expect(response.headers[.cacheControl] == "no-store")
        return try await testGracefulShutdown { trigger in
            let writer = Writer { trigger.triggerGracefulShutdown() }
            try await response.body.write(writer)
            return writer.written.withLock { $0 }
        }
    }
}

private struct Written {
    var text = ""
    var isFinished = false
}

private final class Writer: ResponseBodyWriter, Sendable {
    let written = Mutex(Written())
    private let onWrite: @Sendable () -> Void

    init(onWrite: @escaping @Sendable () -> Void) { self.onWrite = onWrite }

    func write(_ buffer: ByteBuffer) async throws {
        written.withLock { $0.text += String(buffer: buffer) }
        onWrite()
    }

    func finish(_ trailers: HTTPFields?) async throws { written.withLock { $0.isFinished = true } }
}
