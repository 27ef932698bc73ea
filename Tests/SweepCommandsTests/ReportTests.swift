import FoundationEssentials
import SweepAPI
import SweepClientTestKit
import Testing

@testable import SweepCommands

struct ReportTests {
    private let answer: FakeDaemon.Answer = { request in
        request.path.hasPrefix("/v1/sweeps?")
            ? try .json(Samples.status([Samples.sweep(4)])) : .init("report of \(request.path)", type: "text/html")
    }

    @Test func aFileOfAnotherKindIsRefused() async throws {
        let (run, requests) = try await Sweepctl.run(["report", "-o", "r.pdf"], answer: answer)
        #expect(run.status == 2 && requests.isEmpty)
        #expect(run.error.contains("a report is .html or .md"))
    }

    @Test(arguments: [
        ("r.html", [], "html"), ("r.md", [], "md"), ("r", [], "html"), ("r.txt", ["--format", "md"], "md"),
    ])
    func theReportIsWrittenWhole(name: String, arguments: [String], format: String) async throws {
        try await TemporaryFolder.with { folder in
            let file = folder + "/" + name
            let (run, requests) = try await Sweepctl.run(["report", "-o", file] + arguments, answer: answer)
            #expect(run.status == 0)
            #expect(requests.map(\.path).last == "/v1/sweeps/4/report?format=\(format)")
            let written = try Data(contentsOf: URL(fileURLWithPath: file))
            #expect(String(decoding: written, as: UTF8.self) == "report of /v1/sweeps/4/report?format=\(format)")
            #expect(run.output == "\(file): \(written.count) B\n")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [name])
        }
    }

    @Test func anExistingReportIsKeptUnlessForced() async throws {
        try await TemporaryFolder.with { folder in
            let file = folder + "/r.html"
            try Data("old".utf8).write(to: URL(fileURLWithPath: file))
            let (refused, requests) = try await Sweepctl.run(["report", "1", "-o", file], answer: answer)
            #expect((refused.status, refused.output) == (4, ""))
            #expect(refused.error.contains("--force"))
            #expect(requests.isEmpty)
            #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data("old".utf8))
            let (forced, _) = try await Sweepctl.run(["report", "1", "-o", file, "--force", "--json"], answer: answer)
            let reply = try WireCoder.decode(ReportCommand.Reply.self, from: Data(forced.output.utf8))
            #expect((reply.sweep, reply.format, reply.file) == (1, "html", file))
            #expect(try Data(contentsOf: URL(fileURLWithPath: file)).count == reply.bytes)
        }
    }

    @Test func aDashIsStandardOutput() async throws {
        let (run, _) = try await Sweepctl.run(["report", "1", "--format", "md", "-o", "-"], answer: answer)
        #expect(run.output == "report of /v1/sweeps/1/report?format=md")
    }

    @Test func nothingIsWrittenOfARefusal() async throws {
        try await TemporaryFolder.with { folder in
            let (run, _) = try await Sweepctl.run(["report", "9", "-o", folder + "/r.html"]) { _ in
                try .problem(Problem(.notFound, "there is no sweep 9"))
            }
            #expect(run.status == 3)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }
}
