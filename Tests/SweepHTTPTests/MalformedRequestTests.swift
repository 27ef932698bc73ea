import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import SweepAPI
import Synchronization
import Testing

@testable import SweepHTTP

/// Whatever a client sends, it is told in one sentence what is wrong, and the service never hears of it.
struct MalformedRequestTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let method: HTTPRequest.Method
        let uri: String
        let body: ByteBuffer?
        let headers: HTTPFields
        let code: ProblemCode
        /// Parts of the sentence, the remedy among them.
        let words: [String]
        let pointer: String?

        init(
            _ method: HTTPRequest.Method, _ uri: String, body: String? = nil, bytes: [UInt8]? = nil,
            headers: [String: String] = [:], _ code: ProblemCode, _ words: String...,
            at pointer: String? = nil
        ) {
            (self.method, self.uri, self.code, self.words, self.pointer) = (method, uri, code, words, pointer)
            self.body = bytes.map { ByteBuffer(bytes: $0) } ?? body.map { ByteBuffer(string: $0) }
            var fields = HTTPFields()
            for (name, value) in headers { if let name = HTTPField.Name(name) { fields[name] = value } }
            self.headers = fields
        }

        var testDescription: String {
            let shown = body.map { " " + String(buffer: $0).prefix(60) } ?? ""
            return "\(method) \(uri.prefix(80))\(shown)"
        }
    }

    static let unreadable = "the body cannot be read; send a JSON object in UTF-8 with keys out of"

    static let bodies: [Case] = [
        Case(
            .post, "/v1/sweeps", .invalidRequest, "this key is missing", "file is the sweep file as one text",
            at: "/file"),
        Case(.post, "/v1/sweeps", body: "", .invalidRequest, "this key is missing", at: "/file"),
        Case(.post, "/v1/sweeps", body: "{}", .invalidRequest, "this key is missing", at: "/file"),
        Case(.post, "/v1/sweeps", body: "method: grid\n", .invalidRequest, unreadable, "\"file\", \"set\"", at: ""),
        Case(.post, "/v1/sweeps", body: "{", .invalidRequest, unreadable),
        Case(.post, "/v1/sweeps", body: #"{"file": "a"} {}"#, .invalidRequest, unreadable),
        Case(.post, "/v1/sweeps", body: #"{'file': "a"}"#, .invalidRequest, unreadable),
        Case(.post, "/v1/sweeps", body: "[]", .invalidRequest, unreadable),
        Case(.post, "/v1/sweeps", body: "null", .invalidRequest, unreadable),
        Case(.post, "/v1/sweeps", body: "7", .invalidRequest, unreadable),
        Case(.post, "/v1/sweeps", body: "file=grid.json", .invalidRequest, unreadable),
        Case(
            .post, "/v1/sweeps", bytes: Array(#"{"file": ""#.utf8) + [0xff, 0xfe, 0x22, 0x7d], .invalidRequest,
            unreadable),
        Case(.post, "/v1/sweeps", bytes: [0, 1, 2, 3], .invalidRequest, unreadable),
        Case(.post, "/v1/plan", body: nested(10_000, "["), .invalidRequest, unreadable),
        Case(.post, "/v1/plan", body: nested(10_000, "{\"a\":"), .invalidRequest, unreadable),
        Case(
            .post, "/v1/sweeps", body: #"{"fiel": "a"}"#, .invalidRequest, #"unknown key "fiel"; did you mean "file"?"#,
            at: "/fiel"),
        Case(
            .post, "/v1/plan", body: #"{"file": "a", "colour": 1}"#, .invalidRequest,
            #"unknown key "colour"; write one of file, set, name, priority, key"#),
        Case(.post, "/v1/sweeps", body: #"{"file": "a", "a~/b": 1}"#, .invalidRequest, "unknown key", at: "/a~0~1b"),
        Case(.post, "/v1/sweeps/3/pause", body: #"{"raeson": "x"}"#, .invalidRequest, #"did you mean "reason"?"#),
        Case(.post, "/v1/sweeps/3/retry", body: #"{"state": ["failed"]}"#, .invalidRequest, #"did you mean "states"?"#),
        Case(.post, "/v1/promotions", body: #"{"sweeps": 1}"#, .invalidRequest, #"did you mean "sweep"?"#),
        Case(
            .post, "/v1/sweeps", body: #"{"file": 7}"#, .invalidRequest, "/file: this value has the wrong type",
            at: "/file"),
        Case(
            .post, "/v1/sweeps", body: #"{"file": null}"#, .invalidRequest, "/file: ", "file is the sweep file",
            at: "/file"),
        Case(.post, "/v1/sweeps", body: #"{"file": {"method": "grid"}}"#, .invalidRequest, "as one text", at: "/file"),
        Case(
            .post, "/v1/sweeps", body: #"{"file": "a", "set": "seed=1"}"#, .invalidRequest, "set is a list of",
            at: "/set"),
        Case(
            .post, "/v1/sweeps", body: #"{"file": "a", "set": ["seed=1"]}"#, .invalidRequest, "set is a list of",
            at: "/set/0"),
        Case(
            .post, "/v1/sweeps", body: #"{"file": "a", "set": [{"key": "a", "value": 1}]}"#, .invalidRequest,
            "both texts",
            at: "/set/0/value"),
        Case(
            .post, "/v1/sweeps", body: #"{"file": "a", "priority": "high"}"#, .invalidRequest, "a whole number",
            at: "/priority"),
        Case(
            .post, "/v1/sweeps", body: #"{"file": "a", "priority": 1.5}"#, .invalidRequest, "a whole number",
            at: "/priority"),
        Case(
            .post, "/v1/sweeps", body: #"{"file": "a", "priority": 1e400}"#, .invalidRequest, "a whole number",
            at: "/priority"),
        Case(
            .post, "/v1/promotions", body: #"{"sweep": 9223372036854775808}"#, .invalidRequest, "a sweep's number",
            at: "/sweep"),
        Case(.post, "/v1/promotions", body: #"{"ensemble": "x"}"#, .invalidRequest, "2 to 100", at: "/ensemble"),
        Case(.post, "/v1/promotions", body: #"{"trial": true}"#, .invalidRequest, "a trial's number", at: "/trial"),
        Case(
            .post, "/v1/sweeps/3/retry", body: #"{"states": ["done"]}"#, .invalidRequest, "failed and cancelled",
            at: "/states/0"),
        Case(
            .post, "/v1/sweeps/3/cancel", body: #"{"reason": ["x"]}"#, .invalidRequest, "reason is a text",
            at: "/reason"),
    ]

    static let paths: [Case] = [
        Case(.get, "/nothing", .notFound, "there is no such path; /v1/openapi.json lists them"),
        Case(.get, "/v2/sweeps", .notFound, "/v1/openapi.json"),
        Case(.get, "/v1/sweeps/3/trails", .notFound, "/v1/openapi.json"),
        Case(.get, "/v1/../etc/passwd", .notFound, "/v1/openapi.json"),
        Case(.get, "/v1/%", .notFound, "/v1/openapi.json"),
        Case(.get, "/v1/sweeps/0", .notFound, "\"0\" is no sweep's number; numbers start at 1"),
        Case(.get, "/v1/sweeps/-1", .notFound, "is no sweep's number"),
        Case(.get, "/v1/sweeps/+1", .notFound, "is no sweep's number"),
        Case(.get, "/v1/sweeps/01", .notFound, "is no sweep's number"),
        Case(.get, "/v1/sweeps/one", .notFound, "is no sweep's number"),
        Case(.get, "/v1/sweeps/1.0/trials", .notFound, "is no sweep's number"),
        Case(.get, "/v1/sweeps/9223372036854775808", .notFound, "is no sweep's number"),
        Case(.get, "/v1/sweeps/%31", .notFound, "is no sweep's number"),
        Case(.get, "/v1/sweeps/%zz%", .notFound, "is no sweep's number"),
        Case(.post, "/v1/sweeps/x/pause", body: "{}", .notFound, "is no sweep's number"),
        Case(.get, "/v1/trials/0", .notFound, "is no trial's number"),
        Case(.post, "/v1/trials/a/verify", .notFound, "is no trial's number"),
        Case(.post, "/v1/datasets/..%2f..%2fetc/check", .notFound, "is no data set's name", "/v1/datasets lists"),
        Case(.post, "/v1/datasets/%2e%2e/check", .notFound, "is no data set's name"),
        Case(.post, "/v1/datasets/../check", .notFound, "is no data set's name"),
        Case(.post, "/v1/datasets/a%00b/check", .notFound, "is no data set's name"),
        Case(.post, "/v1/datasets/…/check", .notFound, "is no data set's name"),
    ]

    static let queries: [Case] = [
        Case(.get, "/v1/sweeps?limit=0", .invalidRequest, "limit is \"0\"; write a whole number from 1 to 1000"),
        Case(.get, "/v1/sweeps?limit=1001", .invalidRequest, "from 1 to 1000"),
        Case(.get, "/v1/sweeps?limit=abc", .invalidRequest, "limit is \"abc\""),
        Case(.get, "/v1/sweeps?limit=", .invalidRequest, "limit is \"\""),
        Case(.get, "/v1/sweeps?limit", .invalidRequest, "limit is \"\""),
        Case(.get, "/v1/sweeps?limit=%", .invalidRequest, "limit is \"%\""),
        Case(.get, "/v1/sweeps?limit=%ff", .invalidRequest, "limit is"),
        Case(.get, "/v1/sweeps?limit=1&limit=2", .invalidRequest, "limit is given twice; give it once"),
        Case(.get, "/v1/sweeps?before=0", .invalidRequest, "before is \"0\"; write a whole number that is at least 1"),
        Case(.get, "/v1/sweeps?befor=1", .invalidRequest, #"unknown query parameter "befor"; did you mean "before"?"#),
        Case(.get, "/v1/sweeps/3/trials?state=foo", .invalidRequest, "state is \"foo\"; write one of queued, running"),
        Case(.get, "/v1/sweeps/3/trials?state=failed,", .invalidRequest, "state is \"\""),
        Case(.get, "/v1/sweeps/3/trials?sort=bar", .invalidRequest, "write one of index, val_accuracy, val_loss"),
        Case(.get, "/v1/sweeps/3/trials?offset=-1", .invalidRequest, "offset is \"-1\"; write a whole number from 0"),
        Case(.get, "/v1/sweeps/3/trials?offset=99999999999999999999", .invalidRequest, "offset is"),
        Case(.get, "/v1/sweeps/3/trials?sate=failed", .invalidRequest, #"did you mean "state"?"#),
        Case(.get, "/v1/sweeps/3/best?top=1e3", .invalidRequest, "top is \"1e3\"; write a whole number from 1 to 1000"),
        Case(.get, "/v1/promotions?sweep=x", .invalidRequest, "sweep is \"x\""),
        Case(.get, "/v1/events?after=-1", .invalidRequest, "after is \"-1\"; write a whole number that is at least 0"),
        Case(.get, "/v1/events?sweep=0", .invalidRequest, "sweep is \"0\""),
    ]

    static let headers: [Case] = [
        Case(
            .get, "/v1/events", headers: ["Accept": "text/event-stream", "Last-Event-ID": "x"], .invalidRequest,
            "the header Last-Event-ID is \"x\"; write the number of the last event seen"),
        Case(
            .get, "/v1/events", headers: ["Accept": "text/event-stream", "Last-Event-ID": "-1"], .invalidRequest,
            "Last-Event-ID is \"-1\""),
        Case(
            .get, "/v1/health", headers: ["Sweepd-Wire": "2"], .versionMismatch,
            "the client speaks wire version 2, this daemon", "install the same release of both"),
        Case(.get, "/v1/health", headers: ["Sweepd-Wire": "one"], .versionMismatch, "install the same release"),
        Case(
            .post, "/v1/sweeps", body: "<file/>", headers: ["Content-Type": "text/xml"], .invalidRequest,
            "a body of the type text/xml is not read", "send JSON with Content-Type: application/json"),
    ]

    @Test(arguments: bodies + paths + queries + headers)
    func malformedRequestIsRefusedWithItsRemedy(_ it: Case) async throws {
        let service = FakeService()
        var headers = it.headers
        if it.body != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        let answer = try await SweepHTTPServer(service).ask(it.method, it.uri, headers: headers, body: it.body)
        let problem = try answer.problem()
        #expect(answer.status == it.code.httpStatus)
        #expect((problem.code, problem.status) == (it.code, it.code.httpStatus))
        for words in it.words { #expect(problem.detail.contains(words), "\(problem.detail)") }
        #expect(problem.detail.first?.isUppercase == false)
        if let pointer = it.pointer { #expect(problem.errors?.first?.pointer == pointer) }
        #expect(answer.headers[try #require(WireMiddleware.versionHeader)] == "1")
        #expect(service.calls == [])
    }

    /// Those that a form of another site's page can send, none at all among them.
    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ";;;", nil])
    func bodyOfAnotherMediaTypeIsNotRead(_ type: String?) async throws {
        let service = FakeService()
        var headers = HTTPFields()
        if let type { headers[.contentType] = type }
        let answer = try await SweepHTTPServer(service).ask(
            .post, "/v1/plan", headers: headers, body: ByteBuffer(string: #"{"file": "f"}"#))
        let problem = try answer.problem()
        #expect(answer.status == 400)
        #expect(problem.code == .invalidRequest)
        #expect(problem.detail.contains("send JSON with Content-Type: application/json"))
        #expect(service.calls == [])
    }

    @Test(arguments: ["application/json", "Application/JSON", "application/json; charset=utf-8"])
    func bodyOfJSONIsRead(_ type: String) async throws {
        let service = FakeService()
        let answer = try await SweepHTTPServer(service).ask(
            .post, "/v1/plan", headers: [.contentType: type], body: ByteBuffer(string: #"{"file": "f"}"#))
        #expect(answer.status == 200)
        #expect(service.calls == ["plan f 0"])
    }

    @Test func emptyBodyNeedsNoMediaType() async throws {
        let service = FakeService()
        #expect(try await SweepHTTPServer(service).ask(.post, "/v1/sweeps/3/resume").status == 200)
        #expect(service.calls == ["resume 3 -"])
    }

    /// Without a Content-Length, as a client that streams sends it.
    @Test func bodyIsReadNoFurtherThanItsLimit() async throws {
        let (service, taken) = (FakeService(), Counter())
        let piece = ByteBuffer(repeating: UInt8(ascii: " "), count: 1 << 20)
        let body = AsyncStream<ByteBuffer> { taken.next() > 10 ? nil : piece }
        let request = Request(
            head: .init(method: .post, scheme: nil, authority: nil, path: "/v1/sweeps"),
            body: RequestBody(asyncSequence: body))
        let context = APIRequestContext(source: .init(channel: TestChannel.make(), logger: .quiet))
        let response = try await SweepHTTPServer(service).router().buildResponder().respond(
            to: request, context: context)
        #expect(response.status.code == 413)
        #expect(taken.value == 5)
        #expect(service.calls == [])
    }

    /// It is read to its end, so that the answer arrives; the next request finds the connection in order.
    @Test func tenMegabytesAreRefusedAndTheConnectionGoesOn() async throws {
        let service = FakeService()
        let large = "POST /v1/sweeps HTTP/1.1\r\nHost: x\r\nContent-Length: \(10 << 20)\r\n\r\n"
        try await LiveServer.with(service) { server in
            var bytes = ByteBuffer(string: large)
            bytes.writeRepeatingByte(UInt8(ascii: " "), count: 10 << 20)
            bytes.writeString(LiveServer.request("GET", "/v1/health"))
            let answer = try await server.exchange(bytes)
            #expect(answer.hasPrefix("HTTP/1.1 413 "))
            #expect(answer.contains("Content-Type: \(Problem.mediaType)"))
            #expect(answer.contains("HTTP/1.1 200 "))
            #expect(service.calls == ["daemon"])
        }
    }

    /// What is not HTTP within our limits never reaches a route: a bare 400, and the connection ends.
    @Test(arguments: [17_000, 100_000])
    func headerOverItsLimitIsABare400(_ length: Int) async throws {
        let service = FakeService()
        try await LiveServer.with(service) { server in
            let answer = try await server.exchange(Self.longHeader(length))
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
            #expect(answer.lowercased().contains("connection: close"))
        }
        #expect(service.calls == [])
    }

    @Test func headerJustUnderItsLimitIsRead() async throws {
        try await LiveServer.with(FakeService()) { server in
            let answer = try await server.exchange(Self.longHeader(15_000))
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
        }
    }

    private static func longHeader(_ length: Int) -> String {
        LiveServer.request("GET", "/v1/health", [("X-Long", String(repeating: "a", count: length))])
    }

    private static func nested(_ depth: Int, _ opening: String) -> String {
        "{\"file\": " + String(repeating: opening, count: depth)
            + String(repeating: opening == "[" ? "]" : "}", count: depth) + "}"
    }
}

private final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
