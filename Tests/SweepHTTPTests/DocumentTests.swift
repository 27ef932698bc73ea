import HTTPTypes
import SweepAPI
import Testing

@testable import SweepHTTP

/// Routes whose answers are files for people: plots and reports.
struct DocumentTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let uri: String
        let template: String
        let call: String

        var testDescription: String { uri }
    }

    static let cases = [
        Case(
            uri: "/v1/sweeps/3/plots/heatmap?x=reg&y=learning_rate&value=mean&width=360&theme=dark",
            template: "/v1/sweeps/{id}/plots/{plot}",
            call: "heatmap of sweep 3 width=360 theme=dark x=reg y=learning_rate value=mean"),
        Case(
            uri: "/v1/sweeps/3/plots/curves?metric=train_loss&embedded=true&id=c1",
            template: "/v1/sweeps/{id}/plots/{plot}",
            call: "curves of sweep 3 embedded=true id=c1 metric=train_loss"),
        Case(
            uri: "/v1/trials/7/plots/weights?format=png", template: "/v1/trials/{id}/plots/{plot}",
            call: "weights of trial 7 format=png"),
        Case(
            uri: "/v1/plots/workers?format=terminal&width=80&colors=truecolor&ascii=true",
            template: "/v1/plots/workers", call: "workers format=terminal width=80 colors=truecolor ascii=true"),
        Case(uri: "/v1/sweeps/3/report", template: "/v1/sweeps/{id}/report", call: "report 3 html"),
        Case(uri: "/v1/sweeps/3/report?format=md", template: "/v1/sweeps/{id}/report", call: "report 3 md"),
    ]

    @Test(arguments: cases)
    func documentIsServedSoThatNothingInItCanRun(_ it: Case) async throws {
        let service = FakeService()
        let answer = try await SweepHTTPServer(service).ask(.get, it.uri)
        #expect(answer.status == 200)
        #expect(service.calls == [it.call])
        #expect(answer.headers[.xContentTypeOptions] == "nosniff")
        let policy = try #require(answer.headers[.contentSecurityPolicy])
        #expect(policy.contains("default-src 'none'") && policy.contains("sandbox") && !policy.contains("script-src"))
    }

    @Test(arguments: [
        ("/v1/sweeps/3/plots/heatmop", 404, "did you mean \"heatmap\"?"),
        ("/v1/trials/3/plots/curves", 404, "loss, accuracy"),
        ("/v1/sweeps/3/plots/curves?metric=accuracy", 400, "val_accuracy, train_accuracy"),
        ("/v1/sweeps/3/plots/curves?width=7", 400, "from 20 to 4000"),
        ("/v1/sweeps/3/plots/curves?embedded=yes", 400, "write true or false"),
        ("/v1/sweeps/3/plots/curves?id=%22onload", 400, "a letter, then letters"),
        ("/v1/sweeps/3/plots/curves?colour=none", 400, "did you mean \"colors\"?"),
        ("/v1/sweeps/3/report?format=pdf", 400, "html, md"),
    ])
    func unknownWordIsRefusedWithTheKnownOnes(_ uri: String, _ status: Int, _ remedy: String) async throws {
        let service = FakeService()
        let answer = try await SweepHTTPServer(service).ask(.get, uri)
        #expect(answer.status == status)
        #expect(try answer.problem().detail.contains(remedy))
        #expect(service.calls == [])
    }
}
