import ArgumentParser
import FoundationEssentials
import SweepAPI
import SweepAnalysis
import SweepClient
import SweepModel

struct RefineCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "refine",
        abstract: "Propose the next sweep: closer round the best region, beyond borders, without what does not matter.",
        discussion: """
            Prints a complete sweep file, and on standard error for each parameter what becomes of it and why. The same \
            sweep always proposes the same file. Without a number: of the latest sweep. --submit runs it, once: the same \
            proposal submitted again is the sweep that is there.

              sweepctl refine 1 > next.json
              sweepctl refine 1 --trials 48 --output next.json
              sweepctl refine 1 --submit
            """)

    struct Reply: Encodable, Equatable {
        var refinement: RefinementReply
        var submitted: SubmitReply?

        private enum Key: String, CodingKey { case submitted }

        func encode(to encoder: any Encoder) throws {
            try refinement.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(submitted, forKey: .submitted)
        }
    }

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "The sweep; the latest one when left out.", transform: Identifier.sweep)
    var sweep: Int64?

    @Option(name: .long, help: "How many trials the next sweep has at most; as many as this one when left out.")
    var trials: Int?

    @Option(
        name: [.short, .long], help: "Write the sweep file here, whole or not at all; - is standard output.",
        completion: .file())
    var output: String?

    @Flag(name: .long, help: "Replace the file if it is there.")
    var force = false

    @Flag(name: .long, help: "Submit it at once.")
    var submit = false

    func validate() throws {
        if let trials, !(1...SweepSpec.maximumTrials ~= trials) {
            throw ValidationError("--trials is 1 to \(SweepSpec.maximumTrials)")
        }
        if force, output == nil { throw ValidationError("--force goes with --output") }
    }

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        let place = self.output == "-" ? nil : self.output
        if let place, !force, FileAccess.exists(place) { throw CommandExit.exists(place) }
        let proposal = try await client.refinement(client.latest(or: sweep), trials: trials)
        for parameter in proposal.parameters { output.note(Self.line(parameter)) }
        if let place { try PlotCommand.write(Data(proposal.file.utf8), to: place, replacing: force) }
        var submitted: SubmitReply?
        if submit {
            let key = "refine-\(proposal.sweep)-\(SweepFileText.mark(of: proposal.file))"
            submitted = try await client.submit(SubmitRequest(file: proposal.file, key: key))
        }
        try output.show(Reply(refinement: proposal, submitted: submitted)) { _ in text(proposal, submitted) }
        return .done
    }

    private func text(_ proposal: RefinementReply, _ submitted: SubmitReply?) -> String {
        if let submitted { return SubmitCommand.text(submitted) }
        guard let file = output, file != "-" else { return proposal.file }
        return "\(file): \(Text.oneLine(proposal.name)), \(Text.count(proposal.trials, "trial"))"
    }

    /// `hidden_size: 320, 640, 1280 (extend). It ends there.`
    static func line(_ parameter: RefinementReply.Parameter) -> String {
        Text.oneLine("\(parameter.parameter): \(parameter.range) (\(parameter.action.rawValue)). \(parameter.reason)")
    }
}
