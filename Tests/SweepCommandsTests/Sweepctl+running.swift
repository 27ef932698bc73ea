import SweepAPI
import SweepClientTestKit

@testable import SweepCommands

/// What a command left behind.
struct Run: Sendable {
    var status: Int32
    var output: String
    var error: String
}

extension Sweepctl {
    /// Runs a command in this process, without any terminal.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], input: String = "", columns: Int? = nil
    ) async -> Run {
        let (output, error) = (Recorder(), Recorder())
        let console = Console(
            environment: environment, output: output.stream(columns: columns), error: error.stream(),
            readInput: { limit in Array(input.utf8.prefix(limit + 1)) })
        let status = await run(arguments, console)
        return Run(status: status, output: output.text, error: error.text)
    }

    /// Runs a command against a daemon that answers every request so.
    static func run(
        _ arguments: [String], input: String = "", answer: @escaping FakeDaemon.Answer
    ) async throws -> (run: Run, requests: [FakeDaemon.Request]) {
        try await FakeDaemon.with(answer) { daemon in
            let run = await run(arguments, environment: ["SWEEPD_SOCKET": daemon.path], input: input)
            return (run, daemon.requests)
        }
    }
}
