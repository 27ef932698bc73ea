import FoundationEssentials
import SweepAPI
import SweepClientTestKit
import SweepModel
import Testing

@testable import SweepCommands

struct SubmitTests {
    static let reply = SubmitReply(sweep: 1, name: "n", state: .queued, trials: 144, replayed: false)

    @Test func saysWhichSweepWasQueued() async throws {
        let (run, requests) = try await Sweepctl.run(
            ["submit", "-", "--set", "seed=7", "--name", "quick", "--priority", "2", "--key", "k"], input: "{}"
        ) { _ in try .json(Self.reply, status: 201) }
        #expect((run.status, run.output, run.error) == (0, "sweep 1 queued: 144 trials\n", ""))
        #expect(requests.map(\.path) == ["/v1/sweeps"])
        let sent = try WireCoder.decode(SubmitRequest.self, from: Data(requests[0].body.utf8))
        #expect(
            sent
                == SubmitRequest(
                    file: "{}", set: [.init(key: "seed", value: "7")], name: "quick", priority: 2, key: "k"))
    }

    @Test(arguments: [["submit", "-", "--quiet"], ["submit", "-", "--json"], ["plan", "-"]])
    func whatHasNoEffectIsNotedBesideTheOutput(arguments: [String]) async throws {
        let notes = ["dropout is never set: no trial has hidden_size 9"]
        var (reply, plan) = (Self.reply, Self.plan(samples: []))
        (reply.notes, plan.notes) = (notes, notes)
        let answers = (reply, plan)
        let (run, _) = try await Sweepctl.run(arguments, input: "{}") {
            try $0.path == "/v1/plan" ? .json(answers.1) : .json(answers.0)
        }
        let isJSON = arguments.contains("--json")
        #expect(run.status == 0 && run.error == (isJSON ? "" : "note: \(notes[0])\n"))
        #expect(run.output.contains(notes[0]) == isJSON)
    }

    @Test func quietPrintsJustTheNumber() async throws {
        let (run, _) = try await Sweepctl.run(["submit", "-", "--quiet"], input: "{}") { _ in try .json(Self.reply) }
        #expect((run.status, run.output, run.error) == (0, "1\n", ""))
    }

    @Test func jsonHasTheKeysThatScriptsRelyOn() async throws {
        let (run, _) = try await Sweepctl.run(["submit", "-", "--json"], input: "{}") { _ in try .json(Self.reply) }
        #expect(try WireCoder.decode(SubmitReply.self, from: Data(run.output.utf8)) == Self.reply)
    }

    @Test func aKnownKeySaysThatTheSweepIsThere() async throws {
        var reply = Self.reply
        (reply.replayed, reply.state) = (true, .running)
        let known = reply
        let (run, _) = try await Sweepctl.run(["submit", "-", "--key", "k"], input: "{}") { _ in try .json(known) }
        #expect(run.output == "sweep 1 is there already (same key), running: 144 trials\n")
    }

    @Test func everyPlaceOfAnInvalidFileIsALine() async throws {
        let problem = Problem(
            .invalidSweep, "the sweep file has 2 errors",
            errors: [
                .init(
                    pointer: "/parameters/lr", detail: "unknown parameter; did you mean learning_rate?", line: 4,
                    column: 5),
                .init(pointer: "", detail: "method is missing"),
            ])
        try await TemporaryFolder.with { folder in
            let file = folder + "/grid.json"
            try Data("{}".utf8).write(to: URL(fileURLWithPath: file))
            let (run, _) = try await Sweepctl.run(["submit", file]) { _ in try .problem(problem) }
            #expect((run.status, run.output) == (2, ""))
            #expect(
                run.error == """
                    \(file):4:5: /parameters/lr: unknown parameter; did you mean learning_rate?
                    \(file): method is missing
                    sweepctl: \(file) is not a valid sweep: 2 errors, nothing was submitted

                    """)
        }
    }

    @Test func aFileThatIsTooLargeIsNotSent() async throws {
        let (run, requests) = try await Sweepctl.run(
            ["submit", "-"], input: String(repeating: " ", count: (4 << 20) + 1)
        ) { _ in
            try .json(Self.reply)
        }
        #expect((run.status, run.output) == (2, ""))
        #expect(run.error.contains("larger than 4 MiB"))
        #expect(requests.isEmpty)
    }

    @Test func aFileThatIsNotUTF8IsNotSent() async throws {
        try await TemporaryFolder.with { folder in
            let file = folder + "/grid.json"
            try Data([0x7B, 0xFF, 0x7D]).write(to: URL(fileURLWithPath: file))
            let (run, requests) = try await Sweepctl.run(["plan", file]) { _ in .init("") }
            #expect(run.status == 2)
            #expect(run.error.contains("is not UTF-8 text"))
            #expect(requests.isEmpty)
        }
    }

    private static func plan(samples: [PlanReply.Sample]) -> PlanReply {
        PlanReply(
            name: "cifar10-grid", method: "grid", dataset: "cifar10", trials: 144,
            parameters: [
                .init(name: "learning_rate", kind: "values", type: "number", range: "0.1, 0.01"),
                .init(name: "iterations", kind: "value", type: "integer", range: "2000"),
            ], together: 144, memoryBytes: 3 << 29, datasetBytes: 600 << 20, flop: 1.5e15, estimateSeconds: 7500,
            samples: samples)
    }

    @Test(arguments: [["plan", "-"], ["submit", "-", "--dry-run"]])
    func planShowsWhatWouldRun(arguments: [String]) async throws {
        let plan = Self.plan(samples: [
            .init(index: 0, seed: 11, parameters: Samples.parameters(0.1)),
            .init(index: 143, seed: 12, parameters: Samples.parameters(0.01)),
        ])
        let (run, requests) = try await Sweepctl.run(arguments, input: "{}") { _ in try .json(plan) }
        #expect(requests.map(\.path) == ["/v1/plan"])
        #expect(
            run.output == """
                cifar10-grid: 144 trials by grid search on cifar10
                144 at a time, up to 1.5 GiB of memory and 600.0 MiB for the data set
                1.5 PFLOP, about 2 h 05 min if every trial runs to its end

                PARAMETER      TYPE     KIND    RANGE
                learning_rate  number   values  0.1, 0.01
                iterations     integer  value   2000

                INDEX  learning_rate  SEED
                    0            0.1    11
                  143           0.01    12

                """)
    }

    @Test func planOfASingleTrialShowsWhatIsChosenForIt() async throws {
        let plan = Self.plan(samples: [.init(index: 0, seed: 11, parameters: Samples.parameters(0.25))])
        let (run, _) = try await Sweepctl.run(["plan", "-"], input: "{}") { _ in try .json(plan) }
        #expect(run.output.hasSuffix("\nINDEX  learning_rate  SEED\n    0           0.25    11\n"), "\(run.output)")
    }

    @Test func planShowsReplicatesRungsAndWhatTheySave() async throws {
        let file = """
            {"name": "n", "method": "sobol", "run_cap": 49, "replicates": 2, "dataset": {"name": "cifar10"},
             "early_terminate": {"type": "hyperband"},
             "parameters": {"learning_rate": {"min": 0.1, "max": 0.9}, "hidden_size": {"value": 9},
                            "epochs": {"value": 27}}}
            """
        let spec = try SweepSpec(parsing: file)
        let plan = PlanReply(
            name: "n", method: "sobol", dataset: "cifar10", trials: spec.trialCount,
            configurations: spec.configurationCount, earlyTermination: PruningPlan(spec), parameters: [], together: 98,
            memoryBytes: 3 << 29, datasetBytes: 600 << 20, flop: 1.5e15, estimateSeconds: 7500, samples: [])
        let (run, _) = try await Sweepctl.run(["plan", "-"], input: file) { _ in try .json(plan) }
        #expect(
            run.output == """
                n: 98 trials by sobol search on cifar10
                49 configurations, 2 replicates each
                98 at a time, up to 1.5 GiB of memory and 600.0 MiB for the data set
                1.5 PFLOP, about 2 h 05 min if every trial runs to its end

                early termination by hyperband: about 714 of 2646 epochs, 73 % saved
                GROUPS  CONFIGURATIONS  RUNGS
                     1              27  epoch 1: 27 → 9, epoch 3: 9 → 3, epoch 9: 3 → 1
                     1              12  epoch 3: 12 → 4, epoch 9: 4 → 1
                     1               6  epoch 9: 6 → 2
                     1               4  none

                """)
        let (json, _) = try await Sweepctl.run(["plan", "-", "--json"], input: file) { _ in try .json(plan) }
        #expect(json.output.contains("\"expected_epochs\":714") || json.output.contains("\"expected_epochs\" : 714"))
    }

    @Test(arguments: [(SweepState.completed, Int32(0)), (.failed, 1), (.cancelled, 1)])
    func waitingEndsWithTheSweepsStatus(state: SweepState, status: Int32) async throws {
        let ended = Samples.sweep(1, state, counts: [.completed: 144], progress: 1, eta: nil)
        let (run, _) = try await Sweepctl.run(["submit", "-", "--wait"], input: "{}") { request in
            switch request.path {
            case "/v1/sweeps": try .json(Self.reply, status: 201)
            case "/v1/sweeps/1": try .json(Samples.sweep())
            default: try .events([("sweep", nil, Samples.sweep()), ("sweep", nil, ended)], end: .open)
            }
        }
        #expect(run.status == status)
        #expect(run.output == "sweep 1 queued: 144 trials\n")
        #expect(run.error == ProgressView.line(Samples.sweep()) + "\n" + ProgressView.line(ended) + "\n")
    }
}
