import HTTPTypes
import SweepAPI
import Testing

@testable import SweepHTTP

struct MethodTests {
    @Test(arguments: [
        (HTTPRequest.Method.delete, "/v1/sweeps/3", "GET"), (.get, "/v1/sweeps/3/pause", "POST"),
        (.put, "/v1/sweeps", "GET, POST"), (.head, "/v1/health", "GET"), (.post, "/v1/metrics", "GET"),
        (.options, "/v1/events", "GET"), (.get, "/v1/plan", "POST"), (.patch, "/v1/promotions", "GET, POST"),
    ])
    func knownPathWithAnotherMethodIs405(_ method: HTTPRequest.Method, _ uri: String, _ allowed: String) async throws {
        let service = FakeService()
        let answer = try await SweepHTTPServer(service).ask(method, uri)
        #expect(answer.status == 405)
        #expect(answer.headers[.allow] == allowed)
        let problem = try answer.problem()
        #expect(problem.code == .methodNotAllowed)
        #expect(problem.detail.contains("does not take \(method.rawValue); use"))
        #expect(service.calls == [])
    }

    @Test func unknownPathIs404WhateverTheMethod() async throws {
        for method in MethodMiddleware.known {
            #expect(try await SweepHTTPServer(FakeService()).ask(method, "/v1/nothing").status == 404)
        }
    }

    /// It does not reach the metrics either, which keep one value a method.
    @Test func methodThatHTTPDoesNotDefineIs405() async throws {
        let method = try #require(HTTPRequest.Method("BREW"))
        let answer = try await SweepHTTPServer(FakeService()).ask(method, "/v1/nothing")
        #expect(answer.status == 405)
        #expect(answer.headers[.allow] == "GET, POST")
        #expect(answer.headers[try #require(WireMiddleware.versionHeader)] == "1")
        #expect(try answer.problem().code == .methodNotAllowed)
    }
}
