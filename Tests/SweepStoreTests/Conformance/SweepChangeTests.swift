import SweepModel
import Testing

@Suite("Changing sweeps, in every store")
struct SweepChangeTests {
    @Test("States set their times once", arguments: StoreKind.allCases)
    func statesSetTheirTimes(kind: StoreKind) async throws {
        try await kind.withStore { store in
            _ = try await store.submit(newSweep(trials: 1))
            func change(_ expected: SweepState, _ change: SweepChange, at seconds: Int) async throws -> Sweep {
                _ = try await store.change(sweep: 1, expected: [expected], change, events: [], at: .at(seconds))
                return try #require(try await store.sweep(1))
            }
            var sweep = try await change(.queued, SweepChange(state: .running), at: 2)
            #expect(sweep.startedAt == .at(2))
            sweep = try await change(.running, SweepChange(state: .paused, activeSeconds: 1.5), at: 3)
            sweep = try await change(.paused, SweepChange(state: .running), at: 4)
            #expect(sweep.startedAt == .at(2))
            #expect(sweep.activeSeconds == 1.5)
            sweep = try await change(
                .running, SweepChange(closing: .finish, reason: "target", datasetDigest: "d"), at: 5)
            #expect(sweep.closing == .finish)
            #expect(sweep.endedAt == nil)
            sweep = try await change(.running, SweepChange(state: .completed), at: 6)
            #expect(sweep.state == .completed)
            #expect(sweep.endedAt == .at(6))
            #expect(sweep.closing == nil)
            #expect(sweep.reason == "target")
            #expect(sweep.datasetDigest == "d")
            #expect(sweep.activeSeconds == 1.5)
        }
    }

    @Test("A sweep in another state, or none, is refused, and no event is stored", arguments: StoreKind.allCases)
    func unexpectedStateIsRefused(kind: StoreKind) async throws {
        try await kind.withStore { store in
            _ = try await store.submit(newSweep(trials: 1))
            let sequence = try await store.lastEventSequence()
            func code(_ sweep: Int64) async throws -> StoreError.Code? {
                try await storeErrorCode {
                    _ = try await store.change(
                        sweep: sweep, expected: [.running, .paused], SweepChange(state: .completed),
                        events: [EventContent(.sweepEnded, sweep: 1)], at: .at(2))
                }
            }
            #expect(try await code(1) == .conflict)
            #expect(try await code(2) == .notFound)
            #expect(try await store.sweep(1)?.state == .queued)
            #expect(try await store.lastEventSequence() == sequence)
        }
    }

    @Test("That a sweep has ended stays known", arguments: StoreKind.allCases)
    func hasEnded(kind: StoreKind) async throws {
        try await kind.withStore { store in
            for _ in 1...2 { _ = try await store.submit(newSweep(trials: 1)) }
            _ = try await store.change(
                sweep: 1, expected: [.queued], SweepChange(state: .completed),
                events: [EventContent(.sweepEnded, sweep: 1)], at: .at(2))
            _ = try await store.change(
                sweep: 2, expected: [.queued], SweepChange(state: .running),
                events: [EventContent(.sweepStarted, sweep: 2)], at: .at(2))
            #expect(try await store.hasEnded(sweep: 1))
            #expect(try await !store.hasEnded(sweep: 2))
        }
    }

    @Test("Cancelling the queued trials drops their checkpoints and leaves the others", arguments: StoreKind.allCases)
    func cancelQueued(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 3))
            _ = try await store.submit(newSweep(trials: 1))
            try await store.update(trials[0], .start, .checkpointed(checkpoint(40), seconds: 10), .requeued)
            try await store.update(trials[1], .start)
            let report = try await store.change(
                sweep: 1, expected: [.queued], SweepChange(state: .running, closing: .cancel, cancelQueued: "no"),
                events: [EventContent(.sweepCancelling, sweep: 1, caller: .alice)], at: .at(8))
            #expect(report.events.map(\.content.kind) == [.sweepCancelling])
            let after = try await store.trials(TrialQuery(sweep: 1))
            #expect(after.map(\.state) == [.cancelled, .running, .cancelled])
            #expect(after[0].reason == "no")
            #expect(after[0].endedAt == .at(8))
            #expect(after[0].checkpoint == nil)
            #expect(try await store.referencedFiles().isEmpty)
            #expect(try await store.trials(TrialQuery(sweep: 2)).map(\.state) == [.queued])
        }
    }

    @Test("Retrying starts failed trials over and wakes an ended sweep", arguments: StoreKind.allCases)
    func retryStartsOver(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 3))
            for trial in trials { try await store.update(trial, .start, .epoch(point(1, iteration: 10))) }
            try await store.update(trials[0], .fail("out of luck"))
            try await store.update(trials[1], .complete(0.5))
            try await store.update(
                trials[2], .ended(.diverged, reason: nil, iteration: 9, metrics: nil, model: nil, seconds: 1))
            _ = try await store.change(
                sweep: 1, expected: [.queued], SweepChange(state: .failed, reason: "failures"), events: [], at: .at(7))
            let event = EventContent(.trialsRetried, sweep: 1, caller: .alice)
            let result = try await store.retry(
                sweep: 1, states: [.failed, .diverged, .completed], event: event, at: .at(8))
            #expect(result.count == 1)
            #expect(result.report.events.map(\.content) == [event])
            let trial = try #require(try await store.trial(1))
            var expected = trials[0]
            (expected.attempt, expected.iterations) = (2, 100)
            #expect(trial == expected)
            #expect(try await store.epochs(trial: 1).isEmpty)
            #expect(try await store.epochs(trial: 2).count == 1)
            #expect(try await store.trials(TrialQuery(sweep: 1)).map(\.state) == [.queued, .completed, .diverged])
            let sweep = try #require(try await store.sweep(1))
            #expect(sweep.state == .running)
            #expect(sweep.endedAt == nil)
            #expect(sweep.reason == nil)
        }
    }

    @Test("Retrying where nothing has failed changes nothing", arguments: StoreKind.allCases)
    func retryOfNothing(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 1))
            try await store.update(trials[0], .start, .complete(0.5))
            _ = try await store.change(
                sweep: 1, expected: [.queued], SweepChange(state: .completed), events: [], at: .at(7))
            let result = try await store.retry(
                sweep: 1, states: [.failed, .cancelled], event: EventContent(.trialsRetried, sweep: 1), at: .at(8))
            #expect(result.count == 0)
            #expect(result.report.events.isEmpty)
            #expect(try await store.sweep(1)?.state == .completed)
        }
    }

    @Test("A sweep that is about to end cannot be retried", arguments: StoreKind.allCases)
    func retryOfAClosingSweep(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 1))
            try await store.update(trials[0], .start, .fail("no"))
            _ = try await store.change(
                sweep: 1, expected: [.queued], SweepChange(state: .running, closing: .stop), events: [], at: .at(7))
            let code = try await storeErrorCode {
                _ = try await store.retry(
                    sweep: 1, states: [.failed], event: EventContent(.trialsRetried, sweep: 1), at: .at(8))
            }
            #expect(code == .conflict)
        }
    }
}
