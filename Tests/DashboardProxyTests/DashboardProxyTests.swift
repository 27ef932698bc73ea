import DashboardProxy
import Foundation
import NIOCore
import SweepAPI
import SweepClient
import SweepClientTestKit
import SweepModel
import Testing

struct DashboardProxyTests {
    private let page: FakeDaemon.Answer = { _ in .init("<p>page", type: "text/html") }

    @Test func theTokenIsExchangedForACookieOnce() async throws {
        try await withDashboard(isIn: false, page) { browser, daemon in
            #expect(browser.place.url == "http://127.0.0.1:\(browser.place.port)/?token=\(browser.token)")
            let entered = try await browser.send("GET", "/?token=\(browser.token)")
            #expect((entered.status, entered.headers["location"], entered.text) == (303, "/", ""))
            let cookie = try #require(entered.headers["set-cookie"])
            #expect(cookie.hasSuffix("; HttpOnly; SameSite=Strict; Path=/"))
            #expect(!cookie.contains(browser.token))
            #expect(daemon.requests.isEmpty)

            let again = try await browser.send("GET", "/?token=\(browser.token)")
            #expect(again.status == 403)
            #expect(again.headers["set-cookie"] == nil)

            var known = browser
            known.cookie = String(cookie.prefix { $0 != ";" })
            #expect(try await known.send("GET", "/").text == "<p>page")
            #expect(try await known.send("GET", "/?token=\(browser.token)").status == 303)
        }
    }

    @Test(arguments: ["GET", "POST", "HEAD", "DELETE", "OPTIONS"])
    func withoutACookieNothingReachesTheDaemon(method: String) async throws {
        try await withDashboard(isIn: false, page) { browser, daemon in
            for target in ["/", "/v1/sweeps", "/assets/dashboard.js", "/?token=0"] {
                let answer = try await browser.send(method, target, ["Cookie": "sweepctl-\(browser.place.port)=0"])
                #expect(answer.status == 403)
                #expect(answer.headers["content-type"] == "text/plain; charset=utf-8")
                if method != "HEAD" { #expect(answer.text.contains("run `sweepctl dashboard` again")) }
            }
            #expect(daemon.requests.isEmpty)
        }
    }

    @Test(arguments: [
        ["Host": "evil.example"], ["Origin": "http://evil.example"], ["Sec-Fetch-Site": "cross-site"],
    ])
    func otherPagesAreRefusedEvenWithTheCookie(headers: [String: String]) async throws {
        try await withDashboard(page) { browser, daemon in
            for method in ["GET", "POST"] {
                let answer = try await browser.send(method, "/v1/sweeps/1/pause", headers)
                #expect(answer.status == 403)
            }
            #expect(daemon.requests.isEmpty)
        }
    }

    @Test func aRequestGoesOnAsItIs() async throws {
        try await withDashboard(page) { browser, daemon in
            let host = "127.0.0.1:\(browser.place.port)"
            let answer = try await browser.send(
                "POST", "/v1/sweeps/1/pause?a=%2F%20&b=c%26",
                [
                    "Host": host, "Origin": "http://\(host)", "X-Kept": "1", "X-Dropped": "2",
                    "Connection": "keep-alive, X-Dropped", "Sec-Fetch-Site": "same-origin",
                    "Content-Type": "application/json",
                ], body: Array(#"{"reason":"ä"}"#.utf8))
            #expect((answer.status, answer.text) == (200, "<p>page"))
            #expect(answer.headers["content-type"] == "text/html")
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            #expect(answer.headers["cross-origin-resource-policy"] == "same-origin")
            let request = try #require(daemon.requests.first)
            #expect((request.method, request.path) == ("POST", "/v1/sweeps/1/pause?a=%2F%20&b=c%26"))
            #expect(request.body == #"{"reason":"ä"}"#)
            #expect((request.headers["x-kept"], request.headers["content-type"]) == ("1", "application/json"))
            for name in ["cookie", "x-dropped", "origin", "sec-fetch-site"] { #expect(request.headers[name] == nil) }
        }
    }

    @Test func refusalsOfTheDaemonGoThrough() async throws {
        let answer: FakeDaemon.Answer = { _ in
            var reply = try FakeDaemon.Reply.problem(Problem(.notFound, "no"))
            reply.headers = ["Set-Cookie": "a=b", "Keep-Alive": "5", "X-Kept": "1"]
            return reply
        }
        try await withDashboard(answer) { browser, _ in
            let reply = try await browser.send("GET", "/v1/sweeps/9")
            #expect((reply.status, reply.headers["content-type"]) == (404, Problem.mediaType))
            #expect((reply.headers["set-cookie"], reply.headers["keep-alive"]) == (nil, nil))
            #expect(reply.headers["x-kept"] == "1")
        }
    }

    @Test func anAnswerToHeadHasNoBody() async throws {
        let answer: FakeDaemon.Answer = { _ in
            var reply = FakeDaemon.Reply("", status: 405)
            reply.headers = ["Allow": "GET"]
            return reply
        }
        try await withDashboard(answer) { browser, _ in
            for target in ["/v1/health", "/v1/sweeps"] {
                let reply = try await browser.send("HEAD", target)
                #expect((reply.status, reply.headers["allow"], reply.text) == (405, "GET", ""))
            }
        }
    }

    @Test func anEventArrivesWhileTheStreamIsOpen() async throws {
        let answer: FakeDaemon.Answer = { _ in
            try .events([("event", 5, Samples.event(5, .trialEnded))], end: .open)
        }
        try await withDashboard(answer) { browser, daemon in
            let reply = try await browser.open(
                "GET", "/v1/events?sweep=1", ["Accept": "text/event-stream", "Last-Event-ID": "4"])
            #expect(
                reply.headers.contains { $0.name.lowercased() == "content-type" && $0.value == "text/event-stream" })
            var parser = EventStreamParser()
            var events: [StreamEvent] = []
            for try await piece in reply.body {
                events += try parser.consume(piece.readableBytesView)
                // The stream has not ended, and never will.
                if !events.isEmpty { break }
            }
            #expect(events.map(\.id) == ["5"])
            #expect(daemon.requests.first?.headers["last-event-id"] == "4")
        }
    }

    @Test func aPageThatGoesEndsItsStreamAtTheDaemon() async throws {
        let answer: FakeDaemon.Answer = { _ in .init(": hello\n\n", type: "text/event-stream", end: .open) }
        try await withDashboard(answer) { browser, daemon in
            let task = Task {
                for try await _ in try await browser.open("GET", "/v1/events").body {}
            }
            for await _ in daemon.arrivals { break }
            task.cancel()
            for await _ in daemon.departures { break }
        }
    }

    @Test func manyStreamsLeaveConnectionsForTheRest() async throws {
        let answer: FakeDaemon.Answer = { request in
            request.path == "/v1/events" ? .init(": hello\n\n", type: "text/event-stream", end: .open) : .init("{}")
        }
        try await withDashboard(answer) { browser, _ in
            var streams: [ForwardedReply] = []
            for _ in 0..<20 { streams.append(try await browser.open("GET", "/v1/events")) }
            #expect(try await browser.send("GET", "/v1/health").text == "{}")
            #expect(streams.map(\.status) == Array(repeating: 200, count: 20))
        }
    }

    @Test func aStreamThatFallsSilentBreaksOff() async throws {
        let answer: FakeDaemon.Answer = { _ in .init(": hello\n\n", type: "text/event-stream", end: .open) }
        try await FakeDaemon.with(answer) { daemon in
            try await SweepClient.with(.unix(path: daemon.path), silence: .milliseconds(500)) { client in
                let none: AsyncStream<ByteBuffer>? = nil
                let reply = try await client.forward(
                    "GET", "/v1/events", headers: [("Accept", "text/event-stream")], body: none)
                let error = try await #require(throws: ClientError.self) {
                    for try await _ in reply.body {}
                }
                #expect(error.code == .connectionLost)
            }
        }
    }

    @Test func anAnswerThatBreaksOffIsNotTakenForWhole() async throws {
        try await withDashboard({ _ in .init("half", end: .cut) }) { browser, _ in
            _ = await #expect(throws: ClientError.self) { try await browser.send("GET", "/v1/backup") }
        }
    }

    @Test func aLargeAnswerIsWhole() async throws {
        let text = String(repeating: "0123456789", count: 1_000_000)
        try await withDashboard({ _ in .init(text) }) { browser, _ in
            let answer = try await browser.send("GET", "/v1/backup")
            #expect(answer.text == text)
        }
    }

    @Test(arguments: [true, false])
    func aBodyMayHaveFourMebibytes(isLengthKnown: Bool) async throws {
        try await withDashboard(page) { browser, daemon in
            let most = [UInt8](repeating: 97, count: 4 << 20)
            let taken = try await browser.send("POST", "/v1/sweeps", body: most, isLengthKnown: isLengthKnown)
            #expect(taken.status == 200)
            #expect(daemon.requests.map(\.body.utf8.count) == [4 << 20])
            let refused = try await browser.send("POST", "/v1/sweeps", body: most + [97], isLengthKnown: isLengthKnown)
            #expect((refused.status, refused.headers["content-type"]) == (413, Problem.mediaType))
            #expect(try WireCoder.decode(Problem.self, from: Data(refused.text.utf8)).code == .tooLarge)
            #expect(daemon.requests.count == 1)
        }
    }

    @Test func aDaemonThatIsGoneIsWaitedFor() async throws {
        try await withDashboard(page) { browser, daemon in
            #expect(try await browser.send("GET", "/").status == 200)
            try await daemon.stop()
            let gone = try await browser.send("GET", "/v1/health", ["Accept": "application/json"])
            #expect((gone.status, gone.headers["content-type"]) == (502, Problem.mediaType))
            #expect(gone.text.contains("daemon_unreachable") && gone.text.contains(daemon.path))
            let waiting = try await browser.send("GET", "/", ["Accept": "text/html,*/*"])
            #expect((waiting.status, waiting.headers["content-type"]) == (502, "text/html; charset=utf-8"))
            #expect(waiting.text.contains(#"http-equiv="refresh""#))
            try await daemon.start()
            #expect(try await browser.send("GET", "/").status == 200)
        }
    }

    @Test func aTakenPortIsRefusedOrAvoided() async throws {
        try await withDashboard(page) { first, daemon in
            let taken = first.place.port
            let error = try await #require(throws: DashboardError.self) {
                try await withDashboard(port: .exactly(taken), daemon: .unix(path: daemon.path)) { _ in }
            }
            #expect(error.code == .portTaken)
            #expect(error.message.contains("port \(taken) is taken"))
            let other = try await withDashboard(port: .preferably(taken), daemon: .unix(path: daemon.path)) {
                $0.place.port
            }
            #expect(other != taken)
        }
    }

    @Test func aDaemonOnAPortIsReachedToo() async throws {
        try await FakeDaemon.withPort(page) { daemon in
            let address = try DaemonAddress(parsing: daemon.url)
            try await withDashboard(port: .exactly(0), daemon: address) { browser in
                var browser = browser
                try await browser.enter()
                #expect(try await browser.send("GET", "/").text == "<p>page")
            }
        }
    }

    @Test func whatTheListenerThrowsEndsTheProxy() async throws {
        struct Enough: Error {}
        try await SweepClient.with(.unix(path: "/nowhere/d.sock")) { client in
            _ = await #expect(throws: Enough.self) {
                try await DashboardProxy(client: client).run(on: .exactly(0)) { _ in throw Enough() }
            }
        }
    }

    @Test func anInterruptionEndsItWithStreamsOpen() async throws {
        let answer: FakeDaemon.Answer = { _ in .init(": hello\n\n", type: "text/event-stream", end: .open) }
        // Comes back only if the proxy ends when its task is cancelled.
        let status = try await withDashboard(answer) { browser, _ in
            try await browser.open("GET", "/v1/events").status
        }
        #expect(status == 200)
    }
}
