import FoundationEssentials
import SweepAPI
import SweepAnalysis
import SweepClientTestKit
import SweepModel
import Testing

@testable import SweepCommands

struct DiagnoseTests {
    private let findings = [
        Finding(
            .warning, .withinNoise, title: "12 configurations cannot be told apart",
            detail: "The validation set has 1000 samples.", advice: "Do not read meaning into their order."),
        Finding(
            .note, .decisiveParameters, title: "learning_rate decides", detail: "It explains 80 % of the variance."),
        Finding(
            .advice, .bestOnBorder, title: "The best rate is on the border", detail: "0.1 is the largest value.",
            advice: "Add 0.3 to learning_rate.", trial: 17, parameter: "learning_rate"),
    ].map { FindingReply($0) }

    @Test func findingsAreGroupedByTheirLevel() async throws {
        let (run, requests) = try await Sweepctl.run(["diagnose", "1"]) { _ in
            try .json(SweepDiagnosisReply(sweep: 1, findings: findings))
        }
        #expect(run.status == 0)
        #expect(requests.map(\.path) == ["/v1/sweeps/1/diagnosis"])
        #expect(
            run.output == """
                sweep 1: 3 findings

                Spoils the results
                  12 configurations cannot be told apart
                    The validation set has 1000 samples.
                    → Do not read meaning into their order.

                To change next time
                  The best rate is on the border (trial 17)
                    0.1 is the largest value.
                    → Add 0.3 to learning_rate.

                To know
                  learning_rate decides
                    It explains 80 % of the variance.

                """)
    }

    @Test func linesFitTheTerminal() {
        let text = DiagnosisText.render("sweep 1", findings, Page(width: 32, unicode: false))
        #expect(text.split(separator: "\n").allSatisfy { Text.width(String($0)) <= 32 })
        #expect(text.contains("    -> Do not read meaning into\n       their order.\n"))
        // Nothing is lost by wrapping.
        let words = { (text: String) in text.split { $0 == " " || $0 == "\n" }.map(String.init) }
        #expect(words(text) == words(DiagnosisText.render("sweep 1", findings, Page(unicode: false))))
    }

    @Test func aTrialHasItsOwn() async throws {
        let reply = TrialDiagnosisReply(trial: 17, findings: [findings[2]])
        let (run, requests) = try await Sweepctl.run(["diagnose", "--trial", "17"]) { _ in try .json(reply) }
        #expect(requests.map(\.path) == ["/v1/trials/17/diagnosis"])
        #expect(run.output.hasPrefix("trial 17: 1 finding\n"))
        #expect(!run.output.contains("(trial 17)"))
        let (json, _) = try await Sweepctl.run(["diagnose", "--trial", "17", "--json"]) { _ in try .json(reply) }
        #expect(try WireCoder.decode(TrialDiagnosisReply.self, from: Data(json.output.utf8)) == reply)
    }

    @Test func nothingToSayIsSaid() async throws {
        let (run, requests) = try await Sweepctl.run(["diagnose"]) { request in
            request.path.hasPrefix("/v1/sweeps?")
                ? try .json(Samples.status([Samples.sweep(4)])) : try .json(SweepDiagnosisReply(sweep: 4, findings: []))
        }
        #expect(requests.count == 2)
        #expect((run.status, run.output) == (0, "sweep 4: nothing stands out\n"))
    }

    @Test func wordsOfOthersDriveNoTerminal() {
        let evil = FindingReply(Finding(.note, .testLooks, title: "a\u{1B}[2J", detail: "b\nc", advice: "d\u{07}"))
        let text = DiagnosisText.render("sweep 1", [evil], Page(width: 80))
        #expect(text.hasSuffix("\n  a?[2J\n    b c\n    → d?\n"))
    }

    @Test(arguments: [
        ("", 10, [""]), ("one", 2, ["one"]), ("one two three", 7, ["one two", "three"]),
        ("one two three", nil, ["one two three"]), ("äöü äöü", 3, ["äöü", "äöü"]),
    ])
    func textsAreBrokenAtBlanks(text: String, columns: Int?, lines: [String]) {
        #expect(Text.wrap(text, columns) == lines)
    }
}
