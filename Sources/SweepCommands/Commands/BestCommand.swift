import ArgumentParser
import SweepAPI
import SweepClient
import SweepModel

struct BestCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "best",
        abstract: "Show the best configuration so far.",
        discussion: """
            Without a number: of the latest sweep. Exits with 3 while no trial has completed.

              sweepctl best
              sweepctl best 1 --top 10
              sweepctl best 1 --json | jq .best.parameters
            """)

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "The sweep; the latest one when left out.", transform: Identifier.sweep)
    var sweep: Int64?

    @Option(name: .long, help: "How many to list, the best first.")
    var top = 5

    func validate() throws {
        if top < 1 { throw ValidationError("--top is at least 1") }
    }

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        let reply = try await client.best(client.latest(or: sweep), top: top)
        if reply.best == nil, output.format == .table {
            throw CommandExit(
                .notFound, "no trial of sweep \(reply.sweep) has completed yet (it is \(reply.state.rawValue))")
        }
        try output.show(reply) { page in BestText.render(reply, page) }
        return reply.best == nil ? .notFound : .done
    }
}

enum BestText {
    static func render(_ reply: BestReply, _ page: Page) -> String {
        guard let best = reply.best else { return "" }
        var facts = [
            ("sweep", "\(reply.sweep) \(Text.oneLine(reply.name)), \(reply.state.rawValue)"), ("best", figures(best)),
        ]
        facts += best.parameters.entries.map { (Text.oneLine($0.name), Text.oneLine(Parameters.text($0.value))) }
        let text = Facts.render(facts)
        return reply.top.count > 1 ? text + "\n" + table(reply.top).render(page) : text
    }

    /// `trial 17 (index 16): val 0.5400, train 0.6120, val loss 1.3702`.
    static func figures(_ best: BestTrial) -> String {
        "trial \(best.trial) (index \(best.index)): val \(Format.accuracy(best.valAccuracy)), "
            + "train \(Format.accuracy(best.trainAccuracy)), val loss \(Format.loss(best.valLoss))"
    }

    private static func table(_ top: [BestTrial]) -> Table {
        let varying = Parameters.split(top.map(\.parameters)).varying
        var table = Table(
            [.init("RANK", .right, importance: 60), .init("TRIAL", .right, importance: 99)]
                + varying.map { .init(Text.oneLine($0), .right, importance: 80) }
                + [
                    .init("VAL", .right, importance: 98), .init("TRAIN", .right, importance: 50),
                    .init("VAL LOSS", .right, importance: 40),
                ])
        for (rank, trial) in top.enumerated() {
            table.add(
                [Table.Cell("\(rank + 1)"), Table.Cell("\(trial.trial)")]
                    + varying.map { Table.Cell(Parameters.value($0, trial.parameters) ?? "") }
                    + [
                        Table.Cell(Format.accuracy(trial.valAccuracy)),
                        Table.Cell(Format.accuracy(trial.trainAccuracy)),
                        Table.Cell(Format.loss(trial.valLoss)),
                    ])
        }
        return table
    }
}
