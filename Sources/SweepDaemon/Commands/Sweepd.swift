public import ArgumentParser
import Glibc
import SweepAPI

/// The daemon's command line.
public struct Sweepd: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "sweepd",
        abstract: "Runs hyperparameter sweeps on this box and keeps every trial.",
        discussion: """
            Start it with systemd (systemctl start sweepd), or in the foreground:

              sweepd serve --state-dir ~/.local/state/sweepd --data-dir ~/data
            """,
        version: "sweepd \(APIVersion.program)",
        subcommands: [ServeCommand.self, TrialCommand.self, RestoreCommand.self, FaultsCommand.self])

    public init() {}

    /// Parses the arguments, runs, and exits with one of ``ExitStatus``.
    public static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as DaemonFailure {
            StandardStream.error.print("sweepd: \(failure.message)")
            Glibc.exit(failure.status.rawValue)
        } catch {
            let status: ExitStatus = exitCode(for: error).isSuccess ? .done : .usage
            let text = fullMessage(for: error)
            if !text.isEmpty { (status == .done ? StandardStream.output : .error).print(text) }
            Glibc.exit(status.rawValue)
        }
    }
}

/// Why the daemon does not start or a command fails, with how it exits.
struct DaemonFailure: Error {
    let status: ExitStatus
    let message: String

    init(_ status: ExitStatus, _ message: String) { (self.status, self.message) = (status, message) }
}
