import FoundationEssentials
import SweepAPI
import SweepClient
import SweepClientTestKit
import SweepModel
import Synchronization
import Testing

@testable import SweepCommands

struct PlotTests {
    /// Answers with the best trial 17 of the latest sweep 4, and with a picture that says what was asked for.
    static let answer: FakeDaemon.Answer = { request in
        if request.path.hasPrefix("/v1/sweeps?") { return try .json(Samples.status([Samples.sweep(4)])) }
        if request.path.contains("/best?") {
            return try .json(
                BestReply(sweep: 4, name: "n", state: .running, best: Samples.best(), top: [Samples.best()]))
        }
        let isPNG = request.path.contains("format=png")
        return .init("picture of \(request.path)", type: isPNG ? "image/png" : "image/svg+xml")
    }

    private func run(
        _ arguments: [String], environment: [String: String] = [:], columns: Int? = nil, colors: Bool = false
    ) async throws -> (run: Run, paths: [String]) {
        try await FakeDaemon.with(Self.answer) { daemon in
            let (output, error) = (Recorder(), Recorder())
            var stream = output.stream(columns: columns)
            stream.colors = colors
            var variables = environment
            variables["SWEEPD_SOCKET"] = daemon.path
            let console = Console(environment: variables, output: stream, error: error.stream(), readInput: { _ in [] })
            let status = await Sweepctl.run(["plot"] + arguments, console)
            let run = Run(status: status, output: output.text, error: error.text)
            return (run, daemon.requests.map(\.path))
        }
    }

    @Test(arguments: [
        ([], "/v1/sweeps/4/plots/curves?format=terminal"),
        (["heatmap"], "/v1/sweeps/4/plots/heatmap?format=terminal"),
        (["1"], "/v1/sweeps/1/plots/curves?format=terminal"),
        (["1", "heatmap"], "/v1/sweeps/1/plots/heatmap?format=terminal"),
        (["heatmap", "1", "--width", "60"], "/v1/sweeps/1/plots/heatmap?format=terminal&width=60"),
        (["--trial", "9"], "/v1/trials/9/plots/accuracy?format=terminal"),
        (["--trial", "9", "weights"], "/v1/trials/9/plots/weights?format=terminal"),
        (["weights"], "/v1/trials/17/plots/weights?format=terminal"),
        (["workers"], "/v1/plots/workers?format=terminal"),
        (["1", "--format", "svg"], "/v1/sweeps/1/plots/curves"),
        (
            [
                "1", "heatmap", "--format", "svg", "--x", "reg", "--y", "batch size", "--metric", "val_loss", "--value",
                "mean", "--theme", "dark", "--width", "500",
            ],
            "/v1/sweeps/1/plots/heatmap?width=500&theme=dark&x=reg&y=batch%20size&metric=val_loss&value=mean"
        ),
    ])
    func wordsNameTheSweepAndThePlotInAnyOrder(arguments: [String], path: String) async throws {
        let (run, paths) = try await run(arguments)
        #expect(run.status == 0)
        #expect(paths.last == path)
        #expect(run.output == "picture of \(path)")
    }

    @Test func theBestTrialIsNamedWhereItWasChosen() async throws {
        let (run, _) = try await run(["weights"])
        #expect(run.error == "sweepctl: this is trial 17, the best one of sweep 4\n")
    }

    @Test(arguments: [
        (["COLORTERM": "truecolor"], true, "&colors=truecolor"), (["COLORTERM": "24bit"], true, "&colors=truecolor"),
        ([:], true, "&colors=256"), (["COLORTERM": "truecolor"], false, ""),
    ])
    func aTerminalGetsItsWidthAndColors(environment: [String: String], colors: Bool, query: String) async throws {
        let (_, paths) = try await run(["1"], environment: environment, columns: 70, colors: colors)
        #expect(paths == ["/v1/sweeps/1/plots/curves?format=terminal&width=70" + query])
    }

    @Test func aVeryNarrowTerminalGetsTheNarrowestPicture() async throws {
        let (_, paths) = try await run(["1"], columns: 5)
        #expect(paths == ["/v1/sweeps/1/plots/curves?format=terminal&width=20"])
    }

    @Test(arguments: [
        ("a.svg", "", "curves"), ("b.SVG", "", "curves"), ("a.txt", "?format=terminal", "curves"),
        ("a.png", "?format=png", "weights"),
    ])
    func aFilesExtensionSaysItsFormat(name: String, query: String, kind: String) async throws {
        try await TemporaryFolder.with { folder in
            let file = folder + "/" + name
            let (run, paths) = try await run([kind, "--output", file], columns: 70, colors: true)
            #expect(run.status == 0)
            let path = try #require(paths.last)
            #expect(path.hasSuffix("/plots/\(kind)\(query)"))
            let written = try Data(contentsOf: URL(fileURLWithPath: file))
            #expect(String(decoding: written, as: UTF8.self) == "picture of \(path)")
            #expect(run.output == "\(file): \(written.count) B\n")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [name])
        }
    }

    @Test(arguments: [
        ["1", "curves", "--format", "png"], ["1", "--output", "/nowhere/a.png"], ["1", "--output", "/nowhere/a"],
        ["1", "--output", "/nowhere/.svg"], ["1", "2"], ["curves", "slice"], ["curvs"], ["--trial", "3", "slice"],
        ["1", "--trial", "3"], ["1", "--width", "5"], ["1", "--all"], ["1", "curves", "--all", "-o", "d"],
        ["--list", "1"], ["1", "--metric", "accuracy"], ["1", "--theme", "blue"], ["-1"],
        ["weights", "--format", "png", "--json"],
    ])
    func whatCannotBeDrawnIsRefused(arguments: [String]) async throws {
        let (run, _) = try await run(arguments)
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
        #expect(!run.error.isEmpty)
    }

    @Test func refusalsNameTheRemedy() async throws {
        #expect(try await run(["curvs"]).run.error.contains("did you mean curves?"))
        #expect(try await run(["1", "--theme", "drak"]).run.error.contains("did you mean dark?"))
        let lines = try await run(["1", "curves", "--format", "png"]).run
        #expect(lines.error.contains("only weights and mistakes are made of pixels; take --format svg"))
        let terminal = try await run(["weights", "--format", "png"], columns: 80).run
        #expect(terminal.status == 2)
        #expect(terminal.error.contains("--output FILE"))
    }

    @Test func everyPlotGoesIntoAFolder() async throws {
        try await TemporaryFolder.with { folder in
            let (run, paths) = try await run(["--all", "--output", folder + "/new/", "--json"])
            #expect(run.status == 0)
            let reply = try WireCoder.decode(PlotFolder.Reply.self, from: Data(run.output.utf8))
            #expect((reply.sweep, reply.trial) == (4, 17))
            let names =
                SweepPlotKind.allCases.map { "sweep-4-\($0).svg" } + TrialPlotKind.allCases.map { "trial-17-\($0).svg" }
            #expect(reply.files.map(\.file) == names.map { folder + "/new/" + $0 })
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/new").sorted() == names.sorted())
            #expect(paths.count == names.count + 2)
            // Again: files that are there are replaced.
            #expect(try await self.run(["--all", "--output", folder + "/new"]).run.status == 0)
        }
    }

    @Test func ofPixelsThereAreTwo() async throws {
        try await TemporaryFolder.with { folder in
            let (run, _) = try await run(["4", "--all", "--output", folder, "--format", "png"])
            #expect(run.status == 0)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            #expect(names == ["trial-17-mistakes.png", "trial-17-weights.png"])
        }
    }

    @Test func whatTheDaemonCannotDrawIsLeftOutAndSaid() async throws {
        try await TemporaryFolder.with { folder in
            let (run, _) = try await Sweepctl.run(["plot", "4", "--all", "--output", folder]) { request in
                request.path.hasSuffix("/importance")
                    ? try .problem(Problem(.conflict, "too few trials")) : try Self.answer(request)
            }
            #expect(run.status == 0)
            #expect(run.error.contains("sweep-4-importance is left out: too few trials"))
            #expect(!run.output.contains("importance"))
        }
    }

    @Test func withoutABestTrialThereIsNoPlotOfIt() async throws {
        let (run, _) = try await Sweepctl.run(["plot", "4", "weights"]) { _ in
            try .json(BestReply(sweep: 4, name: "n", state: .running, best: nil, top: []))
        }
        #expect((run.status, run.output) == (3, ""))
        #expect(run.error.contains("no trial of sweep 4 has completed"))
    }

    @Test func withJSONThePictureIsAText() async throws {
        let (run, _) = try await run(["1", "slice", "--json"], columns: 70, colors: true)
        let reply = try WireCoder.decode(PlotCommand.Reply.self, from: Data(run.output.utf8))
        #expect((reply.plot, reply.sweep, reply.trial, reply.format) == ("slice", 1, nil, "terminal"))
        #expect(reply.text == "picture of /v1/sweeps/1/plots/slice?format=terminal")
    }

    @Test func theListNeedsNoDaemon() async throws {
        let run = await Sweepctl.run(["plot", "--list", "--socket", "/nowhere/d.sock"])
        #expect((run.status, run.error) == (0, ""))
        for kind in PlotKind.all { #expect(run.output.contains("  \(kind.name) ")) }
        let json = await Sweepctl.run(["plot", "--list", "--json"])
        #expect(json.output.contains(#""plot" : "workers""#))
    }

    @Test(arguments: [
        ("plain\n", "plain\n"), ("\u{1B}[38;2;1;2;3mred\u{1B}[0m", "\u{1B}[38;2;1;2;3mred\u{1B}[0m"),
        ("\u{1B}[2Jgone", "?[2Jgone"), ("\u{1B}]0;title\u{07}", "?]0;title?"), ("\u{1B}", "?"), ("a\u{1B}[", "a?["),
        ("\u{1B}[1", "?[1"), ("\u{1B}[mx", "\u{1B}[mx"),
    ])
    func aPictureDrivesNothingButColors(text: String, safe: String) {
        #expect(Text.withColorsOnly(text) == safe)
    }
}
