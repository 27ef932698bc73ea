import ArgumentParser
import SweepAPI
import SweepClient

struct WaitCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait silently until a sweep has ended.",
        discussion: """
            Goes on across a restart of the daemon. Exits with 0 if the sweep completed, 1 if it failed or was \
            cancelled, 124 after --timeout.

              sweepctl wait 1 && sweepctl promote 1
              sweepctl wait 1 --timeout 3600
            """)

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "The sweep.", transform: Identifier.sweep)
    var sweep: Int64

    @Option(name: .long, help: ArgumentHelp("Give up after so many seconds.", valueName: "seconds"))
    var timeout: Double?

    func validate() throws {
        if let timeout, !(timeout >= 0 && timeout <= 1e9) {
            throw ValidationError("--timeout is a number of seconds, 0 or more")
        }
    }

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        let follower = SweepFollower(client: client, console: output.console, sweep: sweep, progress: nil)
        let reply = try await follower.run(timeout: timeout.map { .seconds($0) })
        try output.show(reply) { _ in ProgressView.line(reply) }
        return reply.exitStatus
    }
}
