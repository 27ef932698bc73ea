import FoundationEssentials
import SweepModel
import SweepModelTestKit
import Synchronization
import Testing

@testable import SweepEngine

/// How trials and sweeps end by themselves, and what may be done with ended ones.
@Suite struct EndingTests {
    @Test func aDivergedTrialIsRecordedAndVerifies() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let file = Files.file(
                #""learning_rate": {"values": [1e-3, 1000]}, "reg": {"value": 1000}, "batch_size": {"value": 20}, "#
                    + #""hidden_size": {"value": 6}, "iterations": {"value": 400}"#)
            let sweep = try await daemon.submit(file)
            let trials = try await daemon.ends(sweep)
            #expect(trials.map(\.state) == [.completed, .diverged])
            #expect(trials[1].reason?.hasPrefix("loss not finite at iteration \(trials[1].iteration)") == true)
            #expect(trials[1].model == nil)
            #expect(try await box.memory.summary(sweep)?.best?.id == trials[0].id)
            for trial in trials { #expect(try await daemon.engine.verify(trial.id).differences == []) }
            #expect(try await daemon.engine.audit(sweep).findings == [])
            try await daemon.stop()
        }
    }

    @Test func theTargetEndsTheSweep() async throws {
        try await Box.with { box in
            let daemon = try await box.start(workers: 1)
            let goal = #""order": "depth", "metric": {"name": "val_accuracy", "goal": "maximize", "target": 0.01}"#
            let sweep = try await daemon.submit(Files.row(4, iterations: 40, goal))
            let trials = try await daemon.ends(sweep)
            #expect(trials.map(\.state) == [.completed, .cancelled, .cancelled, .cancelled])
            let row = try #require(try await box.memory.sweep(sweep))
            #expect(row.state == .completed)
            #expect(row.reason?.contains("reached the target") == true)
            try await daemon.stop()
        }
    }

    /// The trial's end and the sweep's are two transactions.
    @Test(arguments: 1...8) func aKillLosesNeitherTheTarget(after writes: Int) async throws {
        try await Box.with { box in
            let first = try await box.start(workers: 1)
            let goal = #""order": "depth", "metric": {"name": "val_accuracy", "goal": "maximize", "target": 0.01}"#
            let sweep = try await first.submit(Files.row(4, iterations: 40, goal))
            await first.dies(after: writes)
            let second = try await box.start(workers: 1)
            let trials = try await second.ends(sweep)
            #expect(trials.map(\.state) == [.completed, .cancelled, .cancelled, .cancelled])
            #expect(trials[0].metrics != nil && trials[0].model != nil)
            #expect(try await box.memory.sweep(sweep)?.reason?.hasPrefix("trial \(trials[0].id) reached") == true)
            #expect(try await second.engine.audit(sweep).findings == [])
            try await second.stop()
        }
    }

    @Test func theTimeBudgetEndsTheSweepWithItsReason() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Files.endless(3, #""time_budget_s": 0.05"#))
            let trials = try await daemon.ends(sweep)
            #expect(trials.allSatisfy { $0.state == .cancelled && $0.reason?.contains("time budget") == true })
            #expect(try await box.memory.sweep(sweep)?.state == .completed)
            try await daemon.stop()
        }
    }

    @Test func noMoreTrialsLiveThanTheSweepAllows() async throws {
        try await Box.with { box in
            let daemon = try await box.start(workers: 3)
            let most = Mutex(0)
            daemon.store.before { call in
                if case .apply = call {
                    let live = await daemon.engine.scheduler.liveTrials
                    most.withLock { $0 = max($0, live) }
                }
                return nil
            }
            let sweep = try await daemon.submit(Files.row(6, iterations: 300, #""max_parallel": 2"#))
            try await daemon.ends(sweep)
            #expect(most.withLock { $0 } == 2)
            try await daemon.stop()
        }
    }

    @Test func aFailedTrialIsTriedAgainAsOftenAsTheSweepSays() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Files.failing(1, of: 3, #""max_retries": 2"#))
            let trials = try await daemon.ends(sweep)
            #expect(trials.map(\.state) == [.failed, .completed, .completed])
            #expect(trials.map(\.attempt) == [3, 1, 1])
            #expect(try await daemon.engine.audit(sweep).findings == [])
            try await daemon.stop()
        }
    }

    @Test func failuresInARowFailTheSweep() async throws {
        try await Box.with { box in
            let daemon = try await box.start(workers: 1)
            let sweep = try await daemon.submit(
                Files.failing(3, of: 5, #""max_consecutive_failures": 2, "order": "depth""#))
            let trials = try await daemon.ends(sweep)
            #expect(trials.map(\.state) == [.failed, .failed, .cancelled, .cancelled, .cancelled])
            let row = try #require(try await box.memory.sweep(sweep))
            #expect(row.state == .failed)
            #expect(row.reason?.contains("2 trials in a row failed") == true)
            try await daemon.stop()
        }
    }

    @Test func retryRunsAnEndedSweepOn() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Files.failing(2, of: 4))
            try await daemon.ends(sweep)
            #expect(try await daemon.engine.retry(sweep, states: [.failed], caller: Daemon.user) == 2)
            let trials = try await daemon.wait(for: sweep, "it ends again") { row, trials in
                row.state.isEnded && trials[0].attempt == 2
            }
            #expect(trials.map(\.state) == [.failed, .failed, .completed, .completed])
            #expect(trials.map(\.attempt) == [2, 2, 1, 1])
            await expect(.invalidRequest) {
                _ = try await daemon.engine.retry(sweep, states: [.completed], caller: Daemon.user)
            }
            try await daemon.stop()
        }
    }

    @Test func retryOfCancelledTrialsGivesTheBitsOfAnUndisturbedSweep() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Files.grid(), whenBegun: 2) { sweep in
                try await daemon.engine.cancel(sweep, reason: nil, caller: Daemon.user)
            }
            try await daemon.ends(sweep)
            let count = try await daemon.engine.retry(sweep, states: [.cancelled], caller: Daemon.user)
            #expect(count > 0)
            try await daemon.ends(sweep)
            #expect(try await box.bits(of: sweep) == EngineBitsTests.expected.value)
            try await daemon.stop()
        }
    }

    @Test func aSweepDoesNotEndWhileItsTrialsAreTakenUpAgain() async throws {
        try await Box.with { box in
            let daemon = try await box.start(workers: 1)
            let sweep = try await daemon.submit(Files.failing(1, of: 2, iterations: 1000, #""order": "depth""#))
            try await daemon.wait(for: sweep, "the first trial fails") { _, trials in trials[0].state == .failed }
            // The last trial ends when the store has queued the failed one again, and the engine does not know it yet.
            daemon.store.before { call in
                guard case .trials(let query) = call, query.states == [.queued] else { return nil }
                while await daemon.engine.busyWorkers > 0 { await Task.yield() }
                return nil
            }
            #expect(try await daemon.engine.retry(sweep, states: [.failed], caller: Daemon.user) == 1)
            let trials = try await daemon.ends(sweep)
            #expect(trials.map(\.state) == [.failed, .completed])
            #expect(trials[0].attempt == 2)
            let events = try await box.memory.events(after: 0, sweep: sweep, limit: .max)
            #expect(events.count { $0.content.kind == .sweepEnded } == 1)
            try await daemon.stop()
        }
    }

    @Test func theSameKeyWithTheSameOverridesIsTheSameSweep() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let overrides = ["momentum", "reg", "seed"].map { SweepOverride(key: $0, value: "0") }
            let request = SweepEngine.Request(file: Files.row(1, iterations: 10), overrides: overrides, key: "k")
            let first = try await daemon.engine.submit(request, caller: Daemon.user)
            for _ in 0..<20 {
                let again = try await daemon.engine.submit(request, caller: Daemon.user)
                #expect(again.isReplay && again.sweep.id == first.sweep.id)
            }
            try await daemon.ends(first.sweep.id)
            try await daemon.stop()
        }
    }

    @Test func aModelIsMeasuredOnceHoweverManyAskAtTheSameTime() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Files.grid())
            try await daemon.ends(sweep)
            let engine = daemon.engine
            let calls = Mutex(0)
            daemon.store.before { call in
                if case .promote = call { calls.withLock { $0 += 1 } }
                return nil
            }
            let results = try await withThrowingTaskGroup(of: (Promotion, Bool).self) { group in
                for _ in 0..<5 {
                    group.addTask { try await engine.promote(sweep: sweep, trial: nil, caller: Daemon.user) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(results.count { $0.1 } == 1)
            #expect(Set(results.map(\.0.id)) == [1])
            #expect(calls.withLock { $0 } == 1)
            #expect(results[0].0.testExamples == 50)
            let confusion = try #require(results[0].0.confusion)
            #expect(confusion.counts.map(\.count) == [3, 3, 3])
            #expect(confusion.counts.joined().reduce(0, +) == 50)
            #expect((0..<3).map { confusion.counts[$0][$0] }.reduce(0, +) == results[0].0.correct)
            #expect(confusion.mistakes.count == 50 - results[0].0.correct)
            #expect(confusion.mistakes.allSatisfy { confusion.counts[$0.label][$0.prediction] > 0 })
            #expect(try await box.memory.promotions(sweep: sweep, limit: 10).count == 1)
            try await daemon.stop()
        }
    }

    @Test func aTrialVerifiesWhileItsSweepRuns() async throws {
        try await Box.with { box in
            let daemon = try await box.start(workers: 1)
            let sweep = try await daemon.submit(Files.row(3, iterations: 4000, #""order": "depth""#))
            let trials = try await daemon.wait(for: sweep, "one has ended") { _, trials in
                trials[0].state == .completed
            }
            #expect(try await daemon.engine.verify(trials[0].id).differences == [])
            await expect(.notFound) { _ = try await daemon.engine.verify(99) }
            try await daemon.ends(sweep)
            #expect(try await daemon.engine.audit(sweep).findings == [])
            try await daemon.stop()
        }
    }

    @Test func aVerificationEndsWithItsCaller() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Files.row(1, iterations: 2_000_000))
            // Ended by hand: training it again would take minutes.
            try await daemon.grows(sweep, to: 11)
            try await daemon.engine.cancel(sweep, reason: nil, caller: Daemon.user)
            let trial = try await daemon.ends(sweep)[0]
            let later = BreakableStore(box.memory)
            _ = try await later.memory.retry(
                sweep: sweep, states: [.cancelled], event: EventContent(.trialsRetried, sweep: sweep), at: .now)
            let writes: [TrialUpdate] = [
                .started(instructionSet: "x", iterations: 2_000_000, iteration: 0),
                .ended(.completed, reason: nil, iteration: 2_000_000, metrics: nil, model: nil, seconds: 1),
            ]
            _ = try await later.memory.apply(
                writes.map { TrialWrite(trial: trial.id, attempt: 2, update: $0) }, events: [], at: .now)
            let verification = Task { try await daemon.engine.verify(trial.id) }
            verification.cancel()
            await expect(.refused) { _ = try await verification.value }
            try await daemon.stop()
        }
    }
}
