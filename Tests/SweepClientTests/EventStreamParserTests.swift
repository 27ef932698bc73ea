import Testing

@testable import SweepClient

struct EventStreamParserTests {
    static let stream = """
        : hello\r
        retry: 1500\r
        \r
        event: sweep
        data: {"sweep":1,

        event:event
        id: 7
        data: first
        data:  second

        data

        id: 8
        event: ignored because it has no data

        data: grüße ✓
        unknown: field


        """

    static let events = [
        StreamEvent(name: "sweep", data: #"{"sweep":1,"#, id: nil),
        StreamEvent(name: "event", data: "first\n second", id: "7"),
        StreamEvent(name: "message", data: "", id: "7"),
        StreamEvent(name: "message", data: "grüße ✓", id: "8"),
    ]

    @Test func readsAWholeStream() throws {
        var parser = EventStreamParser()
        #expect(try parser.consume(Self.stream.utf8) == Self.events)
        #expect(parser.lastEventID == "8")
        #expect(parser.retryMilliseconds == 1500)
    }

    @Test(arguments: 0...stream.utf8.count)
    func readsTheSameWhereverItIsCut(position: Int) throws {
        let bytes = Array(Self.stream.utf8)
        var parser = EventStreamParser()
        let events = try parser.consume(bytes[..<position]) + parser.consume(bytes[position...])
        #expect(events == Self.events)
    }

    @Test func readsTheSameByteByByte() throws {
        var parser = EventStreamParser()
        var events: [StreamEvent] = []
        for byte in Self.stream.utf8 { events += try parser.consume([byte]) }
        #expect(events == Self.events)
    }

    @Test(arguments: ["\n", "\r", "\r\n"])
    func anyEndOfLineCounts(end: String) throws {
        var parser = EventStreamParser()
        #expect(try parser.consume("data: a\(end)\(end)data: b\(end)\(end)".utf8).map(\.data) == ["a", "b"])
    }

    @Test func aByteOrderMarkIsSkippedAtTheStartOnly() throws {
        var parser = EventStreamParser()
        #expect(try parser.consume("\u{FEFF}data: a\n\n\u{FEFF}data: b\n\n".utf8).map(\.data) == ["a"])
    }

    @Test func anIDWithAZeroByteIsIgnored() throws {
        var parser = EventStreamParser(lastEventID: "3")
        _ = try parser.consume("id: 4\0\ndata: a\n\n".utf8)
        #expect(parser.lastEventID == "3")
    }

    @Test func anUnfinishedMessageIsNotHandedOut() throws {
        var parser = EventStreamParser()
        #expect(try parser.consume("data: a\n".utf8).isEmpty)
    }

    @Test func aMessageWithoutEndIsRefused() {
        var parser = EventStreamParser(limit: 100)
        #expect(throws: EventStreamParser.TooLong.self) {
            for _ in 0..<20 { _ = try parser.consume("data: 0123456789\n".utf8) }
        }
    }
}
