import FoundationEssentials
import SweepAPI
import SweepClientTestKit
import SweepModel
import Synchronization
import Testing

@testable import SweepClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

struct SweepClientTests {
    /// Runs `body` with a client of a daemon that answers so.
    private func with<Value>(
        _ answer: @escaping FakeDaemon.Answer, _ body: (SweepClient, FakeDaemon) async throws -> Value
    ) async throws -> Value {
        try await FakeDaemon.with(answer) { daemon in
            try await SweepClient.with(.unix(path: daemon.path)) { client in try await body(client, daemon) }
        }
    }

    private func error(_ answer: @escaping FakeDaemon.Answer) async throws -> ClientError {
        try await with(answer) { client, _ in
            try await #require(throws: ClientError.self) { try await client.health() }
        }
    }

    @Test func aRequestNamesItsWireVersionAndWhatItAccepts() async throws {
        let answer: FakeDaemon.Answer = { _ in try .json(Samples.daemon()) }
        try await with(answer) { client, daemon in
            #expect(try await client.health() == Samples.daemon())
            let request = try #require(daemon.requests.first)
            #expect(request.method == "GET")
            #expect(request.path == "/v1/health")
            #expect(request.headers["sweepd-wire"] == "1")
            #expect(request.headers["accept"] == "application/json")
        }
    }

    @Test func aMissingSocketMeansNotRunning() async throws {
        let error = try await #require(throws: ClientError.self) {
            try await SweepClient.with(.unix(path: "/nowhere/d.sock")) { try await $0.health() }
        }
        #expect(error.code == .notRunning)
        #expect(error.message.contains("/nowhere/d.sock (no such socket)"))
    }

    @Test func aSocketThatNobodyListensOnMeansNotRunning() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder + "/d.sock"
            try DeadSocket.make(path)
            let error = try await #require(throws: ClientError.self) {
                try await SweepClient.with(.unix(path: path)) { try await $0.health() }
            }
            #expect(error.code == .notRunning)
            #expect(error.message.contains("connection refused"))
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may open every socket"))
    func aSocketOfOthersMeansNotPermitted() async throws {
        let answer: FakeDaemon.Answer = { _ in .init("") }
        try await with(answer) { client, daemon in
            try #require(chmod(daemon.path, 0) == 0)
            let error = try await #require(throws: ClientError.self) { try await client.health() }
            #expect(error.code == .notPermitted)
        }
    }

    @Test func aPortThatNobodyListensOnMeansNotRunning() async throws {
        let error = try await #require(throws: ClientError.self) {
            try await SweepClient.with(.tcp(host: "127.0.0.1", port: 1)) { try await $0.health() }
        }
        #expect(error.code == .notRunning)
        #expect(error.message.contains("tcp://127.0.0.1:1 (connection refused)"))
    }

    @Test func anotherVersionInTheHeaderIsRefused() async throws {
        let error = try await error { _ in .init("{}", wire: 2) }
        #expect(error.code == .otherVersion)
        #expect(error.message.contains("wire version 2"))
    }

    @Test func aProblemOfVersionsIsRefused() async throws {
        let error = try await error { _ in try .problem(Problem(.versionMismatch, "speak 2")) }
        #expect(error.code == .otherVersion)
        #expect(error.message.contains("speak 2"))
    }

    @Test(arguments: ProblemCode.allCases.filter { $0 != .versionMismatch })
    func aProblemComesThroughWhole(code: ProblemCode) async throws {
        let problem = Problem(code, "because", errors: [.init(pointer: "/a", detail: "no", line: 3, column: 4)])
        let error = try await error { _ in try .problem(problem) }
        #expect(error.code == .problem(problem))
        #expect(error.message == "because")
    }

    @Test func aProblemWithACodeOfTheFutureGetsTheOneOfItsStatus() async throws {
        let error = try await error { _ in
            .init(#"{"type":"about:blank","code":"melted","detail":"too hot","status":503}"#, status: 503)
        }
        #expect(error.code == .problem(Problem(.refusedForNow, "too hot")))
    }

    @Test(arguments: [200, 404])
    func anAnswerOfAnotherServerIsNotTakenForADaemons(status: Int) async throws {
        let error = try await error { _ in .init("<html>", status: status, type: "text/html", wire: nil) }
        #expect(error.code == .unexpectedReply)
        #expect(error.exitStatus == .unreachable)
    }

    @Test func aCutAnswerIsALostConnection() async throws {
        let error = try await error { _ in .init("{\"version\":", end: .cut) }
        #expect(error.code == .connectionLost)
    }

    /// A daemon that stops may take a connection and never read it.
    @Test func whatOnlyAsksIsAskedOnceMore() async throws {
        let asked = Mutex(0)
        let answer: FakeDaemon.Answer = { _ in
            let isFirst = asked.withLock { count in
                count += 1
                return count == 1
            }
            return isFirst ? .init("", end: .nothing) : .init(#"{"findings":[]}"#)
        }
        try await with(answer) { client, _ in
            let reply = try await client.doctor()
            #expect(reply.findings.isEmpty)
            #expect(asked.withLock { $0 } == 2)
        }
    }

    @Test func aChangeIsNotSentTwice() async throws {
        let asked = Mutex(0)
        let answer: FakeDaemon.Answer = { _ in
            asked.withLock { $0 += 1 }
            return .init("", end: .nothing)
        }
        try await with(answer) { client, _ in
            let error = try await #require(throws: ClientError.self) { _ = try await client.check() }
            #expect(error.code == .connectionLost)
            #expect(asked.withLock { $0 } == 1)
        }
    }

    @Test func everyPageIsRead() async throws {
        let answer: FakeDaemon.Answer = { request in
            let isFirst = !request.path.contains("offset")
            return try .json(
                TrialsReply(
                    sweep: 1, trials: isFirst ? [Samples.trial(1), Samples.trial(2)] : [Samples.trial(3)],
                    nextOffset: isFirst ? 2 : nil))
        }
        try await with(answer) { client, daemon in
            let reply = try await client.allTrials(1, states: [.completed, .failed], sort: .valLoss)
            #expect(reply.trials.map(\.trial) == [1, 2, 3])
            #expect(
                daemon.requests.map(\.path) == [
                    "/v1/sweeps/1/trials?state=completed%2Cfailed&sort=val_loss",
                    "/v1/sweeps/1/trials?state=completed%2Cfailed&sort=val_loss&offset=2",
                ])
        }
    }

    @Test func noMoreThanTheTopAreRead() async throws {
        let answer: FakeDaemon.Answer = { _ in
            try .json(TrialsReply(sweep: 1, trials: (1...3).map { Samples.trial($0) }, nextOffset: 3))
        }
        try await with(answer) { client, daemon in
            let reply = try await client.allTrials(1, top: 2)
            #expect(reply.trials.map(\.trial) == [1, 2])
            #expect(daemon.requests.count == 1)
        }
    }

    @Test func aTopOfMoreThanAPageIsReadPageByPage() async throws {
        let answer: FakeDaemon.Answer = { request in
            let start: Int64 = request.path.contains("offset") ? 1000 : 0
            return try .json(
                TrialsReply(
                    sweep: 1, trials: (1...1000).map { Samples.trial(start + $0) }, nextOffset: Int(start) + 1000))
        }
        try await with(answer) { client, daemon in
            let reply = try await client.allTrials(1, top: 1500)
            #expect(reply.trials.map(\.trial) == Array(1...1500))
            #expect(
                daemon.requests.map(\.path) == [
                    "/v1/sweeps/1/trials?sort=index&limit=1000",
                    "/v1/sweeps/1/trials?sort=index&limit=500&offset=1000",
                ])
        }
    }

    @Test func aPageThatDoesNotMoveOnEndsTheList() async throws {
        let answer: FakeDaemon.Answer = { _ in
            try .json(TrialsReply(sweep: 1, trials: [Samples.trial(1)], nextOffset: 0))
        }
        try await with(answer) { client, daemon in
            _ = try await client.allTrials(1)
            #expect(daemon.requests.count == 2)
        }
    }

    @Test func aBackupArrivesInPieces() async throws {
        let content = String(repeating: "0123456789abcdef", count: 20_000)
        let answer: FakeDaemon.Answer = { _ in .init(content, type: "application/octet-stream") }
        try await with(answer) { client, _ in
            var received = Data()
            try await client.backup { received.append($0) }
            #expect(received == Data(content.utf8))
        }
    }

    @Test func aCutBackupIsAnError() async throws {
        let answer: FakeDaemon.Answer = { _ in .init("SQLite", type: "application/octet-stream", end: .cut) }
        try await with(answer) { client, _ in
            let error = try await #require(throws: ClientError.self) { try await client.backup { _ in } }
            #expect(error.code == .connectionLost)
        }
    }

    @Test func aNameInAPathIsEncoded() async throws {
        let answer: FakeDaemon.Answer = { _ in try .problem(Problem(.notFound, "no")) }
        try await with(answer) { client, daemon in
            _ = try await #require(throws: ClientError.self) { try await client.checkDataset("a/b?c") }
            #expect(daemon.requests.first?.path == "/v1/datasets/a%2Fb%3Fc/check")
        }
    }
}
