import Foundation
import SweepModel
import SweepModelTestKit
import Synchronization
import Testing

@testable import SweepEngine

/// Sweeps that decide by what their trials reach: the same decisions and the same bits, whatever happens on the way.
@Suite struct SearchTests {
    struct Kind: Sendable, CustomTestStringConvertible {
        var method: String
        var terminate: String
        var more = ""
        /// Parameters beside the others.
        var beside = ""

        var testDescription: String { "\(method), \(terminate)\(more)\(beside)" }

        /// Eighteen trials of nine epochs of ten iterations each, unless the method says otherwise.
        var file: String {
            let space = """
                "learning_rate": {"distribution": "log_uniform_values", "min": 1e-5, "max": 30},
                "hidden_size": {"min": 4, "max": 9}, "batch_size": {"value": 20}, "epochs": {"value": 9}
                """
            let grid = """
                "learning_rate": {"values": [1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 0.1, 1, 30]},
                "hidden_size": {"values": [4, 8]}, "batch_size": {"value": 20}, "epochs": {"value": 9}
                """
            return """
                {"name": "t", "method": "\(method)", "seed": 7, \(method == "grid" ? "" : #""run_cap": 18,"#)
                 "early_terminate": \(terminate)\(more.isEmpty ? "" : ", " + more),
                 "dataset": {"name": "synthetic", "train": 200, "validation": 50, "test": 50, "inputs": 12, "classes": 3},
                 "parameters": {\(method == "grid" ? grid : space)\(beside)}}
                """
        }
    }

    private static let halving = #"{"type": "successive_halving", "min_epochs": 1, "eta": 3}"#
    static let kinds = [
        Kind(method: "tpe", terminate: "false"), Kind(method: "sobol", terminate: "false"),
        Kind(method: "grid", terminate: halving), Kind(method: "random", terminate: halving),
        Kind(method: "tpe", terminate: halving), Kind(method: "random", terminate: halving, more: #""replicates": 2"#),
        Kind(method: "random", terminate: #"{"type": "asha", "min_epochs": 1, "eta": 3}"#),
        Kind(method: "tpe", terminate: #"{"type": "asha", "min_epochs": 1, "eta": 3}"#),
        Kind(method: "sobol", terminate: #"{"type": "hyperband", "max_epochs": 9, "eta": 3}"#),
        Kind(method: "tpe", terminate: #"{"type": "hyperband", "max_epochs": 9, "eta": 3}"#),
        Kind(method: "random", terminate: #"{"type": "median", "startup_trials": 4, "warmup": 2}"#),
        Kind(method: "tpe", terminate: #"{"type": "median", "startup_trials": 4}"#),
        Kind(method: "tpe", terminate: halving, more: #""metric": {"name": "val_loss"}, "order": "depth""#),
        Kind(
            method: "tpe", terminate: "false",
            beside: #", "optimizer": {"values": ["nesterov", "adam"]}, "#
                + #""momentum": {"min": 0.5, "max": 0.95, "when": {"optimizer": "nesterov"}}"#),
        Kind(method: "bayes", terminate: "false"),
        Kind(method: "bayes", terminate: #"{"type": "asha", "min_epochs": 1, "eta": 3}"#),
    ]

    private static func bits(
        of kind: Kind, workers: Int, slice: Double = 0, kills: [Int] = [], checkpoints: Double = .infinity
    ) async throws -> [String] {
        var bits: [String] = []
        try await Box.with { box in
            var daemon = try await box.start(workers: workers, slice: slice, checkpoints: checkpoints)
            let sweep = try await daemon.submit(kind.file)
            for writes in kills {
                // The process dies at the n-th transaction after its start, wherever that is.
                await daemon.dies(after: writes)
                daemon = try await box.start(workers: workers, slice: slice, checkpoints: checkpoints)
            }
            let trials = try await daemon.ends(sweep)
            #expect(trials.allSatisfy { !$0.isUndecided })
            #expect(
                trials.allSatisfy { [.completed, .pruned, .diverged].contains($0.state) }, "\(trials.map(\.state))")
            #expect(try await daemon.engine.audit(sweep).findings == [])
            bits = try await box.bits(of: sweep)
            for trial in trials { bits[trial.index] += " \(trial.parameters.jsonObjectText) \(trial.reason ?? "")" }
            try await daemon.stop()
            #expect(try await box.memory.referencedFiles() == Set(box.folder.files()))
        }
        return bits
    }

    @Test(arguments: kinds)
    func workersAndKillsChangeNothing(kind: Kind) async throws {
        let expected = try await Self.bits(of: kind, workers: 1, slice: 1)
        #expect(try await Self.bits(of: kind, workers: 2) == expected)
        #expect(try await Self.bits(of: kind, workers: 3, checkpoints: 0) == expected)
        for (workers, checkpoints) in [(1, Double.infinity), (2, .infinity), (2, 0)] {
            #expect(
                try await Self.bits(of: kind, workers: workers, kills: [2, 5, 1, 9, 14, 3], checkpoints: checkpoints)
                    == expected)
        }
    }

    @Test func losersArePrunedAndKeepTheirCheckpoints() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Kind(method: "grid", terminate: Self.halving).file)
            let trials = try await daemon.ends(sweep)
            let pruned = trials.filter { $0.state == .pruned }
            #expect(pruned.count > trials.count / 2)
            for trial in pruned {
                #expect(trial.checkpoint?.iteration == trial.iteration)
                #expect(trial.reason?.isEmpty == false && trial.model == nil)
                #expect([11, 31].contains(trial.iteration))
                #expect(try await daemon.engine.verify(trial.id).differences == [])
            }
            // A network that diverges does so before it is judged.
            #expect(trials.contains { $0.state == .diverged })
            let best = try #require(try await box.memory.summary(sweep)?.best)
            #expect(best.state == .completed)
            let ranking = try await box.memory.trials(TrialQuery(sweep: sweep, order: .ranking(.valAccuracy)))
            #expect(ranking.allSatisfy { $0.state == .completed })
            // Each rung's losers in one transaction: no event of theirs lies between two of other trials' ends.
            try await daemon.stop()
        }
    }

    @Test func aPrunedTrialGoesOnToItsEndWithTheBitsOfOneThatWasNeverPruned() async throws {
        var whole: [String] = []
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Kind(method: "grid", terminate: "false").file)
            try await daemon.ends(sweep)
            whole = try await box.bits(of: sweep)
            try await daemon.stop()
        }
        try await Box.with { box in
            var daemon = try await box.start()
            let sweep = try await daemon.submit(Kind(method: "grid", terminate: Self.halving).file)
            let before = try await daemon.ends(sweep)
            let victims = before.filter { $0.state == .pruned }.prefix(3).map(\.id)
            #expect(victims.count == 3)
            _ = try await daemon.engine.resumeTrial(victims[0], caller: Daemon.user)
            try await daemon.ends(sweep)
            // The other one through a restart.
            try await daemon.engine.resumeTrial(victims[1], caller: Daemon.user)
            await daemon.dies(after: 1)
            daemon = try await box.start()
            try await daemon.ends(sweep)
            // And one whose checkpoint is gone: it begins anew.
            let would = try await daemon.engine.prune(sweep: sweep, keep: nil, dryRun: true, caller: Daemon.user)
            let gone = try await daemon.engine.prune(sweep: sweep, keep: nil, dryRun: false, caller: Daemon.user)
            #expect(gone == would && gone.checkpoints > 0 && gone.checkpointBytes > 0)
            #expect(try box.folder.names(in: StateFolder.checkpoints).isEmpty)
            try await daemon.engine.resumeTrial(victims[2], caller: Daemon.user)
            let after = try await daemon.ends(sweep)
            for (old, new) in zip(before, after) {
                if victims.contains(new.id) {
                    #expect(new.state == .completed && new.attempt > 1 && new.resumedIteration == old.iteration)
                    #expect(try await box.bits(of: sweep)[new.index] == whole[new.index])
                } else {
                    var old = old
                    old.checkpoint = nil
                    #expect(new == old)
                }
            }
            #expect(try await daemon.engine.audit(sweep).findings == [])
            let error = try await #require(throws: EngineError.self) {
                try await daemon.engine.resumeTrial(victims[0], caller: Daemon.user)
            }
            #expect(error.code == .conflict)
            try await daemon.stop()
            #expect(try await box.memory.referencedFiles() == Set(box.folder.files()))
        }
    }

    @Test func aPausedSweepKeepsItsDecisions() async throws {
        let kind = Kind(method: "tpe", terminate: Self.halving)
        let expected = try await Self.bits(of: kind, workers: 2)
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submitHeld(kind.file)
            for ended in [2, 9, 14] {
                try await daemon.wait(for: sweep, "nothing ends") { _, trials in
                    trials.count { $0.state.isEnded } >= ended
                }
                try await daemon.engine.pause(sweep, reason: nil, caller: Daemon.user)
                try await daemon.engine.resume(sweep, caller: Daemon.user)
            }
            await daemon.letGo(sweep)
            let trials = try await daemon.ends(sweep)
            var bits = try await box.bits(of: sweep)
            for trial in trials { bits[trial.index] += " \(trial.parameters.jsonObjectText) \(trial.reason ?? "")" }
            #expect(bits == expected)
            try await daemon.stop()
        }
    }

    @Test func whatAStopLeavesUnchosenIsChosenByARetry() async throws {
        let kind = Kind(method: "tpe", terminate: "false", more: #""max_parallel": 2"#)
        let expected = try await Self.bits(of: Kind(method: "tpe", terminate: "false"), workers: 2)
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(kind.file, whenBegun: 2) { sweep in
                try await daemon.engine.stop(sweep, reason: nil, caller: Daemon.user)
            }
            let stopped = try await daemon.ends(sweep)
            #expect(stopped.contains { $0.state == .cancelled && $0.isUndecided })
            _ = try await daemon.engine.retry(sweep, states: [.cancelled], caller: Daemon.user)
            let trials = try await daemon.ends(sweep)
            var bits = try await box.bits(of: sweep)
            for trial in trials { bits[trial.index] += " \(trial.parameters.jsonObjectText) \(trial.reason ?? "")" }
            #expect(bits == expected)
            try await daemon.stop()
        }
    }

    @Test func aRetriedTrialLeavesLaterChoicesAsTheyAre() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Kind(method: "tpe", terminate: "false").file)
            let before = try await daemon.ends(sweep)
            // As if it had failed.
            await box.memory.markFailed(before[3].id)
            #expect(try await daemon.engine.retry(sweep, states: [.failed], caller: Daemon.user) == 1)
            let after = try await daemon.ends(sweep)
            #expect(after.map(\.parameters) == before.map(\.parameters))
            #expect(after[3].state == before[3].state && after[3].attempt == 2)
            #expect(try await daemon.engine.audit(sweep).findings == [])
            try await daemon.stop()
        }
    }

    @Test func aSweepEndsWhenNoTrialGetsBetter() async throws {
        try await Box.with { box in
            let daemon = try await box.start(workers: 1)
            let sweep = try await daemon.submit(
                Files.row(30, iterations: 1, #""no_progress": 4, "order": "depth""#))
            let trials = try await daemon.ends(sweep)
            let row = try #require(try await box.memory.sweep(sweep))
            #expect(row.state == .completed)
            #expect(row.reason?.contains("no progress: 4 trials") == true)
            #expect(trials.contains { $0.state == .cancelled })
            try await daemon.stop()
        }
    }

    @Test func aSweepEndsWhenItsEpochsAreUsed() async throws {
        try await Box.with { box in
            let daemon = try await box.start(workers: 1)
            // Ten iterations an epoch, twenty epochs a trial.
            let sweep = try await daemon.submit(
                Files.row(9, iterations: 200, #""epoch_budget": 70, "order": "depth""#))
            let trials = try await daemon.ends(sweep)
            let row = try #require(try await box.memory.sweep(sweep))
            #expect(row.state == .completed && row.reason?.contains("the epoch budget of 70.0") == true)
            #expect(trials.prefix(3).allSatisfy { $0.state == .completed })
            #expect(trials.dropFirst(3).allSatisfy { $0.state == .cancelled })
            try await daemon.stop()
        }
    }

    /// What ended the sweep would otherwise end it again at once.
    @Test(arguments: [
        #""no_progress": 2"#, #""epoch_budget": 6"#, #""time_budget_s": 0.001"#,
        #""metric": {"name": "val_accuracy", "goal": "maximize", "target": 0.01}"#,
    ]) func trialsThatAreAskedForAfterTheEndAreTrained(limit: String) async throws {
        try await Box.with { box in
            let daemon = try await box.start(workers: 1)
            let sweep = try await daemon.submit(Files.row(6, iterations: 40, limit + #", "order": "depth""#))
            let cancelled = try await daemon.ends(sweep).count { $0.state == .cancelled }
            #expect(cancelled > 0)
            #expect(try await daemon.engine.retry(sweep, states: [.cancelled], caller: Daemon.user) == cancelled)
            #expect(try await daemon.ends(sweep).allSatisfy { $0.state == .completed })
            #expect(try await box.memory.sweep(sweep)?.state == .completed)
            #expect(try await daemon.engine.audit(sweep).findings == [])
            try await daemon.stop()
        }
    }

    @Test func asynchronousDecisionsNeedNoGroup() async throws {
        let kind = Kind(
            method: "random", terminate: #"{"type": "asha", "min_epochs": 1, "eta": 3, "asynchronous": true}"#)
        try await Box.with { box in
            var daemon = try await box.start()
            let sweep = try await daemon.submit(kind.file)
            await daemon.dies(after: 6)
            daemon = try await box.start()
            let trials = try await daemon.ends(sweep)
            #expect(trials.contains { $0.state == .pruned } && trials.contains { $0.state == .completed })
            #expect(try await daemon.engine.audit(sweep).findings == [])
            try await daemon.stop()
            #expect(try await box.memory.referencedFiles() == Set(box.folder.files()))
        }
    }

    @Test func whatATrialWaitsForIsKnown() async throws {
        try await Box.with { box in
            let daemon = try await box.start(workers: 1)
            let seen = Mutex<Set<String>>([])
            let (engine, memory) = (daemon.engine, box.memory)
            daemon.store.after { call in
                guard case .apply(let writes) = call, let sweep = try? await memory.latestSweepID() else { return }
                let waits = await engine.waits(of: sweep)
                for case .requeued in writes.map(\.update) {
                    for (id, wait) in waits {
                        let isUndecided = (try? await memory.trial(id))??.isUndecided
                        switch wait {
                        case .choice:
                            #expect(isUndecided == true)
                            seen.withLock { _ = $0.insert("choice") }
                        case .verdict(let rung, let epoch):
                            #expect(isUndecided == false)
                            seen.withLock { _ = $0.insert("rung \(rung), epoch \(epoch)") }
                        }
                    }
                }
            }
            let sweep = try await daemon.submit(
                Kind(
                    method: "tpe", terminate: #"{"type": "asha", "min_epochs": 1, "eta": 3}"#,
                    more: #""order": "depth""#
                ).file)
            try await daemon.ends(sweep)
            #expect(seen.withLock { $0 }.isSuperset(of: ["choice", "rung 0, epoch 1"]))
            #expect(await daemon.engine.waits(of: sweep).isEmpty)
            try await daemon.stop()
        }
    }
}
