import SweepAPI
import SweepClient
import SweepModel

/// `promote --confirm`: the first configurations run again with fresh seeds, then the winner by mean is promoted.
struct ConfirmedPromotion: Encodable, Equatable {
    var promotion: PromotionReply
    var confirmation: Confirmation

    struct Confirmation: Codable, Equatable {
        /// The sweep with the fresh seeds.
        var sweep: Int64
        /// The one whose configurations these are.
        var of: Int64
        /// By rank in the old sweep.
        var candidates: [Candidate]
        /// Index into `candidates`.
        var winner: Int
        /// Configurations that cannot be told apart from the winner.
        var tied: Int
        /// How much worse than when it was chosen the winner is; negative when it is better.
        var winnerFell: Double

        enum CodingKeys: String, CodingKey {
            case sweep, of, candidates, winner, tied
            case winnerFell = "winner_fell"
        }
    }

    struct Candidate: Codable, Equatable {
        /// That stood for it in the old sweep.
        var trial: Int64
        var parameters: ParameterAssignment
        /// The metric's mean there.
        var chosenMean: Double
        /// With fresh seeds; nil when none completed.
        @OrNull var mean: Double?
        @OrNull var standardError: Double?
        @OrNull var interval95: [Double]?
        var replicates: Int
        @OrNull var note: String?

        enum CodingKeys: String, CodingKey {
            case trial, parameters, mean, replicates, note
            case chosenMean = "chosen_mean"
            case standardError = "standard_error"
            case interval95 = "interval_95"
        }
    }

    private enum Key: String, CodingKey { case confirmation }

    /// The promotion's own keys, and `confirmation`.
    func encode(to encoder: any Encoder) throws {
        try promotion.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(confirmation, forKey: .confirmation)
    }
}

extension ConfirmedPromotion.Confirmation {
    /// Nil when nothing completed with fresh seeds.
    ///
    /// - Parameter maximizes: whether a larger value of the metric is better.
    init?(_ asked: ConfirmReply, _ fresh: BestReply, maximizes: Bool) {
        guard let best = fresh.best else { return nil }
        let candidates = asked.candidates.map { old in
            let again = fresh.top.first { Self.isSame($0.parameters, old.parameters) }
            return ConfirmedPromotion.Candidate(
                trial: old.trial, parameters: old.parameters, chosenMean: old.mean ?? old.valAccuracy,
                mean: again?.mean, standardError: again?.standardError, interval95: again?.interval95,
                replicates: again?.replicates ?? 0, note: again?.note)
        }
        guard let winner = asked.candidates.firstIndex(where: { Self.isSame($0.parameters, best.parameters) }),
            let mean = best.mean
        else { return nil }
        let difference = candidates[winner].chosenMean - mean
        self.init(
            sweep: asked.sweep, of: asked.of, candidates: candidates, winner: winner, tied: best.tied?.count ?? 0,
            winnerFell: maximizes ? difference : -difference)
    }

    /// A seed of its own is no part of a configuration.
    private static func isSame(_ a: ParameterAssignment, _ b: ParameterAssignment) -> Bool {
        var (a, b) = (a, b)
        (a["seed"], b["seed"]) = (nil, nil)
        return a == b
    }
}

enum ConfirmationText {
    static func render(_ confirmation: ConfirmedPromotion.Confirmation, _ page: Page) -> String {
        let varying = Parameters.split(confirmation.candidates.map(\.parameters)).varying.filter { $0 != "seed" }
        var table = Table(
            [.init("WAS", .right, importance: 60), .init("TRIAL", .right, importance: 90)]
                + varying.map { .init(Text.oneLine($0), .right, importance: 80) }
                + [
                    .init("CHOSEN AT", .right, importance: 98), .init("NOW", .right, importance: 99),
                    .init(page.unicode ? "±" : "+/-", .right, importance: 97), .init("SEEDS", .right, importance: 50),
                    .init("", importance: 95),
                ])
        for (rank, candidate) in confirmation.candidates.enumerated() {
            table.add(
                [Table.Cell("\(rank + 1)"), Table.Cell("\(candidate.trial)")]
                    + varying.map { Table.Cell(Parameters.value($0, candidate.parameters) ?? "") }
                    + [
                        Table.Cell(Format.loss(candidate.chosenMean)), Table.Cell(Format.loss(candidate.mean)),
                        Table.Cell(Format.loss(candidate.standardError)), Table.Cell("\(candidate.replicates)"),
                        rank == confirmation.winner ? Table.Cell("winner", .good) : Table.Cell(candidate.note ?? ""),
                    ])
        }
        return table.render(page) + "\n" + sentence(confirmation) + "\n"
    }

    /// What the winner's curse came to.
    static func sentence(_ confirmation: ConfirmedPromotion.Confirmation) -> String {
        let winner = confirmation.candidates[confirmation.winner]
        let fell = confirmation.winnerFell
        var text = "the winner had \(Format.loss(winner.chosenMean)) when it was chosen and has "
        text += "\(Format.loss(winner.mean)) with \(Text.count(winner.replicates, "fresh seed")): "
        text += fell > 0 ? "\(Format.loss(fell)) worse, as the best of many is" : "no worse"
        if confirmation.tied > 0 {
            text += "; \(Text.count(confirmation.tied, "other")) cannot be told apart from it"
        }
        return text
    }
}
