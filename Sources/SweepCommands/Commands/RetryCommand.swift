import ArgumentParser
import SweepAPI
import SweepClient
import SweepModel

struct RetryCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Queue failed trials of a sweep again.",
        discussion: """
            They start anew with the next attempt; an ended sweep runs again until they are done.

              sweepctl retry 1
              sweepctl retry 1 --failed --cancelled
            """)

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "The sweep.", transform: Identifier.sweep)
    var sweep: Int64

    @Flag(name: .long, help: "Failed trials; also when neither flag is given.")
    var failed = false

    @Flag(name: .long, help: "Cancelled trials.")
    var cancelled = false

    /// Which trials are meant; nil leaves it to the daemon, which takes the failed ones.
    var states: [TrialState]? {
        let states: [TrialState] = (failed ? [.failed] : []) + (cancelled ? [.cancelled] : [])
        return states.isEmpty ? nil : states
    }

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        let reply = try await client.retry(sweep, RetryRequest(states: states))
        let hint = reply.retried == 0 && !cancelled ? "; --cancelled takes cancelled ones" : ""
        try output.show(reply) { _ in
            "sweep \(reply.sweep): \(Text.count(reply.retried, "trial")) queued again" + hint
        }
        return .done
    }
}
