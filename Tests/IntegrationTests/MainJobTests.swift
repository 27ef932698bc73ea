import Foundation
import Testing

/// The main job with the real programs: submit, wait, best, promote.
@Suite struct MainJobTests {
    struct Status: Decodable {
        struct Sweep: Decodable {
            struct Best: Decodable {
                var trial: Int
                var val_accuracy: Double
            }
            var sweep: Int
            var state: String
            var trials: Int
            var counts: [String: Int]
            var best: Best?
        }
        var sweeps: [Sweep]
    }

    struct Promotion: Decodable {
        var promotion: Int
        var trial: Int
        var test_accuracy: Double
        var test_examples: Int
        var interval_95: [Double]
        var measured_now: Bool
        var members: [Member]?

        struct Member: Decodable { var trial: Int }
    }

    @Test func aSweepRunsToItsEndAndItsBestIsPromotedOnce() async throws {
        try await Box.withDaemon { box in
            let file = try box.file("sweep.json", Sample.sweep(iterations: 1500))
            let submitted = try await box.ctl("submit", file, "--wait")
            #expect(submitted.status == 0, "\(submitted.errors)")

            let status = try await box.ctl("status", "--json").json(Status.self)
            let sweep = try #require(status.sweeps.first)
            #expect(sweep.state == "completed")
            #expect(sweep.trials == 12)
            #expect(sweep.counts == ["completed": 9, "diverged": 3])
            let best = try #require(sweep.best)
            #expect(best.val_accuracy > 0.9)

            let first = try await box.ctl("promote", "1", "--json").json(Promotion.self)
            #expect(first.measured_now)
            #expect(first.test_examples == 200)
            #expect(first.test_accuracy > 0.8)
            #expect(first.interval_95[0] < first.test_accuracy && first.test_accuracy < first.interval_95[1])
            let second = try await box.ctl("promote", "1", "--json").json(Promotion.self)
            #expect(!second.measured_now)
            #expect(second.promotion == first.promotion)
            #expect(second.test_accuracy == first.test_accuracy && first.members == nil)
            let together = try await box.ctl("promote", "1", "--ensemble", "3", "--json").json(Promotion.self)
            #expect(together.measured_now && together.promotion != first.promotion && together.test_accuracy > 0.8)
            #expect(together.members?.count == 3 && together.members?.first?.trial == first.trial)
            #expect(try await box.ctl("status", "1").output.contains("3 trials together: "))
            #expect(try await box.ctl("show", String(first.trial)).output.contains("3 trials together: "))
            #expect(try await box.ctl("promote", "1", "--ensemble", "12").status == 4)

            #expect(try await box.ctl("audit", "1").status == 0)
            #expect(try await box.ctl("check").status == 0)
            let verified = try await box.ctl("verify", String(first.trial))
            #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
        }
    }

    @Test func aKeySubmitsOnlyOnce() async throws {
        try await Box.withDaemon { box in
            let file = try box.file("sweep.json", Sample.sweep(iterations: 5))
            for _ in 0..<8 {
                let submitted = try await box.ctl(
                    "submit", file, "--key", "k", "--quiet", "--name", "n", "--set", "reg=0.1", "--priority", "3")
                #expect(submitted.output == "1\n", "\(submitted.errors)")
            }
            let other = try box.file("other.json", Sample.sweep(iterations: 6))
            #expect(try await box.ctl("submit", other, "--key", "k").status == 4)
        }
    }

    @Test func aTrialWithoutADaemonHasTheBitsOfTheDaemonsTrial() async throws {
        struct Line: Decodable {
            var model: String?
            var final: Bool?
            var val_loss: Double?
        }
        struct Trials: Decodable { var trials: [Line] }
        let text = """
            {"name": "one", "method": "grid", "dataset": {"name": "synthetic"}, "parameters": {
            "learning_rate": {"value": 1e-3}, "hidden_size": {"value": 20}, "iterations": {"value": 100}}}
            """
        try await Box.withDaemon { box in
            let file = try box.file("one.json", Data(text.utf8))
            let alone = try await Tool.start(
                "sweepd", ["trial", file, "--data-dir", box.data], scratch: box.folder
            ).result()
            #expect(alone.status == 0, "\(alone.errors)")
            let last = try #require(alone.output.split(separator: "\n").last)
            let final = try JSONDecoder().decode(Line.self, from: Data(last.utf8))
            #expect(final.final == true)
            #expect(try await box.ctl("submit", file, "--wait").status == 0)
            let trial = try #require(try await box.ctl("trials", "1", "--json").json(Trials.self).trials.first)
            #expect(trial.model != nil)
            #expect(trial.model == final.model)
            #expect(trial.val_loss == final.val_loss)
        }
    }

    @Test func aDataSetThatIsNotThereIsRefusedWithTheCommandThatFetchesIt() async throws {
        try await Box.withDaemon { box in
            let file = try box.file("sweep.json", Sample.sweep())
            let refused = try await box.ctl("submit", file, "--set", #"dataset={"name": "cifar10"}"#)
            #expect(refused.status == 2)
            #expect(refused.errors.contains("sweepctl dataset fetch cifar10"), "\(refused.errors)")
            #expect(refused.errors.contains("synthetic"), "\(refused.errors)")
        }
    }
}
