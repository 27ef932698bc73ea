import ArgumentParser
import SweepAPI
import SweepAnalysis
import SweepClient
import SweepModel

struct BestCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "best",
        abstract: "Show the best configuration so far.",
        discussion: """
            With its interval of 95 %, and the configurations that cannot be told apart from it. With replicates the \
            mean over seeds decides, and the trial is the best of them. Without a number: of the latest sweep. Exits with \
            3 while no trial has completed.

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
                .notFound, "no trial of sweep \(reply.sweep) has completed; the sweep is \(reply.state.rawValue)")
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
        facts += certainty(best, reply.top.count, page)
        facts += best.parameters.entries.map { (Text.oneLine($0.name), Text.oneLine(Parameters.text($0.value))) }
        let text = Facts.render(facts)
        return reply.top.count > 1 ? text + "\n" + table(reply.top, page).render(page) : text
    }

    /// Most runners-up that are named where those that are tied are more.
    private static let mostNamed = 8

    /// The mean with its interval, what keeps the winner from being whole, and who cannot be told apart from it.
    private static func certainty(_ best: BestTrial, _ listed: Int, _ page: Page) -> [(String, String)] {
        var facts: [(String, String)] = []
        if let text = mean(best, page) { facts.append(("mean", text)) }
        if let note = best.note { facts.append(("but", Text.oneLine(note))) }
        guard let tied = best.tied, best.basis != nil else { return facts }
        guard !tied.isEmpty else {
            return facts + [("tied", "none: every other configuration can be told apart from it")]
        }
        let names = tied.prefix(mostNamed).map { one in
            "\(one.trial) (\(Format.fixed(one.mean, 4)))"
        }.joined(separator: ", ")
        let more = tied.count > mostNamed ? " and \(tied.count - mostNamed) more" : ""
        return facts + [
            ("tied", "\(Text.count(tied.count, "configuration")) cannot be told apart from it: trial \(names)\(more)")
        ]
    }

    /// `0.5312 ± 0.0021 (95 %: 0.5254–0.5370) over 5 replicates`; nil without a spread.
    static func mean(_ best: BestTrial, _ page: Page) -> String? {
        guard let mean = best.mean else { return nil }
        let count = best.replicates ?? 1
        let planned = best.replicatesPlanned ?? 1
        guard let basis = best.basis, let error = best.standardError else {
            return planned > 1 ? "\(Format.loss(mean)) of one replicate" : nil
        }
        var text = "\(Format.loss(mean)) \(page.unicode ? "±" : "+/-") \(Format.loss(error))"
        if let interval = best.interval95, interval.count == 2 {
            text += " (95 %: \(Format.loss(interval[0]))\(page.dash)\(Format.loss(interval[1])))"
        }
        switch basis {
        case .seeds: return text + " over \(Text.count(count, "replicate"))" + (count < planned ? " of \(planned)" : "")
        case .images: return text + ", one seed, by the number of validation images"
        }
    }

    /// `trial 17 (index 16): val 0.5400, train 0.6120, val loss 1.3702`; a dash for what is not finite.
    static func figures(_ best: BestTrial) -> String {
        "trial \(best.trial) (index \(best.index)): val \(Format.accuracy(best.valAccuracy)), "
            + "train \(best.trainAccuracy.map { Format.accuracy($0) } ?? "-"), "
            + "val loss \(best.valLoss.map { Format.loss($0) } ?? "-")"
    }

    private static func seeds(_ best: BestTrial) -> Table.Cell {
        let (count, planned) = (best.replicates ?? 1, best.replicatesPlanned ?? 1)
        return count < planned ? Table.Cell("\(count) of \(planned)", .warning) : Table.Cell("\(count)")
    }

    private static func table(_ top: [BestTrial], _ page: Page) -> Table {
        let varying = Parameters.split(top.map(\.parameters)).varying
        let hasReplicates = top.contains { ($0.replicatesPlanned ?? 1) > 1 }
        let means: [Table.Column] =
            hasReplicates
            ? [
                .init("MEAN", .right, importance: 99), .init(page.unicode ? "±" : "+/-", .right, importance: 97),
                .init("SEEDS", .right, importance: 70),
            ] : []
        var table = Table(
            [.init("RANK", .right, importance: 60), .init("TRIAL", .right, importance: 99)]
                + varying.map { .init(Text.oneLine($0), .right, importance: 80) } + means
                + [
                    .init("VAL", .right, importance: 98), .init("TRAIN", .right, importance: 50),
                    .init("VAL LOSS", .right, importance: 40),
                ])
        for (rank, trial) in top.enumerated() {
            table.add(
                [Table.Cell("\(rank + 1)"), Table.Cell("\(trial.trial)")]
                    + varying.map { Table.Cell(Parameters.value($0, trial.parameters) ?? "") }
                    + (hasReplicates
                        ? [
                            Table.Cell(Format.loss(trial.mean)), Table.Cell(Format.loss(trial.standardError)),
                            seeds(trial),
                        ] : [])
                    + [
                        Table.Cell(Format.accuracy(trial.valAccuracy)),
                        Table.Cell(Format.accuracy(trial.trainAccuracy)),
                        Table.Cell(Format.loss(trial.valLoss)),
                    ])
        }
        return table
    }
}
