import ArgumentParser
import SweepAPI
import SweepClient

struct DiagnoseCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "diagnose",
        abstract: "Say what stands out in a sweep or a trial, and what to try next.",
        discussion: """
            Without a number: of the latest sweep. Findings are no errors: it exits with 0.

              sweepctl diagnose 1
              sweepctl diagnose --trial 17
              sweepctl diagnose 1 --json | jq -r '.findings[].advice'
            """)

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "The sweep; the latest one when left out.", transform: Identifier.sweep)
    var sweep: Int64?

    @Option(name: .long, help: "This trial in place of a sweep.", transform: Identifier.trial)
    var trial: Int64?

    func validate() throws {
        if sweep != nil, trial != nil {
            throw ValidationError("a trial belongs to one sweep; leave the sweep's number out, or --trial")
        }
    }

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        if let trial {
            let reply = try await client.diagnosis(trial: trial)
            try output.show(reply) { page in DiagnosisText.render("trial \(reply.trial)", reply.findings, page) }
        } else {
            let reply = try await client.diagnosis(sweep: client.latest(or: sweep))
            try output.show(reply) { page in DiagnosisText.render("sweep \(reply.sweep)", reply.findings, page) }
        }
        return .done
    }
}
