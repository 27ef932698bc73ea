import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import SweepAPI
import SweepClientTestKit
import SweepModel
import Testing

@testable import SweepHTTP

/// Each route with good input.
struct RoutesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let method: HTTPRequest.Method
        let uri: String
        let body: String?
        let call: String
        /// The keys that the reply has at least.
        let keys: String

        init(_ method: HTTPRequest.Method, _ uri: String, _ body: String? = nil, call: String, keys: String) {
            (self.method, self.uri, self.body, self.call, self.keys) = (method, uri, body, call, keys)
        }

        /// The path as the router has it.
        var template: String {
            var parts = uri.split(separator: "?")[0].split(separator: "/").map(String.init)
            if parts.count > 2, parts[1] != "plots" { parts[2] = parts[1] == "datasets" ? "{name}" : "{id}" }
            if parts.count > 4 { parts[4] = "{plot}" }
            return "/" + parts.joined(separator: "/")
        }

        var testDescription: String { "\(method) \(uri)" }
    }

    static let cases: [Case] = [
        Case(.get, "/v1/health", call: "daemon", keys: "version wire pid boot uptime_s workers trouble"),
        Case(.get, "/v1/sweeps", call: "status 0 50", keys: "daemon sweeps next_before"),
        Case(.get, "/v1/sweeps?before=9&limit=2", call: "status 9 2", keys: "daemon sweeps next_before"),
        Case(
            .post, "/v1/sweeps", #"{"file": "f", "key": "k"}"#, call: "submit f k uid -1",
            keys: "sweep name state trials replayed"),
        Case(
            .post, "/v1/plan", #"{"file": "f", "set": [{"key": "seed", "value": "1"}]}"#, call: "plan f 1",
            keys: "name method trials parameters memory_bytes estimate_s samples"),
        Case(
            .get, "/v1/sweeps/3", call: "sweep 3",
            keys: "sweep name state trials counts best preparing eta_s reason closing started_at ended_at"),
        Case(
            .get, "/v1/sweeps/3/trials?state=failed,queued&sort=val_loss&limit=5&offset=10",
            call: "trials 3 failed+queued metric(SweepModel.RankingMetric.valLoss) 5 10", keys: "trials next_offset"),
        Case(.get, "/v1/sweeps/3/trials", call: "trials 3  index 1000 0", keys: "trials next_offset"),
        Case(
            .get, "/v1/sweeps/3/trials?sort=rank",
            call: "trials 3  ranking(SweepModel.RankingMetric.valAccuracy) 1000 0", keys: "trials next_offset"),
        Case(.get, "/v1/sweeps/3/best", call: "best 3 1", keys: "sweep name state best top"),
        Case(.get, "/v1/sweeps/3/best?top=10", call: "best 3 10", keys: "sweep best top"),
        Case(.get, "/v1/sweeps/3/audit", call: "audit 3", keys: "sweep trials ended sound findings digest"),
        Case(.post, "/v1/sweeps/3/pause", #"{"reason": "lunch"}"#, call: "pause 3 lunch", keys: "sweep state counts"),
        Case(.post, "/v1/sweeps/3/resume", call: "resume 3 -", keys: "sweep state counts"),
        Case(.post, "/v1/sweeps/3/stop", "{}", call: "stop 3 -", keys: "sweep state counts"),
        Case(.post, "/v1/sweeps/3/cancel", #"{"reason": null}"#, call: "cancel 3 -", keys: "sweep state counts"),
        Case(.post, "/v1/sweeps/3/retry", call: "retry 3 -", keys: "sweep retried"),
        Case(
            .post, "/v1/sweeps/3/retry", #"{"states": ["failed", "cancelled"]}"#, call: "retry 3 failed+cancelled",
            keys: "sweep retried"),
        Case(
            .post, "/v1/sweeps/3/confirm", #"{"configurations": 3, "seeds": 4}"#, call: "confirm 3 3 4",
            keys: "sweep of name state trials replayed candidates"),
        Case(
            .get, "/v1/sweeps/3/refinement?trials=20", call: "refinement 3 20",
            keys: "sweep name trials file parameters"),
        Case(
            .get, "/v1/trials/7", call: "trial 7",
            keys:
                "trial index state reason parameters seed attempt iteration val_accuracy train_accuracy train_loss "
                + "epochs"
        ),
        Case(.post, "/v1/trials/7/verify", call: "verify 7", keys: "trial identical differences stored again"),
        Case(.post, "/v1/trials/7/resume", call: "resume trial 7", keys: "trial sweep state parameters waits_for"),
        Case(.post, "/v1/trials/7/keep", call: "keep 7", keys: "trial model bytes trained_again seconds"),
        Case(
            .post, "/v1/prune", #"{"sweep": 3, "keep": 1, "dry_run": true}"#, call: "prune 3 1 true",
            keys: "sweep dry_run models bytes damaged damaged_bytes"),
        Case(.post, "/v1/prune", call: "prune 0 -1 false", keys: "sweep models"),
        Case(
            .post, "/v1/promotions", #"{"sweep": 1}"#, call: "promote 1 0",
            keys: "promotion trial val_accuracy test_accuracy test_examples interval_95 at"),
        Case(.get, "/v1/promotions?sweep=1", call: "promotions 1", keys: "promotions"),
        Case(.get, "/v1/events?after=2&sweep=1&limit=3", call: "events 2 1 3", keys: "events"),
        Case(.get, "/v1/sweeps/3/curves", call: "curves 3", keys: "sweep trials"),
        Case(.get, "/v1/sweeps/3/table", call: "table 3", keys: "sweep parameters columns rows"),
        Case(.get, "/v1/sweeps/3/importance", call: "importance 3", keys: "sweep importance"),
        Case(.get, "/v1/sweeps/3/diagnosis", call: "diagnosis of sweep 3", keys: "sweep findings"),
        Case(.get, "/v1/trials/7/diagnosis", call: "diagnosis of trial 7", keys: "trial findings"),
        Case(.get, "/v1/box", call: "box", keys: "cores load_1m memory_total memory_available state_dir data_dir"),
        Case(.post, "/v1/check", call: "check", keys: "sound findings files"),
        Case(.get, "/v1/doctor", call: "doctor", keys: "findings"),
        Case(.get, "/v1/datasets", call: "datasets", keys: "data_dir datasets"),
        Case(
            .post, "/v1/datasets/cifar10/check", call: "check cifar10",
            keys: "name location layout train_samples test_samples bytes"),
    ]

    @Test(arguments: cases)
    func goodRequestIsAnsweredWithTheKeysThatScriptsRelyOn(_ it: Case) async throws {
        let service = FakeService()
        let reply = try await SweepHTTPServer(service).ask(it.method, it.uri, json: it.body)
        let makes = it.method == .post && ["/v1/sweeps", "/v1/sweeps/3/confirm"].contains(it.uri)
        #expect(reply.status == (makes ? 201 : 200))
        #expect(reply.headers[.contentType] == "application/json")
        #expect(reply.headers[.cacheControl] == "no-store")
        #expect(reply.headers[try #require(WireMiddleware.versionHeader)] == "1")
        let keys = try reply.object().keys
        for key in it.keys.split(separator: " ") { #expect(keys.contains(String(key)), "no \(key)") }
        #expect(service.calls == [it.call])
    }

    @Test func everyRouteHasACase() {
        let tried = Set(Self.cases.map { "\($0.method) \($0.template)" })
        let documents = DocumentTests.cases.map { "GET \($0.template)" }
        let others: Set = ["GET /v1/metrics", "GET /v1/backup", "GET /v1/openapi.json"]
        #expect(tried.union(others).union(documents) == SweepHTTPServer(FakeService()).served)
    }

    @Test func submitAgainWithTheSameKeyIs200() async throws {
        let answer = try await SweepHTTPServer(FakeService(flag: true)).ask(
            .post, "/v1/sweeps", json: #"{"file": "f"}"#)
        #expect(answer.status == 200)
        #expect(try answer.object()["replayed"] as? Bool == true)
    }

    /// Only a Unix socket knows who is at the other end.
    @Test func callerWithoutCredentialsIsNobody() async throws {
        let service = FakeService()
        let answer = try await SweepHTTPServer(service).ask(.post, "/v1/sweeps", json: #"{"file": "f"}"#)
        #expect(answer.status == 201)
        #expect(service.calls == ["submit f  uid -1"])
        #expect(service.administrators == [false])
    }

    @Test func promotionThatWasMeasuredNowIs201() async throws {
        let answer = try await SweepHTTPServer(FakeService(flag: true)).ask(.post, "/v1/promotions", json: "{}")
        #expect(answer.status == 201)
    }

    @Test func lossThatIsNoNumberIsNull() async throws {
        let answer = try await SweepHTTPServer(FakeService()).ask(.get, "/v1/trials/7")
        let epochs = try #require(try answer.object()["epochs"] as? [[String: Any]])
        #expect(epochs[0]["train_loss"] is NSNull)
    }

    @Test func backupIsTheFileAndLeavesNoneBehind() async throws {
        let service = FakeService()
        let answer = try await SweepHTTPServer(service).ask(.get, "/v1/backup")
        #expect(answer.headers[.contentType] == "application/vnd.sqlite3")
        #expect(answer.text == "SQLite format 3\0")
        let path = try #require(service.calls.first)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func metricsAreText() async throws {
        let answer = try await SweepHTTPServer(FakeService()).ask(.get, "/v1/metrics")
        #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer.text.contains("sweepd_trials{sweep=\"2\",state=\"running\"} 99.0\n"))
        #expect(answer.text.contains("sweepd_best_val_accuracy{sweep=\"1\"} 0.487\n"))
    }

    @Test(arguments: ProblemCode.allCases)
    func problemOfTheServiceIsPassedOn(_ code: ProblemCode) async throws {
        let sent = Problem(code, "so it is", errors: [.init(pointer: "/a", detail: "b", line: 1, column: 2)])
        let answer = try await SweepHTTPServer(FakeService(problem: sent)).ask(.get, "/v1/sweeps/3")
        #expect(answer.status == code.httpStatus)
        #expect(try answer.problem() == sent)
    }
}

extension SweepHTTPServer {
    /// Method and path of every route, without those that only refuse a method.
    /// The dashboard's files are not a part of the API.
    var served: Set<String> { Set(servingRouter().routes.map(\.description).filter { $0.contains(" /v1/") }) }
}
