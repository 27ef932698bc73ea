import ArgumentParser
import SweepAPI
import SweepClient
import SweepModel

struct ShowCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one trial: parameters, state and reason, learning curve.",
        discussion: """
              sweepctl show 17
              sweepctl show 17 --json | jq '.epochs[-1]'
            """)

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "The trial.", transform: Identifier.trial)
    var trial: Int64

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        let reply = try await client.trial(trial)
        var promotions: [PromotionReply] = []
        if reply.state == .completed, output.format == .table {
            promotions = await client.knownPromotions(sweep: reply.sweep)
        }
        try output.show(reply) { page in ShowText.render(reply, page, promotions: promotions) }
        return .done
    }
}

enum ShowText {
    /// - Parameter promotions: of its sweep; those that it has part in are shown.
    static func render(_ trial: TrialReply, _ page: Page, promotions: [PromotionReply] = []) -> String {
        var facts: [(String, String)] = [
            ("trial", "\(trial.trial) (index \(trial.index) of sweep \(trial.sweep))"),
            ("state", trial.state.rawValue),
        ]
        if let reason = trial.reason, !reason.isEmpty { facts.append(("reason", Text.oneLine(reason))) }
        if trial.waitsFor == "choice" {
            facts.append(("parameters", "not chosen yet; they follow from the trials before"))
        } else if let waits = trial.waitsFor {
            facts.append(("waits at", Text.oneLine(waits)))
        }
        facts += trial.parameters.entries.map { (Text.oneLine($0.name), Text.oneLine(Parameters.text($0.value))) }
        facts.append(("trial seed", "\(trial.seed)"))
        facts.append(("attempt", "\(trial.attempt)"))
        facts.append(("iteration", "\(trial.iteration)" + (trial.iterations.map { " of \($0)" } ?? "")))
        if let value = trial.valAccuracy { facts.append(("val accuracy", Format.accuracy(value))) }
        if let value = trial.trainAccuracy { facts.append(("train accuracy", Format.accuracy(value))) }
        if let value = trial.valLoss { facts.append(("val loss", Format.loss(value))) }
        if let value = trial.trainLoss { facts.append(("train loss", Format.loss(value))) }
        if let dead = trial.deadUnits {
            let all = Parameters.value("hidden_size", trial.parameters).map { " of \(Text.oneLine($0))" } ?? ""
            facts.append(("dead units", "\(dead)\(all)"))
        }
        if let ratio = trial.epochs?.last(where: { $0.updateRatio != nil })?.updateRatio {
            facts.append(("update ratio", Format.scientific(ratio)))
        }
        facts.append(("trained for", Format.duration(trial.seconds)))
        if let set = trial.instructionSet { facts.append(("kernels", set)) }
        if let model = trial.model {
            let state = trial.modelState.map { ", \($0.rawValue)" } ?? ""
            facts.append(("model", "sha256:\(model)\(state)"))
        }
        for promotion in promotions
        where promotion.trial == trial.trial || promotion.members?.contains(where: { $0.trial == trial.trial }) == true
        {
            facts.append(("test set", PromoteCommand.fact(promotion, page)))
        }
        if let started = trial.startedAt { facts.append(("started", Format.localTime(started))) }
        if let ended = trial.endedAt { facts.append(("ended", Format.localTime(ended))) }
        let epochs = trial.epochs ?? []
        let text = Facts.render(facts)
        return epochs.isEmpty ? text : text + "\n" + curves(epochs, page) + "\n" + table(epochs).render(page)
    }

    private static func curves(_ epochs: [EpochReply], _ page: Page) -> String {
        let room = max(8, min(80, (page.width ?? 80) - 32))
        let curves: [(String, [Double?], (Double?) -> String)] = [
            ("val", epochs.map(\.valAccuracy), Format.accuracy),
            ("loss", epochs.map(\.trainLoss), Format.loss),
        ]
        return curves.compactMap { name, values, format in
            let line = Sparkline.draw(Sparkline.thin(values, to: room), unicode: page.unicode)
            guard !line.isEmpty else { return nil }
            let first = format(values.first { $0 != nil } ?? nil)
            let last = format(values.last { $0 != nil } ?? nil)
            return "\(name == "val" ? "val " : name)  \(line)  \(first) to \(last)\n"
        }.joined()
    }

    private static func table(_ epochs: [EpochReply]) -> Table {
        var table = Table([
            .init("EPOCH", .right, importance: 99), .init("ITER", .right, importance: 70),
            .init("LOSS", .right, importance: 90), .init("TRAIN", .right, importance: 80),
            .init("VAL", .right, importance: 98), .init("VAL LOSS", .right, importance: 60),
            .init("RATE", .right, importance: 40), .init("SECONDS", .right, importance: 30),
        ])
        for epoch in epochs {
            table.add([
                Table.Cell("\(epoch.epoch)"), Table.Cell("\(epoch.iteration)"),
                Table.Cell(Format.loss(epoch.trainLoss)),
                Table.Cell(Format.accuracy(epoch.trainAccuracy)), Table.Cell(Format.accuracy(epoch.valAccuracy)),
                Table.Cell(Format.loss(epoch.valLoss)), Table.Cell(Format.scientific(epoch.learningRate)),
                Table.Cell(Format.fixed(epoch.seconds, 1)),
            ])
        }
        return table
    }
}
