import FoundationEssentials
import SweepAPI
import SweepAnalysis
import SweepClientTestKit
import SweepModel
import Testing

@testable import SweepCommands

struct RefineTests {
    @Test func theFileGoesToStandardOutputAndTheReasonsBesideIt() async throws {
        let (run, requests) = try await Sweepctl.run(["refine", "1", "--trials", "27"]) { _ in
            try .json(Samples.refinement)
        }
        #expect(requests.map(\.path) == ["/v1/sweeps/1/refinement?trials=27"])
        #expect((run.status, run.output) == (0, Samples.refinement.file))
        #expect(
            run.error == """
                learning_rate: 0.0003, 0.001, 0.003 (refine). The best trial has 0.001 (0.534): closer round it.
                hidden_size: 320, 640, 1280 (extend). It ends there.

                """)
    }

    @Test func jsonHasTheProposalAndWhetherItWasSubmitted() async throws {
        let (run, _) = try await Sweepctl.run(["refine", "1", "--json"]) { _ in try .json(Samples.refinement) }
        #expect(try WireCoder.decode(RefinementReply.self, from: Data(run.output.utf8)) == Samples.refinement)
        #expect(run.output.contains("\"submitted\" : null"))
    }

    @Test func submittingTwiceSendsTheSameKey() async throws {
        var bodies: [SubmitRequest] = []
        for _ in 0..<2 {
            let (run, requests) = try await Sweepctl.run(["refine", "1", "--submit"]) { request in
                request.path == "/v1/sweeps" ? try .json(SubmitTests.reply, status: 201) : try .json(Samples.refinement)
            }
            #expect((run.status, run.output) == (0, "sweep 1 queued: 144 trials\n"))
            bodies.append(try WireCoder.decode(SubmitRequest.self, from: Data(requests[1].body.utf8)))
        }
        #expect(bodies[0].file == Samples.refinement.file && bodies[0].key?.hasPrefix("refine-1-") == true)
        #expect(bodies[0] == bodies[1])
    }

    @Test func aFileIsWrittenButNeverOverSomethingElse() async throws {
        try await TemporaryFolder.with { folder in
            let file = folder + "/next.json"
            let (run, _) = try await Sweepctl.run(["refine", "1", "--output", file]) { _ in
                try .json(Samples.refinement)
            }
            #expect((run.status, run.output) == (0, "\(file): cifar10-grid-refined, 27 trials\n"))
            #expect(try String(contentsOf: URL(fileURLWithPath: file), encoding: .utf8) == Samples.refinement.file)
            let (again, requests) = try await Sweepctl.run(["refine", "1", "--output", file]) { _ in
                try .json(Samples.refinement)
            }
            #expect(again.status == 4 && requests.isEmpty)
        }
    }

    @Test func nothingToRefineIsAConflict() async throws {
        let (run, _) = try await Sweepctl.run(["refine", "1"]) { _ in
            try .problem(Problem(.conflict, "no trial has completed: there is no best region to refine"))
        }
        #expect((run.status, run.output) == (4, ""))
    }
}

struct ConfirmTests {
    /// Two candidates; the second one leads with fresh seeds.
    private static func candidate(_ trial: Int64, _ rate: Double, _ mean: Double, _ replicates: Int = 1) -> BestTrial {
        var best = BestTrial(
            trial: trial, index: Int(trial) - 1, parameters: Samples.parameters(rate), valAccuracy: mean,
            trainAccuracy: 0.6, valLoss: 1.4)
        (best.configuration, best.mean, best.replicates, best.replicatesPlanned) = (0, mean, replicates, replicates)
        return best
    }

    private static let asked = ConfirmReply(
        sweep: 9, of: 1, name: "n-confirmed", state: .queued, trials: 10, replayed: false,
        candidates: [candidate(87, 0.001, 0.534), candidate(88, 0.003, 0.53)])

    private static func fresh() -> BestReply {
        var best = candidate(148, 0.003, 0.526, 5)
        (best.standardError, best.interval95, best.basis) = (0.002, [0.5204, 0.5316], .seeds)
        let second = candidate(143, 0.001, 0.521, 5)
        best.tied = [
            TiedTrial(
                trial: 143, index: 2, configuration: 0, parameters: second.parameters, mean: 0.521,
                standardError: 0.003, replicates: 5)
        ]
        return BestReply(sweep: 9, name: "n-confirmed", state: .completed, best: best, top: [best, second])
    }

    private static let promotion = PromotionReply(
        Promotion(
            id: 1, sweep: 9, trial: 148, modelDigest: "m", datasetDigest: "d", valAccuracy: 0.531, correct: 524,
            testExamples: 1000, caller: Caller(uid: 1, pid: 1), at: Samples.time), testLooks: 1, measuredNow: true)

    private static func answer(_ request: FakeDaemon.Request, _ ended: SweepReply) throws -> FakeDaemon.Reply {
        switch request.path {
        case "/v1/sweeps/1/confirm": try .json(asked, status: 201)
        case "/v1/sweeps/9": try .json(ended)
        case "/v1/sweeps/9/best?top=2": try .json(fresh())
        default: try .json(promotion, status: 201)
        }
    }

    @Test func theWinnerByFreshSeedsIsPromotedAndItsFallIsTold() async throws {
        let (run, requests) = try await Sweepctl.run(["promote", "1", "--confirm", "2", "--seeds", "5"]) {
            try Self.answer($0, Samples.completed(9))
        }
        #expect(run.status == 0, "\(run.error)")
        #expect(
            requests.map(\.path) == [
                "/v1/sweeps/1/confirm", "/v1/sweeps/9", "/v1/sweeps/9/best?top=2", "/v1/promotions",
            ])
        #expect(
            try WireCoder.decode(ConfirmRequest.self, from: Data(requests[0].body.utf8))
                == ConfirmRequest(configurations: 2, seeds: 5))
        #expect(
            try WireCoder.decode(PromoteRequest.self, from: Data(requests[3].body.utf8)) == PromoteRequest(sweep: 9))
        #expect(
            run.output.hasPrefix(
                """
                WAS  TRIAL  learning_rate  CHOSEN AT     NOW       ±  SEEDS
                  1     87          0.001     0.5340  0.5210              5
                  2     88          0.003     0.5300  0.5260  0.0020      5  winner

                the winner had 0.5300 when it was chosen and has 0.5260 with 5 fresh seeds: 0.0040 worse, as the best of \
                many is; 1 other cannot be told apart from it

                trial 148 of sweep 9: 52.4 %
                """), "\(run.output)")
        #expect(run.error.hasPrefix("sweep 9 runs the first 2 configurations of sweep 1 again: 10 trials\n"))
    }

    @Test func jsonKeepsThePromotionsKeysAndAddsTheConfirmation() async throws {
        let (run, _) = try await Sweepctl.run(["promote", "1", "--confirm", "2", "--json"]) {
            try Self.answer($0, Samples.completed(9))
        }
        struct Reply: Decodable { var confirmation: ConfirmedPromotion.Confirmation }
        let data = Data(run.output.utf8)
        #expect(try WireCoder.decode(PromotionReply.self, from: data) == Self.promotion)
        let confirmation = try WireCoder.decode(Reply.self, from: data).confirmation
        #expect(confirmation.winner == 1 && confirmation.tied == 1 && confirmation.sweep == 9)
        #expect(abs(confirmation.winnerFell - 0.004) < 1e-9)
    }

    @Test func aCancelledConfirmationPromotesNothing() async throws {
        let (run, requests) = try await Sweepctl.run(["promote", "1", "--confirm", "2"]) {
            try Self.answer($0, Samples.sweep(9, .cancelled, counts: [.cancelled: 10]))
        }
        #expect((run.status, run.output) == (1, ""))
        #expect(!requests.map(\.path).contains("/v1/promotions"))
        #expect(run.error.contains("nothing was promoted"))
    }
}
