import ArgumentParser
import SweepAPI
import SweepClient

struct AuditCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Check that a sweep has each index exactly once and every result whole.",
        discussion: """
            The digest is over all results: two runs of the same sweep file show the same one. Exits with 1 if \
            something is wrong.

              sweepctl audit 1
            """)

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "The sweep.", transform: Identifier.sweep)
    var sweep: Int64

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        let reply = try await client.audit(sweep)
        try output.show(reply) { _ in Self.text(reply) }
        return reply.sound ? .done : .failed
    }

    static func text(_ reply: AuditReply) -> String {
        var text = "sweep \(reply.sweep): \(reply.ended) of \(Text.count(reply.trials, "trial")) ended, "
        text += reply.sound ? "sound\n" : "not sound\n"
        for finding in reply.findings { text += "  \(Text.oneLine(finding))\n" }
        return text + "digest \(reply.digest)\n"
    }
}
