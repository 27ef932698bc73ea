import ArgumentParser
import SweepAPI
import SweepClient
import SweepModel

struct LogsCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Show what happened: starts, ends, promotions, and who asked for them.",
        discussion: """
              sweepctl logs
              sweepctl logs --sweep 1 --lines 200
              sweepctl logs --follow
            """)

    @OptionGroup var globals: GlobalOptions

    @Option(name: .long, help: "Only events of this sweep.", transform: Identifier.sweep)
    var sweep: Int64?

    @Option(name: .long, help: "Only events after this sequence number.")
    var after: Int64 = 0

    @Option(name: .long, help: "How many of the last events.")
    var lines = 50

    @Flag(name: .long, help: "Go on with new events until interrupted.")
    var follow = false

    /// Events a request.
    static let page = 1000

    func validate() throws {
        if lines < 0 || after < 0 { throw ValidationError("--lines and --after are 0 or more") }
        if follow, globals.json { throw ValidationError("--follow has no end, so it does not go with --json") }
    }

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        var last: [EventReply] = []
        var seen = after
        while true {
            let page = try await client.events(after: seen, sweep: sweep, limit: Self.page).events
            guard let newest = page.last?.seq, newest > seen else { break }
            seen = newest
            last = Array((last + page).suffix(lines))
        }
        let reply = EventsReply(events: last)
        try output.show(reply) { _ in last.map { Self.line($0) + "\n" }.joined() }
        if follow { try await go(on: client, output.console, after: seen) }
        return .done
    }

    private func go(on client: SweepClient, _ console: Console, after seen: Int64) async throws {
        let sweep = sweep
        do {
            try await Interruption.during {
                try await client.watch(sweep: sweep, after: seen, isReachable: true) { update in
                    switch update {
                    case .event(let event): try console.output.writeLine(Self.line(event))
                    case .sweep, .stillLost: break
                    case .lost(let error): console.note("sweepctl: \(error.loss)")
                    case .regained: console.note("sweepctl: the connection to sweepd is back")
                    }
                    return true
                }
            }
        } catch is Interruption.Interrupted {
            throw CommandExit(.interrupted)
        }
    }

    static func line(_ event: EventReply) -> String {
        var text = "\(Format.localTime(event.at)) \(event.kind.rawValue)"
        if let sweep = event.sweep { text += " sweep \(sweep)" }
        if let trial = event.trial { text += " trial \(trial)" }
        if let uid = event.uid { text += " uid \(uid)" }
        return event.detail.isEmpty ? text : text + ": " + Text.oneLine(event.detail)
    }
}
