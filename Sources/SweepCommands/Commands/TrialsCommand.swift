import ArgumentParser
import SweepAPI
import SweepClient
import SweepModel

struct TrialsCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "trials",
        abstract: "List the trials of a sweep.",
        discussion: """
              sweepctl trials 1
              sweepctl trials 1 --sort val_accuracy --top 10
              sweepctl trials 1 --state failed --state diverged --json
            """)

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "The sweep.", transform: Identifier.sweep)
    var sweep: Int64

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only these: \(stateNames); may be repeated, or a list with commas.",
            valueName: "state"),
        completion: .list(TrialState.allCases.map(\.rawValue)), transform: Self.states)
    var state: [[TrialState]] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "index, a metric, best first: val_accuracy, val_loss; or rank: the best configuration's trials first.",
            valueName: "metric"),
        completion: .list(TrialSort.allCases.map(\.rawValue)), transform: Self.order)
    var sort: TrialSort?

    @Option(name: .long, help: "Only the first N; by rank unless --sort says otherwise.")
    var top: Int?

    private static var stateNames: String { TrialState.allCases.map(\.rawValue).joined(separator: ", ") }

    @Sendable static func states(_ text: String) throws -> [TrialState] {
        try text.split(separator: ",").map { name in
            guard let state = TrialState(rawValue: String(name)) else {
                throw ValidationError(
                    "a trial is never '\(name)'; states are \(stateNames)"
                )
            }
            return state
        }
    }

    @Sendable static func order(_ text: String) throws -> TrialSort {
        guard let order = TrialSort(rawValue: text) else {
            throw ValidationError("trials are sorted by \(TrialSort.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return order
    }

    func validate() throws {
        if let top, top < 1 { throw ValidationError("--top is at least 1") }
    }

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        let states = state.flatMap { $0 }
        // Only completed trials have a rank.
        let isRanked = top != nil && (states.isEmpty || states.contains(.completed))
        let order = sort ?? (isRanked ? .rank : .index)
        let reply = try await client.allTrials(sweep, states: states, sort: order, top: top)
        try output.show(reply) { page in TrialsText.render(reply, page) }
        return .done
    }
}

enum TrialsText {
    static func render(_ reply: TrialsReply, _ page: Page) -> String {
        if reply.trials.isEmpty { return "no trials\n" }
        let (varying, constant) = Parameters.split(reply.trials.map(\.parameters))
        // Of a single trial every parameter is constant; then it is a list of one, with all of them above.
        var text = ""
        if let first = reply.trials.first, !constant.isEmpty {
            let line = "all with " + Parameters.text(first.parameters, only: Set(constant))
            text += (page.width.map { Text.fit(line, $0, mark: page.ellipsis) } ?? line) + "\n\n"
        }
        var table = Table(
            [
                .init("TRIAL", .right, importance: 99), .init("INDEX", .right, importance: 20),
                .init("STATE", importance: 97),
            ] + varying.map { .init(Text.oneLine($0), .right, importance: 80) }
                + [
                    .init("VAL", .right, importance: 98), .init("TRAIN", .right, importance: 60),
                    .init("LOSS", .right, importance: 50), .init("ITER", .right, importance: 40),
                    .init("REASON", importance: 70),
                ])
        for trial in reply.trials {
            table.add(
                [
                    Table.Cell("\(trial.trial)"), Table.Cell("\(trial.index)"),
                    Table.Cell(trial.state.rawValue, trial.state.tone),
                ] + varying.map { Table.Cell(Parameters.value($0, trial.parameters) ?? "") }
                    + [
                        Table.Cell(Format.accuracy(trial.valAccuracy)),
                        Table.Cell(Format.accuracy(trial.trainAccuracy)),
                        Table.Cell(Format.loss(trial.trainLoss)), Table.Cell("\(trial.iteration)"),
                        Table.Cell(trial.reason ?? trial.waitsFor.map(words) ?? ""),
                    ])
        }
        return text + table.render(page)
    }

    private static func words(_ waitsFor: String) -> String {
        waitsFor == "choice" ? "not chosen yet" : "waits at \(waitsFor)"
    }
}
