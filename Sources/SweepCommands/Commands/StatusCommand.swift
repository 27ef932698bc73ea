import ArgumentParser
import SweepAPI
import SweepClient
import SweepModel

struct StatusCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the sweeps and how far they are (the default command).",
        discussion: """
              sweepctl status
              sweepctl status 1 --json
              sweepctl status --watch
            """)

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "Show this sweep in detail.", transform: Identifier.sweep)
    var sweep: Int64?

    @Flag(name: .long, help: "Keep it up to date until interrupted, or until the sweep has ended.")
    var watch = false

    @Option(name: .long, help: "How many sweeps to show, the newest first.")
    var limit = 20

    func validate() throws {
        if watch, globals.json { throw ValidationError("--watch redraws a text; for JSON use `follow SWEEP --json`") }
        if limit < 1 { throw ValidationError("--limit is at least 1") }
    }

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        if let sweep {
            if watch {
                let console = output.console
                return try await SweepFollower(client: client, console: console, sweep: sweep, progress: console.output)
                    .run().exitStatus
            }
            let reply = try await client.sweep(sweep)
            let accuracies = try await finalAccuracies(reply, client, output)
            var promotions: [PromotionReply] = []
            if reply.testLooks > 0, output.format == .table {
                promotions = await client.knownPromotions(sweep: reply.sweep)
            }
            try output.show(reply) { page in
                StatusText.detail(reply, page, accuracies: accuracies, promotions: promotions)
            }
            return .done
        }
        if watch {
            try await StatusWatcher(client: client, console: output.console, limit: limit).run()
            return .done
        }
        let reply = try await client.sweeps(limit: limit)
        try output.show(reply) { page in StatusText.list(reply, page) }
        return .done
    }

    /// Of the completed trials, for the eye: only on a terminal, and of sweeps of which one request brings all.
    private func finalAccuracies(_ reply: SweepReply, _ client: SweepClient, _ output: Output) async throws -> [Double]
    {
        guard output.format == .table, output.console.output.isTerminal, (3...500).contains(reply.count(.completed))
        else { return [] }
        do {
            return try await client.trials(reply.sweep, states: [.completed], limit: 500).trials.compactMap(
                \.valAccuracy)
        } catch is ClientError {
            // What was asked for is there; this is an ornament.
            return []
        }
    }
}
