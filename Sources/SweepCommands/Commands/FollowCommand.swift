import ArgumentParser
import SweepAPI
import SweepClient

struct FollowCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow",
        abstract: "Show the progress of a sweep until it has ended.",
        discussion: """
            Goes on across a restart of the daemon. Ctrl-C ends the watching, not the sweep. Exits with 1 if the sweep \
            failed or was cancelled. With --json the progress goes to standard error and the sweep, once ended, to \
            standard output.

              sweepctl follow 1
            """)

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "The sweep.", transform: Identifier.sweep)
    var sweep: Int64

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        let console = output.console
        let progress = output.format == .json ? console.error : console.output
        let reply = try await SweepFollower(client: client, console: console, sweep: sweep, progress: progress).run()
        if output.format == .json { try output.show(reply) { _ in "" } }
        return reply.exitStatus
    }
}
