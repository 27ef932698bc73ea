import Foundation
import Testing

/// Replicates, refinement and confirmation with the real programs.
@Suite struct HonestTests {
    struct Best: Decodable {
        struct Trial: Decodable {
            struct Tied: Decodable { var configuration: Int }
            var trial: Int
            var index: Int
            var val_accuracy: Double
            var configuration: Int?
            var mean: Double?
            var standard_error: Double?
            var interval_95: [Double]?
            var basis: String?
            var replicates: Int?
            var tied: [Tied]?
        }
        var best: Trial
        var top: [Trial]
    }

    struct Trials: Decodable {
        struct Trial: Decodable {
            var index: Int
            var state: String
            var val_accuracy: Double?
        }
        var trials: [Trial]
    }

    struct Confirmed: Decodable {
        struct Confirmation: Decodable {
            struct Candidate: Decodable {
                var chosen_mean: Double
                var mean: Double?
                var replicates: Int
            }
            var sweep: Int
            var of: Int
            var candidates: [Candidate]
            var winner: Int
            var winner_fell: Double
        }
        var promotion: Int
        var sweep: Int
        var trial: Int
        var measured_now: Bool
        var confirmation: Confirmation
    }

    @Test func configurationsRankByTheMeanOfTheirReplicates() async throws {
        try await Box.withDaemon { box in
            let file = try box.file("sweep.json", Sample.sweep(iterations: 40))
            #expect(try await box.ctl("submit", file, "--set", "replicates=3", "--wait").status == 0)
            let trials = try await box.ctl("trials", "1", "--json").json(Trials.self).trials
            #expect(trials.count == 36)
            // The mean of each configuration that has one, from the trials alone.
            var means: [Int: Double] = [:]
            for (number, members) in Dictionary(grouping: trials, by: { $0.index / 3 }) {
                guard members.allSatisfy({ $0.state == "completed" }) else { continue }
                means[number] = members.compactMap(\.val_accuracy).reduce(0, +) / 3
            }
            let expected = try #require(means.min { ($1.value, $0.key) < ($0.value, $1.key) })
            let reply = try await box.ctl("best", "1", "--top", "20", "--json").json(Best.self)
            #expect(reply.best.configuration == expected.key && reply.best.index / 3 == expected.key)
            #expect(abs((reply.best.mean ?? 0) - expected.value) < 1e-12)
            #expect(reply.best.replicates == 3 && reply.best.basis == "seeds")
            let interval = try #require(reply.best.interval_95)
            #expect(interval[0] <= expected.value && expected.value <= interval[1])
            #expect(reply.top.compactMap(\.mean) == reply.top.compactMap(\.mean).sorted(by: >))
            #expect(reply.best.tied != nil && reply.top[0].tied == nil)

            let top = try await box.ctl("trials", "1", "--top", "3", "--json").json(Trials.self).trials
            #expect(top.map { $0.index / 3 } == [expected.key, expected.key, expected.key])
            #expect(top[0].index == reply.best.index)
            let promoted = try await box.ctl("promote", "1", "--json").json(MainJobTests.Promotion.self)
            #expect(promoted.trial == reply.best.trial)
            let status = try await box.ctl("status", "1")
            #expect(status.output.contains("over 3 replicates"), "\(status.output)")
        }
    }

    @Test func theFirstPlacesAreConfirmedOnceWhoeverAsksAgain() async throws {
        try await Box.withDaemon { box in
            let file = try box.file("sweep.json", Sample.sweep(iterations: 40))
            #expect(try await box.ctl("submit", file, "--wait").status == 0)
            let first = try await box.ctl("promote", "1", "--confirm", "2", "--seeds", "3", "--json")
            #expect(first.status == 0, "\(first.errors)")
            let reply = try first.json(Confirmed.self)
            #expect(reply.measured_now && reply.sweep == 2)
            #expect(reply.confirmation.sweep == 2 && reply.confirmation.of == 1)
            #expect(reply.confirmation.candidates.map(\.replicates) == [3, 3])
            let winner = reply.confirmation.candidates[reply.confirmation.winner]
            #expect(abs(winner.chosen_mean - (winner.mean ?? 0) - reply.confirmation.winner_fell) < 1e-12)
            #expect(winner.mean == reply.confirmation.candidates.compactMap(\.mean).max())

            let again = try await box.ctl("promote", "1", "--confirm", "2", "--seeds", "3", "--json")
                .json(Confirmed.self)
            #expect(again.promotion == reply.promotion && !again.measured_now && again.sweep == 2)
            #expect(try await box.ctl("audit", "2").status == 0)
        }
    }

    @Test func anInterruptedConfirmationGoesOnAndIsPickedUp() async throws {
        try await Box.withDaemon { box in
            let file = try box.file("sweep.json", Sample.sweep(iterations: 2000))
            #expect(try await box.ctl("submit", file, "--wait").status == 0)
            // It keeps the workers from the sweep of the confirmation.
            let first = try box.file("first.json", Sample.sweep(iterations: 1_000_000))
            #expect(try await box.ctl("submit", first, "--priority", "10").status == 0)
            let arguments = ["promote", "1", "--confirm", "2", "--seeds", "4"]
            let running = try Tool.start(
                "sweepctl", arguments, environment: ["SWEEPD_SOCKET": box.socket], scratch: box.folder)
            try await box.until("the sweep of the confirmation is there") {
                try await box.ctl("status", "3").status == 0
            }
            // Not before it follows: a signal during its start would end it as any program.
            try await box.until("it follows that sweep") { try running.errorsSoFar().contains(" %") }
            running.signal(SIGINT)
            let interrupted = try await running.result()
            #expect(interrupted.status == 130, "\(interrupted.errors)")
            #expect(interrupted.errors.contains("the same command again picks it up"), "\(interrupted.errors)")
            #expect(try await box.ctl("cancel", "2").status == 0)
            let again = try await box.ctl("promote", "1", "--confirm", "2", "--seeds", "4", "--json")
            #expect(again.status == 0, "\(again.errors)")
            #expect(try again.json(Confirmed.self).sweep == 3)
            #expect(try await box.ctl("status", "4").status == 3)
        }
    }

    @Test func anUnfinishedSweepIsNotConfirmed() async throws {
        try await Box.withDaemon { box in
            let file = try box.file("sweep.json", Sample.sweep(iterations: 1_000_000))
            #expect(try await box.ctl("submit", file).status == 0)
            let refused = try await box.ctl("promote", "1", "--confirm", "2")
            #expect(refused.status == 4)
            #expect(refused.errors.contains("wait for it"), "\(refused.errors)")
            #expect(try await box.ctl("cancel", "1").status == 0)
        }
    }

    @Test func theNextSweepIsProposedAndSubmittedOnce() async throws {
        struct Submitted: Decodable {
            struct Sweep: Decodable {
                var sweep: Int
                var trials: Int
                var replayed: Bool
            }
            var name: String
            var trials: Int
            var file: String
            var submitted: Sweep?
        }
        try await Box.withDaemon { box in
            let file = try box.file("sweep.json", Sample.sweep(iterations: 300))
            #expect(try await box.ctl("submit", file, "--wait").status == 0)
            let proposal = try await box.ctl("refine", "1", "--trials", "6", "--json").json(Submitted.self)
            #expect(proposal.name == "small-refined" && proposal.trials <= 6 && proposal.submitted == nil)
            let next = try box.file("next.json", Data(proposal.file.utf8))
            #expect(try await box.ctl("plan", next).status == 0)
            for replayed in [false, true] {
                let reply = try await box.ctl("refine", "1", "--trials", "6", "--submit", "--json").json(Submitted.self)
                #expect(reply.submitted?.sweep == 2 && reply.submitted?.replayed == replayed)
                #expect(reply.submitted?.trials == proposal.trials)
            }
            #expect(try await box.ctl("wait", "2").status == 0)
        }
    }
}
