import ArgumentParser
import SweepAPI
import SweepClient

struct VerifyCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Train a trial again and compare bit for bit.",
        discussion: """
            Takes as long as the trial took. Exits with 1 if anything differs.

              sweepctl verify 17
            """)

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "The trial.", transform: Identifier.trial)
    var trial: Int64

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        let reply = try await client.verify(trial)
        try output.show(reply) { _ in Self.text(reply) }
        return reply.identical ? .done : .failed
    }

    static func text(_ reply: VerifyReply) -> String {
        var text = "trial \(reply.trial) trained again in \(Format.duration(reply.seconds)): "
        text += reply.identical ? "identical, bit for bit\n" : "not identical\n"
        for difference in reply.differences { text += "  \(Text.oneLine(difference))\n" }
        if let stored = reply.stored { text += "model sha256:\(stored)\n" }
        if let again = reply.again, again != reply.stored { text += "again sha256:\(again)\n" }
        return text
    }
}
