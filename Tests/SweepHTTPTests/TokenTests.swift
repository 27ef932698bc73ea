import HTTPTypes
import SweepAPI
import Testing

@testable import SweepHTTP

/// A server on TCP.
struct TokenTests {
    static let right = ("Authorization", "Bearer \(LiveServer.token)")
    static let wrong = ("Authorization", "Bearer \(LiveServer.token)x")

    @Test(arguments: ["/", "/assets/api.js", "/v1/health", "/v1/openapi.json", "/v1/metrics", "/nothing"])
    func noPathIsOpenWithoutTheToken(_ path: String) async throws {
        let service = FakeService()
        try await LiveServer.with(service, overTCP: true) { server in
            for headers in [[], [Self.wrong]] {
                let answer = try await server.exchange(LiveServer.request("GET", path, headers))
                #expect(answer.hasPrefix("HTTP/1.1 401 "))
                #expect(answer.contains("WWW-Authenticate: Bearer\r\n"))
                #expect(answer.contains(#""code":"not_permitted""#))
            }
            let answer = try await server.exchange(LiveServer.request("GET", path, [Self.right]))
            #expect(answer.hasPrefix(path == "/nothing" ? "HTTP/1.1 404 " : "HTTP/1.1 200 "))
        }
    }

    @Test func theTokenStandsForAnAdministratorWithoutAUid() async throws {
        let service = FakeService()
        try await LiveServer.with(service, overTCP: true) { server in
            let answer = try await server.exchange(
                LiveServer.request(
                    "POST", "/v1/sweeps", [Self.right, ("Content-Type", "application/json")], body: #"{"file": "f"}"#))
            #expect(answer.hasPrefix("HTTP/1.1 201 "))
        }
        #expect(service.calls == ["submit f  uid -1"])
        #expect(service.administrators == [true])
    }

    @Test func whoGuessesIsToldToWaitAndWhoKnowsIsNot() async throws {
        try await LiveServer.with(FakeService(), overTCP: true) { server in
            for _ in 0..<FailedAttempts.told {
                let answer = try await server.exchange(LiveServer.request("GET", "/v1/health", [Self.wrong]))
                #expect(answer.hasPrefix("HTTP/1.1 401 "))
            }
            let answer = try await server.exchange(LiveServer.request("GET", "/v1/health", [Self.wrong]))
            #expect(answer.hasPrefix("HTTP/1.1 503 "))
            #expect(answer.contains("Retry-After: 60\r\n"))
            let known = try await server.exchange(LiveServer.request("GET", "/v1/health", [Self.right]))
            #expect(known.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func aPageOfAnotherSiteGetsNothingWithTheTokenEither() async throws {
        let service = FakeService()
        try await LiveServer.with(service, overTCP: true) { server in
            for field in [
                ("Host", "evil.example"), ("Origin", "http://evil.example"), ("Sec-Fetch-Site", "cross-site"),
            ] {
                let answer = try await server.exchange(LiveServer.request("POST", "/v1/check", [Self.right, field]))
                #expect(answer.hasPrefix("HTTP/1.1 403 "))
            }
        }
        #expect(service.calls == [])
    }

    @Test func aPageOfAnotherSiteGetsNothingOverTheUnixSocket() async throws {
        let service = FakeService()
        try await LiveServer.with(service) { server in
            for field in [("Origin", "http://evil.example"), ("Sec-Fetch-Site", "same-site")] {
                let answer = try await server.exchange(LiveServer.request("POST", "/v1/check", [field]))
                #expect(answer.hasPrefix("HTTP/1.1 403 "))
            }
        }
        #expect(service.calls == [])
    }

    @Test func refusalForNowSaysWhenToTryAgain() async throws {
        var problem = Problem(.refusedForNow, "too many")
        problem.retryAfter = 12
        let answer = try await SweepHTTPServer(FakeService(problem: problem)).ask(.post, "/v1/check")
        #expect(answer.status == 503)
        #expect(answer.headers[.retryAfter] == "12")
        #expect(try answer.problem().detail == "too many")
        problem.retryAfter = nil
        let other = try await SweepHTTPServer(FakeService(problem: problem)).ask(.post, "/v1/check")
        #expect(other.headers[.retryAfter] == "5")
    }
}
