import ArgumentParser
import SweepAPI
import SweepClient

struct CheckCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check the daemon's database and every file that it names.",
        discussion: """
            Exits with 1 if something is wrong.

              sweepctl check
            """)

    @OptionGroup var globals: GlobalOptions

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        let reply = try await client.check()
        try output.show(reply) { _ in Self.text(reply) }
        return reply.sound ? .done : .failed
    }

    static func text(_ reply: CheckReply) -> String {
        var text = reply.sound ? "sound" : "not sound"
        text += ": the database and \(Text.count(reply.files, "file"))\n"
        for finding in reply.findings { text += "  \(Text.oneLine(finding))\n" }
        return text
    }
}
