import SweepAPI
import SweepClientTestKit
import SweepModel
import Synchronization
import Testing

@testable import SweepClient

struct WatchTests {
    static let policy = ReconnectPolicy(first: .milliseconds(1), longest: .milliseconds(4))

    @Test func goesOnAcrossARestartOfTheDaemon() async throws {
        let connections = Mutex(0)
        let answer: FakeDaemon.Answer = { _ in
            let number = connections.withLock { count in
                count += 1
                return count
            }
            return number == 1
                ? try .events(
                    [("sweep", nil, Samples.sweep()), ("event", 41, Samples.event(41, .trialEnded))], end: .cut)
                : try .events([("sweep", nil, Samples.completed())], end: .open)
        }
        try await FakeDaemon.with(answer) { daemon in
            try await SweepClient.with(.unix(path: daemon.path)) { client in
                var seen: [String] = []
                try await client.watch(sweep: 1, policy: Self.policy) { update in
                    switch update {
                    case .sweep(let sweep): seen.append(sweep.state.rawValue)
                    case .event(let event): seen.append("event \(event.seq)")
                    case .lost:
                        seen.append("lost")
                        // Nobody listens while the client tries again, until it has been refused at least once.
                        try await daemon.stop()
                        try await daemon.start()
                    case .stillLost: break
                    case .regained: seen.append("regained")
                    }
                    return seen.last != "completed"
                }
                #expect(seen == ["running", "event 41", "lost", "regained", "completed"])
                let requests = daemon.requests
                #expect(requests.map(\.path) == ["/v1/events?sweep=1", "/v1/events?sweep=1"])
                #expect(requests.map { $0.headers["last-event-id"] } == [nil, "41"])
                #expect(requests.allSatisfy { $0.headers["accept"] == "text/event-stream" })
            }
        }
    }

    @Test func keepsTryingWhileNobodyListensAndSaysSoOnce() async throws {
        let answer: FakeDaemon.Answer = { _ in try .events([("sweep", nil, Samples.completed())], end: .open) }
        try await FakeDaemon.with(answer) { daemon in
            try await daemon.stop()
            try await SweepClient.with(.unix(path: daemon.path)) { client in
                let (refusals, refused) = AsyncStream.makeStream(of: Void.self)
                // The daemon comes back after the third refusal.
                async let restart: Void = {
                    var count = 0
                    for await _ in refusals {
                        count += 1
                        if count == 3 { return try await daemon.start() }
                    }
                }()
                var seen: [String] = []
                var policy = Self.policy
                policy.onRefusal = { refused.yield() }
                try await client.watch(sweep: 1, isReachable: true, policy: policy) { update in
                    switch update {
                    case .lost: seen.append("lost")
                    case .regained: seen.append("regained")
                    case .sweep(let sweep): seen.append(sweep.state.rawValue)
                    case .event, .stillLost: break
                    }
                    return seen.last != "completed"
                }
                refused.finish()
                try await restart
                #expect(seen == ["lost", "regained", "completed"])
            }
        }
    }

    /// As a connection over TCP whose other end is gone.
    @Test func aStreamThatFallsSilentIsLost() async throws {
        let openings = Mutex(0)
        let answer: FakeDaemon.Answer = { _ in
            let number = openings.withLock { count in
                count += 1
                return count
            }
            return try .events([("sweep", nil, number == 1 ? Samples.sweep() : Samples.completed())], end: .open)
        }
        try await FakeDaemon.with(answer) { daemon in
            try await SweepClient.with(.unix(path: daemon.path), silence: .milliseconds(500)) { client in
                var seen: [String] = []
                try await client.watch(sweep: 1, policy: Self.policy) { update in
                    switch update {
                    case .sweep(let sweep): seen.append(sweep.state.rawValue)
                    case .lost(let error): seen.append("\(error.code)")
                    case .regained: seen.append("regained")
                    case .event, .stillLost: break
                    }
                    return seen.last != "completed"
                }
                #expect(seen == ["running", "connectionLost", "regained", "completed"])
            }
        }
    }

    @Test func aMessageThatWasCutIsAskedForAgain() async throws {
        let openings = Mutex(0)
        let answer: FakeDaemon.Answer = { _ in
            let number = openings.withLock { count in
                count += 1
                return count
            }
            guard number == 1 else {
                return try .events([("event", 42, Samples.event(42, .sweepEnded))], end: .open)
            }
            var reply = try FakeDaemon.Reply.events([("event", 41, Samples.event(41, .trialEnded))], end: .cut)
            reply.body += Array("event: event\nid: 42\ndata: {".utf8)
            return reply
        }
        try await FakeDaemon.with(answer) { daemon in
            try await SweepClient.with(.unix(path: daemon.path)) { client in
                var seen: [Int64] = []
                try await client.watch(sweep: 1, policy: Self.policy) { update in
                    if case .event(let event) = update { seen.append(event.seq) }
                    return seen.last != 42
                }
                #expect(seen == [41, 42])
                #expect(daemon.requests.map { $0.headers["last-event-id"] } == [nil, "41"])
            }
        }
    }

    @Test func theFirstConnectionMustWork() async throws {
        let error = try await #require(throws: ClientError.self) {
            try await SweepClient.with(.unix(path: "/nowhere/d.sock")) { client in
                try await client.watch(sweep: 1) { _ in true }
            }
        }
        #expect(error.code == .notRunning)
    }

    @Test(arguments: [ProblemCode.notFound, .versionMismatch, .notPermitted])
    func aRefusalEndsTheWatching(code: ProblemCode) async throws {
        let answer: FakeDaemon.Answer = { _ in try .problem(Problem(code, "no")) }
        try await FakeDaemon.with(answer) { daemon in
            let error = try await #require(throws: ClientError.self) {
                try await SweepClient.with(.unix(path: daemon.path)) { client in
                    try await client.watch(sweep: 1, isReachable: true, policy: Self.policy) { _ in true }
                }
            }
            #expect(error.exitStatus == code.exitStatus)
        }
    }

    @Test func messagesOfTheFutureAreSkipped() async throws {
        struct Unknown: Encodable { var kind = "from_the_future" }
        let answer: FakeDaemon.Answer = { _ in
            try .events(
                [("weather", nil, "rain"), ("event", 5, Unknown()), ("event", 6, Samples.event(6, .promoted))],
                end: .open)
        }
        try await FakeDaemon.with(answer) { daemon in
            try await SweepClient.with(.unix(path: daemon.path)) { client in
                try await client.watch(sweep: nil) { update in
                    guard case .event(let event) = update else {
                        Issue.record("unexpected \(update)")
                        return false
                    }
                    #expect(event.seq == 6)
                    return false
                }
            }
        }
    }

    @Test func pausesDoubleUpToABound() {
        let policy = ReconnectPolicy()
        #expect(
            (0...6).map { policy.pause(beforeAttempt: $0) } == [
                .milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800), .milliseconds(1600),
                .seconds(2), .seconds(2),
            ])
        #expect(policy.pause(beforeAttempt: .max) == .seconds(2))
    }
}
