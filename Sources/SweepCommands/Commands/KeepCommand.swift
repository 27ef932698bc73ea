import ArgumentParser
import SweepAPI
import SweepClient

struct KeepCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "keep",
        abstract: "Keep a trial's model whatever its rank; train it again if it is gone.",
        discussion: """
            A model whose file was removed or damaged is trained again, which takes as long as the trial took. It is taken \
            only with the same bits as before.

              sweepctl keep 17
            """)

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "The trial.", transform: Identifier.trial)
    var trial: Int64

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        let known = try await client.trial(trial)
        if known.modelState == .removed { output.note(Self.announcement(known)) }
        let reply = try await client.keep(trial)
        try output.show(reply) { _ in Self.text(reply) }
        return .done
    }

    /// For what takes a while.
    static func announcement(_ trial: TrialReply) -> String {
        "the model of trial \(trial.trial) was removed; it is trained again, which took \(Format.duration(trial.seconds))"
    }

    static func text(_ reply: KeepReply) -> String {
        var text = "trial \(reply.trial): its model is kept, \(Format.bytes(reply.bytes)), sha256:\(reply.model)\n"
        if let seconds = reply.seconds {
            text += "trained again to the same bits in \(Format.duration(seconds))\n"
        }
        return text
    }
}
