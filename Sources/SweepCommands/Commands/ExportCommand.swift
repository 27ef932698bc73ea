import ArgumentParser
import FoundationEssentials
import SweepAPI
import SweepClient

struct ExportCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write all trials of a sweep as CSV or JSON.",
        discussion: """
            Numbers have full precision. --reproducible leaves out what differs from run to run (numbers of trials, \
            attempts, times), so that the files of two runs of the same sweep are equal.

              sweepctl export 1 --format csv > trials.csv
              sweepctl export 1 --output trials.json
              diff <(sweepctl export 1 --format csv --reproducible) <(sweepctl export 2 --format csv --reproducible)
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case csv, json }

    struct Reply: Codable, Equatable {
        var file: String
        var bytes: Int
        var trials: Int
    }

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "The sweep.", transform: Identifier.sweep)
    var sweep: Int64

    @Option(name: .long, help: "csv or json; otherwise as the file's extension says, or json with --json.")
    var format: Format?

    @Option(
        name: [.short, .long],
        help: "Write to this file, whole or not at all, in place of standard output; - is standard output.",
        completion: .file())
    var output: String?

    @Flag(name: .long, help: "Leave out what differs from run to run.")
    var reproducible = false

    /// Nil where nothing says it.
    private var chosen: Format? {
        if let format { return format }
        let name = output?.lowercased() ?? ""
        if name.hasSuffix(".csv") { return .csv }
        return name.hasSuffix(".json") || globals.json ? .json : nil
    }

    private var file: String? { output == "-" ? nil : output }

    func validate() throws {
        if chosen == nil { throw ValidationError("--format is missing: csv or json") }
        if chosen == .csv, globals.json, file == nil {
            throw ValidationError("--json prints JSON; give --output FILE for the CSV")
        }
    }

    func run(_ client: SweepClient, _ out: Output) async throws -> ExitStatus {
        let trials = try await client.allTrials(sweep)
        let content =
            switch chosen ?? .json {
            case .csv: Array(ExportText.csv(trials.trials, reproducible: reproducible).utf8)
            case .json: try ExportText.json(trials, reproducible: reproducible)
            }
        guard let output = file else {
            try out.console.output.write(content)
            return .done
        }
        do {
            var file = try AtomicFile(output, mode: 0o644)
            try file.write(content)
            try file.commit(replacing: true)
        } catch let error as Descriptor.Failure {
            throw CommandExit(.failed, "cannot write \(output): \(error)")
        }
        let reply = Reply(file: output, bytes: content.count, trials: trials.trials.count)
        try out.show(reply) { _ in "\(output): \(Text.count(reply.trials, "trial"))" }
        return .done
    }
}
