import NIOCore
import SweepAPI
import SweepClientTestKit
import Testing

@testable import SweepClient

struct ClientAccessTests {
    static let here = DaemonAddress.tcp(host: "127.0.0.1", port: 7070)
    static let token = "0123456789abcdef0123456789abcdef"

    private func choose(
        _ address: DaemonAddress = here, option: String? = nil, environment: [String: String] = [:],
        files: [String: String] = [:]
    ) throws -> ClientAccess {
        try ClientAccess.choose(for: address, option: option, environment: environment) { path in
            guard let content = files[path] else { throw Missing() }
            return Array(content.utf8)
        }
    }

    private struct Missing: Error {}

    @Test func theFirstOfOptionTokenAndFileCounts() throws {
        let files = ["/a": "\(Self.token)a\n", "/b": "\(Self.token)b\r\nnotes\n"]
        let environment = ["SWEEPD_TOKEN": Self.token, "SWEEPD_TOKEN_FILE": "/b", "SWEEPD_CA_FILE": "/ca"]
        #expect(
            try choose(option: "/a", environment: environment, files: files)
                == ClientAccess(token: Self.token + "a", source: "--token-file", certificates: "/ca"))
        #expect(
            try choose(environment: environment, files: files)
                == ClientAccess(token: Self.token, source: "SWEEPD_TOKEN", certificates: "/ca"))
        #expect(
            try choose(environment: ["SWEEPD_TOKEN": "", "SWEEPD_TOKEN_FILE": "/b"], files: files)
                == ClientAccess(token: Self.token + "b", source: "SWEEPD_TOKEN_FILE"))
        #expect(try choose() == ClientAccess())
    }

    @Test func overAUnixSocketNothingIsLookedAt() throws {
        let environment = ["SWEEPD_TOKEN": "\n", "SWEEPD_TOKEN_FILE": "/nowhere", "SWEEPD_CA_FILE": "/ca"]
        #expect(try choose(.unix(path: "/s"), option: "/nowhere", environment: environment) == ClientAccess())
    }

    @Test(arguments: [
        "10.0.0.1", "box", "localhost.example", "127.0.0.1.example", "127.example", "128.0.0.1", "::2", "127.0.0.1.1",
    ])
    func aTokenDoesNotGoOverTheNetworkAsPlainText(host: String) throws {
        let error = try #require(throws: ClientError.self) {
            try choose(.tcp(host: host, port: 80), environment: ["SWEEPD_TOKEN": Self.token])
        }
        #expect(error.code == .invalidToken)
        #expect(error.message.contains("https://HOST:PORT"))
        #expect(error.message.contains("ssh -L"))
        #expect(!error.message.contains(Self.token))
        #expect(
            try choose(.https(host: host, port: 443), environment: ["SWEEPD_TOKEN": Self.token]).token == Self.token)
        // Without a token there is nothing to lose.
        #expect(try choose(.tcp(host: host, port: 80)).token == nil)
    }

    @Test(arguments: ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
    func loopbackIsNoNetwork(host: String) throws {
        #expect(try choose(.tcp(host: host, port: 80), environment: ["SWEEPD_TOKEN": Self.token]).token == Self.token)
    }

    @Test(arguments: [
        (["SWEEPD_TOKEN_FILE": "/nowhere"], "/nowhere cannot be read"), (["SWEEPD_TOKEN_FILE": "/empty"], "no token"),
        (["SWEEPD_TOKEN": "two words"], "SWEEPD_TOKEN is no token"), (["SWEEPD_TOKEN": "x\r\nHost: y"], "no token"),
    ])
    func whatIsNoTokenIsRefusedWithItsSource(environment: [String: String], words: String) throws {
        let error = try #require(throws: ClientError.self) {
            try choose(environment: environment, files: ["/empty": "\n"])
        }
        #expect(error.code == .invalidToken)
        #expect(error.exitStatus == .usage)
        #expect(error.message.contains(words))
    }

    // MARK: Requests

    /// A daemon that wants the token.
    private static let answer: FakeDaemon.Answer = { request in
        guard request.headers["authorization"] == "Bearer \(token)" else {
            var problem = Problem(.notPermitted, "no")
            problem.status = 401
            var reply = try FakeDaemon.Reply.problem(problem)
            reply.headers["WWW-Authenticate"] = "Bearer"
            return reply
        }
        return try .json(Samples.daemon())
    }

    private func with<R>(
        _ access: ClientAccess, _ body: (SweepClient) async throws -> R
    ) async throws -> R {
        try await FakeDaemon.withPort(Self.answer) { daemon in
            try await SweepClient.with(DaemonAddress(parsing: daemon.url), access: access, body)
        }
    }

    @Test func everyRequestShowsTheToken() async throws {
        try await with(ClientAccess(token: Self.token, source: "SWEEPD_TOKEN")) { client in
            _ = try await client.health()
            let none: AsyncStream<ByteBuffer>? = nil
            // Not what a browser says of itself.
            let forwarded = try await client.forward(
                "GET", "/v1/health", headers: [(name: "Authorization", value: "Bearer other")], body: none)
            #expect(forwarded.status == 200)
        }
    }

    @Test func aMissingAndAWrongTokenAreToldApart() async throws {
        let missing = try await with(ClientAccess()) { client in
            try await #require(throws: ClientError.self) { try await client.health() }
        }
        let wrong = try await with(ClientAccess(token: Self.token + "x", source: "SWEEPD_TOKEN_FILE")) { client in
            try await #require(throws: ClientError.self) { try await client.health() }
        }
        #expect(missing.message.contains("wants the daemon's token"))
        #expect(missing.message.contains("--token-file"))
        #expect(wrong.message.contains("SWEEPD_TOKEN_FILE: it is the wrong one"))
        #expect(!wrong.message.contains(Self.token))
        for error in [missing, wrong] { #expect(error.exitStatus == .notPermitted) }
    }

    @Test func certificatesThatCannotBeReadAreNamed() async throws {
        let error = try await #require(throws: ClientError.self) {
            try await SweepClient.with(
                .https(host: "127.0.0.1", port: 1), access: ClientAccess(certificates: "/nowhere/ca.pem")
            ) { _ in }
        }
        #expect(error.code == .invalidToken)
        #expect(error.message.contains("SWEEPD_CA_FILE: /nowhere/ca.pem"))
    }
}
