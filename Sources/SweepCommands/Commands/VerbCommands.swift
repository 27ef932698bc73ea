import ArgumentParser
import SweepAPI
import SweepClient

/// Which sweep, and why.
struct VerbOptions: ParsableArguments {
    @Argument(help: "The sweep.", transform: Identifier.sweep)
    var sweep: Int64

    @Option(name: .long, help: "Kept with the sweep, at most 200 characters.")
    var reason: String?

    func validate() throws {
        if let reason, reason.count > 200 {
            throw ValidationError("--reason has \(reason.count) characters; 200 are possible")
        }
    }
}

/// One of the four verbs that change a sweep's course.
protocol VerbCommand: ClientCommand {
    static var verb: SweepVerb { get }
    var target: VerbOptions { get }
}

extension VerbCommand {
    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        let reply = try await client.change(target.sweep, Self.verb, reason: target.reason)
        try output.show(reply) { _ in ProgressView.line(reply) }
        return .done
    }
}
