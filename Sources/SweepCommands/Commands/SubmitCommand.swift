import ArgumentParser
import SweepAPI
import SweepClient
import SweepModel

struct SubmitCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Submit a sweep file; its trials are queued at once.",
        discussion: """
            FILE is JSON or YAML, `-` reads standard input. Every error of the file is printed with its line and column.
            With --wait the progress is shown on standard error until the sweep has ended.

              sweepctl submit configs/grid.json
              sweepctl submit grid.json --set parameters.iterations=500 --name quick --wait
              ID=$(sweepctl submit - --quiet < grid.json)
            """)

    @OptionGroup var globals: GlobalOptions
    @OptionGroup var file: SweepFileOptions

    @Option(name: .long, parsing: .unconditional, help: "Sweeps of a higher priority go first.")
    var priority: Int?

    @Option(name: .long, help: "Submitting the same file with the same key again returns the sweep that is there.")
    var key: String?

    @Flag(name: .long, help: "Show what would run, as `plan` does; submit nothing.")
    var dryRun = false

    @Flag(name: .long, help: "Wait until the sweep has ended; exit with 1 if it failed or was cancelled.")
    var wait = false

    @Flag(name: .long, help: "Print just the number of the sweep.")
    var quiet = false

    func validate() throws {
        if dryRun, wait || quiet {
            throw ValidationError("--dry-run submits nothing, so --wait and --quiet do not go with it")
        }
        if quiet, globals.json { throw ValidationError("--quiet and --json do not go together") }
    }

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        var request = try file.request(output.console)
        (request.priority, request.key) = (priority, key)
        let prepared = request
        if dryRun {
            let plan = try await file.reporting { try await client.plan(prepared) }
            try output.show(plan) { page in PlanText.render(plan, page) }
            file.show(plan.notes, output)
            return .done
        }
        let reply = try await file.reporting { try await client.submit(prepared) }
        file.show(reply.notes, output)
        try output.show(reply) { _ in quiet ? "\(reply.sweep)" : Self.text(reply) }
        guard wait else { return .done }
        let progress = quiet ? nil : output.console.error
        let follower = SweepFollower(client: client, console: output.console, sweep: reply.sweep, progress: progress)
        return try await follower.run().exitStatus
    }

    static func text(_ reply: SubmitReply) -> String {
        let trials = Text.count(reply.trials, "trial")
        return reply.replayed
            ? "sweep \(reply.sweep) is there already (same key), \(reply.state.rawValue): \(trials)"
            : "sweep \(reply.sweep) \(reply.state.rawValue): \(trials)"
    }
}
