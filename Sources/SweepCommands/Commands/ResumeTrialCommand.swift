import ArgumentParser
import SweepAPI
import SweepClient

struct ResumeTrialCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume-trial",
        abstract: "Let a pruned trial go on to its end.",
        discussion: """
            It goes on from its last checkpoint, is judged no more, and ranks with the others once it has completed; an \
            ended sweep runs again until then. Trials that were chosen or pruned because of it stay as they are.

              sweepctl resume-trial 17
            """)

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "The trial.", transform: Identifier.trial)
    var trial: Int64

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        let reply = try await client.resume(trial: trial)
        try output.show(reply) { _ in
            "trial \(reply.trial) of sweep \(reply.sweep) goes on from iteration \(reply.iteration)"
                + (reply.iterations.map { " to \($0)" } ?? "")
        }
        return .done
    }
}
