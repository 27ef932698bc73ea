import ArgumentParser
import FoundationEssentials
import SweepAPI
import SweepClient

struct ReportCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a sweep's report: one file to hand to a colleague.",
        discussion: """
            What was searched, what won and how sure that is, the plots, the diagnosis, the test result, all trials, \
            and how to run it again. Without a number: of the latest sweep. The file is sweep-N-report.html unless -o \
            names another one; -o - is standard output.

              sweepctl report 1
              sweepctl report 1 -o grid.html --force
              sweepctl report 1 --format md -o - | less
            """)

    struct Reply: Codable, Equatable {
        var sweep: Int64
        var format: String
        var file: String
        var bytes: Int
    }

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "The sweep; the latest one when left out.", transform: Identifier.sweep)
    var sweep: Int64?

    @Option(
        name: [.short, .long], help: "Write to this file, whole or not at all; - is standard output.",
        completion: .file())
    var output: String?

    @Option(
        name: .long, help: "html or md; otherwise as the file's extension says, else html.",
        completion: Choice<ReportFormat>.completion, transform: Choice.read)
    var format: ReportFormat?

    @Flag(name: .long, help: "Replace the file if it is there.")
    var force = false

    func validate() throws {
        if output == "-", globals.json {
            throw ValidationError("--json says where the file is; give another -o than -")
        }
        if let output, output != "-", format == nil, Self.format(of: output) == nil,
            output.split(separator: "/").last?.contains(".") == true
        {
            throw ValidationError("a report is .html or .md; name such a file, or give --format")
        }
    }

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        let sweep = try await client.latest(or: sweep)
        let format = format ?? Self.format(of: self.output) ?? .html
        if self.output == "-" {
            try output.console.output.write(Array(try await client.report(sweep, format)))
            return .done
        }
        let file = self.output ?? "sweep-\(sweep)-report.\(format.rawValue)"
        if !force, FileAccess.exists(file) { throw CommandExit.exists(file) }
        let content = try await client.report(sweep, format)
        try PlotCommand.write(content, to: file, replacing: force)
        let reply = Reply(sweep: sweep, format: format.rawValue, file: file, bytes: content.count)
        try output.show(reply) { _ in "\(file): \(Format.bytes(reply.bytes))" }
        return .done
    }

    static func format(of file: String?) -> ReportFormat? {
        guard let file = file?.lowercased() else { return nil }
        if file.hasSuffix(".md") || file.hasSuffix(".markdown") { return .md }
        return file.hasSuffix(".html") || file.hasSuffix(".htm") ? .html : nil
    }
}
