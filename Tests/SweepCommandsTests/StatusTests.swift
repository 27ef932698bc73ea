import SweepAPI
import SweepClientTestKit
import SweepModel
import Testing

@testable import SweepCommands

struct StatusTests {
    /// Of a completed sweep whose trials reached these accuracies.
    private func status(
        _ accuracies: [Double], _ arguments: [String] = [], columns: Int?
    ) async throws -> (run: Run, paths: [String]) {
        let answer: FakeDaemon.Answer = { request in
            guard request.path.contains("/trials") else { return try .json(Samples.completed()) }
            let trials = accuracies.enumerated().map { Samples.trial(Int64($0 + 1), accuracy: $1) }
            return try .json(TrialsReply(sweep: 1, trials: trials, nextOffset: nil))
        }
        return try await FakeDaemon.with(answer) { daemon in
            let run = await Sweepctl.run(
                ["status", "1"] + arguments, environment: ["SWEEPD_SOCKET": daemon.path], columns: columns)
            return (run, daemon.requests.map(\.path))
        }
    }

    @Test func aTerminalShowsHowTheAccuraciesAreSpread() async throws {
        let (run, paths) = try await status([0.1, 0.1, 0.1, 0.1, 0.5, 0.5], columns: 80)
        #expect(run.output.contains("\nspread     0.1000 █" + String(repeating: " ", count: 28) + "▄ 0.5000\n"))
        #expect(paths.count == 2 && paths[1].contains("state=completed"))
        let narrow = try await status([0.1, 0.1, 0.5], columns: 40).run
        #expect(narrow.output.split(separator: "\n").filter { $0.hasPrefix("spread") }.allSatisfy { $0.count <= 40 })
        #expect(narrow.output.contains("spread"))
    }

    @Test func longValuesGoOnBelowThemselvesOnANarrowTerminal() async throws {
        let narrow = try await status([], columns: 40).run.output
        #expect(
            narrow.contains(
                """
                with       hidden_size=160
                           learning_rate=0.001
                           batch_size=200

                """))
        #expect(narrow.split(separator: "\n").allSatisfy { $0.count <= 40 })
        #expect(try await status([], columns: nil).run.output.contains("hidden_size=160 learning_rate=0.001 batch"))
    }

    @Test func aPipeAndJSONAskForNothingMore() async throws {
        for (arguments, columns) in [([], nil), (["--json"], 80)] as [([String], Int?)] {
            let (run, paths) = try await status([0.1, 0.5, 0.5], arguments, columns: columns)
            #expect(run.status == 0 && paths == ["/v1/sweeps/1"])
            #expect(!run.output.contains("spread"))
        }
    }

    @Test func aSpreadThatCannotBeHadIsLeftOut() async throws {
        let run = try await FakeDaemon.with({ request in
            request.path.contains("/trials") ? .init("{}") : try .json(Samples.completed())
        }) { daemon in
            await Sweepctl.run(["status", "1"], environment: ["SWEEPD_SOCKET": daemon.path], columns: 80)
        }
        #expect(run.status == 0 && run.error.isEmpty)
        #expect(run.output.contains("ranked by") && !run.output.contains("spread"))
    }
}
