import SweepModel
import Testing

@Suite("Applying trial updates, in every store")
struct ApplyingTests {
    @Test("A trial goes from start to its end with all that is recorded", arguments: StoreKind.allCases)
    func trialRunsToItsEnd(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 1))
            #expect(try await store.update(trials[0], .start))
            var expected = trials[0]
            (expected.state, expected.boot, expected.instructionSet) = (.running, "boot-1", "avx2")
            (expected.iterations, expected.startedAt) = (100, .at(5))
            #expect(try await store.trial(1) == expected)

            let points = [point(0, iteration: 1), point(1, iteration: 50, accuracy: 0.25)]
            #expect(try await store.update(trials[0], .epoch(points[0]), .epoch(points[1])))
            #expect(try await store.epochs(trial: 1) == points)
            (expected.iteration, expected.metrics, expected.seconds) = (50, points[1].metrics, 12.5)
            #expect(try await store.trial(1) == expected)

            #expect(try await store.update(trials[0], .checkpointed(checkpoint(60), seconds: 15)))
            (expected.iteration, expected.checkpoint, expected.seconds) = (60, checkpoint(60), 15)
            #expect(try await store.trial(1) == expected)
            #expect(try await store.referencedFiles() == ["checkpoints/60"])

            let end = TrialUpdate.ended(
                .completed, reason: nil, iteration: 100, metrics: metrics(accuracy: 0.75), model: model("a"),
                deadUnits: 3, seconds: 25)
            let report = try await store.apply(
                [TrialWrite(trial: 1, attempt: 1, update: end)],
                events: [EventContent(.trialEnded, sweep: 1, trial: 1, caller: .bob, detail: "completed")], at: .at(9))
            (expected.state, expected.boot, expected.checkpoint) = (.completed, nil, nil)
            (expected.model, expected.metrics, expected.seconds) = (model("a"), metrics(accuracy: 0.75), 25)
            (expected.iteration, expected.endedAt, expected.deadUnits) = (100, .at(9), 3)
            #expect(try await store.trial(1) == expected)
            #expect(try await store.referencedFiles() == ["models/a"])
            #expect(report.fenced.isEmpty)
            #expect(try await store.events(after: 0, sweep: 1, limit: 10).last == report.events.first)
            #expect(report.events.first?.content.caller == .bob)
        }
    }

    @Test("Writes of another attempt, or to a trial that does not run, change nothing", arguments: StoreKind.allCases)
    func othersAreFenced(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 3))
            try await store.update(trials[0], .start)
            let before = try await store.trials(TrialQuery(sweep: 1))
            let report = try await store.apply(
                [
                    TrialWrite(trial: 1, attempt: 2, update: .epoch(point(1, iteration: 10))),
                    TrialWrite(trial: 1, attempt: 2, update: .complete(0.5)),
                    TrialWrite(trial: 1, attempt: 1, update: .start),
                    TrialWrite(trial: 2, attempt: 1, update: .complete(0.5)),
                    TrialWrite(trial: 99, attempt: 1, update: .start),
                ], events: [], at: .at(6))
            #expect(report.fenced == [1, 2, 99])
            #expect(try await store.trials(TrialQuery(sweep: 1)) == before)
            #expect(try await store.epochs(trial: 1).isEmpty)
        }
    }

    @Test("What a trial is to be is chosen once, while it is queued", arguments: StoreKind.allCases)
    func parametersAreChosenOnce(kind: StoreKind) async throws {
        try await kind.withStore { store in
            var sweep = try newSweep(trials: 3)
            sweep.trials[1].parameters = ParameterAssignment()
            sweep.trials[2].parameters = ParameterAssignment()
            let (_, trials) = try await store.submitTrials(sweep)
            #expect(trials.map(\.isUndecided) == [false, true, true])
            let chosen = try parameters(7)
            #expect(try await store.update(trials[1], .chosen(chosen, seed: 99)))
            var expected = trials[1]
            (expected.parameters, expected.seed) = (chosen, 99)
            #expect(try await store.trial(2) == expected)
            #expect(try await store.trial(2)?.parameters.names == chosen.names)
            // Not again, not another attempt's, and not what the file has decided.
            #expect(try await !store.update(trials[1], .chosen(try parameters(8), seed: 1)))
            #expect(try await !store.update(trials[0], .chosen(chosen, seed: 1)))
            #expect(try await !store.update(trials[2], attempt: 2, .chosen(chosen, seed: 1)))
            #expect(try await store.trials(TrialQuery(sweep: 1)) == [trials[0], expected, trials[2]])
        }
    }

    @Test("A pruned trial keeps its last checkpoint and what it has reached", arguments: StoreKind.allCases)
    func prunedKeepsCheckpoint(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 3))
            // The one waits for its verdict, the other has just come to the rung.
            try await store.update(
                trials[0], .start, .epoch(point(1, iteration: 41)), .checkpointed(checkpoint(20), seconds: 5),
                .checkpointed(checkpoint(41), seconds: 10), .requeued)
            try await store.update(trials[1], .start, .epoch(point(1, iteration: 41)))
            #expect(try await store.update(trials[0], .pruned(reason: "rung 1", iteration: 41)))
            #expect(try await store.update(trials[1], .pruned(reason: "rung 1", iteration: 41)))
            #expect(try await !store.update(trials[1], .pruned(reason: "again", iteration: 41)))
            #expect(try await !store.update(trials[2], attempt: 2, .pruned(reason: "another's", iteration: 1)))
            let first = try #require(try await store.trial(1))
            #expect(first.state == .pruned && first.reason == "rung 1" && first.endedAt != nil && first.boot == nil)
            #expect(first.checkpoint == checkpoint(41) && first.previousCheckpoint == nil)
            #expect(first.metrics == metrics() && first.iteration == 41)
            #expect(try await store.trial(2)?.checkpoint == nil)
            #expect(try await store.referencedFiles() == ["checkpoints/41"])
            #expect(try await store.storedFiles() == [checkpoint(41)])
            #expect(try await store.summary(1)?.best == nil)
            #expect(try await store.trials(TrialQuery(sweep: 1, order: .ranking(.valAccuracy))).isEmpty)
        }
    }

    @Test("A pruned trial goes on with the next attempt, and wakes an ended sweep", arguments: StoreKind.allCases)
    func prunedGoesOn(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 1))
            try await store.update(
                trials[0], .start, .epoch(point(1, iteration: 41)), .checkpointed(checkpoint(41), seconds: 10),
                .pruned(reason: "rung 1", iteration: 41))
            _ = try await store.change(
                sweep: 1, expected: [.queued], SweepChange(state: .completed), events: [], at: .at(6))
            let event = EventContent(.trialResumed, sweep: 1, trial: 1, caller: .bob)
            let report = try await store.resume(trial: 1, event: event, at: .at(7))
            #expect(report.events.map(\.content) == [event])
            let trial = try #require(try await store.trial(1))
            #expect(trial.state == .queued && trial.attempt == 2 && trial.reason == nil && trial.endedAt == nil)
            #expect(trial.checkpoint == checkpoint(41) && trial.resumedIteration == 41)
            #expect(try await store.sweep(1)?.state == .running)
            #expect(try await store.epochs(trial: 1).count == 1)
            for (id, code) in [(1, StoreError.Code.conflict), (9, .notFound)] as [(Int64, StoreError.Code)] {
                let error = await #expect(throws: StoreError.self) {
                    try await store.resume(trial: id, event: event, at: .at(8))
                }
                #expect(error?.code == code)
            }
            try await store.update(trial, .start, .complete(0.5))
            let ended = try #require(try await store.trial(1))
            #expect(ended.state == .completed && ended.checkpoint == nil && ended.resumedIteration == 41)
            #expect(try await store.referencedFiles().isEmpty)
        }
    }

    @Test("What a trial that goes on was judged by stays when it begins anew", arguments: StoreKind.allCases)
    func judgedCurveStays(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 1))
            try await store.update(
                trials[0], .start, .epoch(point(0, iteration: 1)), .epoch(point(1, iteration: 41)),
                .pruned(reason: "rung 1", iteration: 41))
            let event = EventContent(.trialResumed, sweep: 1, trial: 1, caller: .bob)
            _ = try await store.resume(trial: 1, event: event, at: .at(7))
            let second = try #require(try await store.trial(1))
            try await store.update(second, .start, .epoch(point(2, iteration: 81)), .restarted(reason: "damaged"))
            #expect(try await store.epochs(trial: 1).map(\.iteration) == [1, 41])
            try await store.update(second, .epoch(point(1, iteration: 41)), .epoch(point(2, iteration: 81)))
            #expect(try await store.epochs(trial: 1).map(\.iteration) == [1, 41, 81])
            try await store.update(
                second,
                .ended(
                    .failed, reason: "it failed", iteration: 81, metrics: nil, model: nil, deadUnits: nil, seconds: 1,
                    isModelKept: false))
            _ = try await store.retry(
                sweep: 1, states: [.failed], event: EventContent(.trialsRetried, sweep: 1), at: .at(9))
            #expect(try await store.epochs(trial: 1).map(\.iteration) == [1, 41])
        }
    }

    @Test("A pruned trial does not go on while its sweep ends", arguments: StoreKind.allCases)
    func prunedWaitsForTheEnd(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 2))
            try await store.update(trials[0], .start, .pruned(reason: "rung 1", iteration: 1))
            _ = try await store.change(
                sweep: 1, expected: [.queued], SweepChange(closing: .stop), events: [], at: .at(6))
            let error = await #expect(throws: StoreError.self) {
                try await store.resume(trial: 1, event: EventContent(.trialResumed), at: .at(7))
            }
            #expect(error?.code == .conflict)
            #expect(try await store.trial(1)?.state == .pruned)
        }
    }

    @Test("A fenced write does not hold up the others, and its event is not told", arguments: StoreKind.allCases)
    func othersOfTheBatchCommit(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 2))
            for trial in trials { try await store.update(trial, .start) }
            let report = try await store.apply(
                [
                    TrialWrite(trial: 1, attempt: 7, update: .complete(0.9)),
                    TrialWrite(trial: 2, attempt: 1, update: .complete(0.5)),
                ],
                events: [
                    EventContent(.trialEnded, sweep: 1, trial: 1), EventContent(.trialEnded, sweep: 1, trial: 2),
                    EventContent(.sweepStarted, sweep: 1),
                ], at: .at(6))
            #expect(report.fenced == [1])
            #expect(report.events.map(\.content.trial) == [2, nil])
            #expect(try await store.trial(1)?.state == .running)
            #expect(try await store.trial(2)?.state == .completed)
        }
    }

    @Test("A late result of the boot before is fenced, even with the attempt of now", arguments: StoreKind.allCases)
    func lateResultOfAnotherBootIsFenced(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 1))
            try await store.update(trials[0], .start)
            _ = try await store.begin(boot: "boot-2", at: .at(10))
            #expect(try await !store.update(trials[0], attempt: 1, .complete(0.5)))
            #expect(try await !store.update(trials[0], attempt: 2, .complete(0.5)))
            #expect(try await store.update(trials[0], attempt: 2, .start, .complete(0.5)))
        }
    }

    @Test("A trial that stops for a pause keeps its checkpoint and its attempt", arguments: StoreKind.allCases)
    func requeuedKeepsCheckpoint(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 1))
            try await store.update(trials[0], .start, .checkpointed(checkpoint(40), seconds: 10), .requeued)
            let trial = try #require(try await store.trial(1))
            #expect(trial.state == .queued)
            #expect(trial.boot == nil)
            #expect(trial.attempt == 1)
            #expect(trial.checkpoint == checkpoint(40))
            #expect(try await store.update(trial, .started(instructionSet: "neon", iterations: 100, iteration: 40)))
            #expect(try await store.trial(1)?.startedAt == trial.startedAt)
        }
    }

    @Test(
        "The checkpoint before the last is kept, and takes its place when that is damaged",
        arguments: StoreKind.allCases)
    func previousCheckpointIsKept(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 1))
            try await store.update(trials[0], .start)
            for iteration in [20, 40, 60, 60] {
                try await store.update(trials[0], .checkpointed(checkpoint(iteration), seconds: 1))
            }
            var trial = try #require(try await store.trial(1))
            #expect(trial.checkpoints == [checkpoint(60), checkpoint(40)])
            #expect(try await store.referencedFiles() == ["checkpoints/60", "checkpoints/40"])
            #expect(try await store.storedFiles() == [checkpoint(40), checkpoint(60)])
            try await store.update(trials[0], .fellBack)
            trial = try #require(try await store.trial(1))
            #expect(trial.checkpoints == [checkpoint(40)])
            try await store.update(trials[0], .checkpointed(checkpoint(60), seconds: 1), .complete(0.5))
            #expect(try await store.trial(1)?.checkpoints == [])
        }
    }

    @Test("A point that is there already is overwritten", arguments: StoreKind.allCases)
    func epochsAreOverwritten(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 1))
            try await store.update(
                trials[0], .start, .epoch(point(1, iteration: 50, accuracy: 0.25)), .epoch(point(0, iteration: 1)),
                .epoch(point(1, iteration: 50, accuracy: 0.375)))
            #expect(
                try await store.epochs(trial: 1) == [point(0, iteration: 1), point(1, iteration: 50, accuracy: 0.375)])
        }
    }

    @Test("A sweep's curves come by trial, with or without the losses", arguments: StoreKind.allCases)
    func curvesOfASweep(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 3))
            let (other, others) = try await store.submitTrials(newSweep(trials: 1))
            for trial in trials + others { try await store.update(trial, .start) }
            let points = [point(0, iteration: 1), point(1, iteration: 50), point(2, iteration: 99)]
            try await store.update(trials[2], .epoch(points[1]), .epoch(points[0]), .epoch(points[2]))
            try await store.update(trials[0], .epoch(points[0]))
            try await store.update(others[0], .epoch(points[0]))
            let curves = try await store.curves(sweep: 1, withLosses: true)
            #expect(curves == [1: [points[0]], 3: points])
            var bare = points
            for index in bare.indices { bare[index].losses = [] }
            #expect(try await store.curves(sweep: 1, withLosses: false) == [1: [bare[0]], 3: bare])
            #expect(try await store.curves(sweep: other, withLosses: true) == [4: [points[0]]])
            #expect(try await store.curves(sweep: 9, withLosses: true).isEmpty)
        }
    }

    @Test("A point without norm, ratio and losses reads back as it is", arguments: StoreKind.allCases)
    func bareEpochs(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 1))
            let bare = EpochPoint(epoch: 0, iteration: 1, metrics: metrics(), learningRate: 1, seconds: 2)
            try await store.update(trials[0], .start, .epoch(bare))
            #expect(try await store.epochs(trial: 1) == [bare])
        }
    }

    @Test("A trial that starts again loses curve and checkpoint, and says why", arguments: StoreKind.allCases)
    func restartedDropsCurve(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 1))
            try await store.update(
                trials[0], .start, .epoch(point(1, iteration: 50)), .checkpointed(checkpoint(50), seconds: 10),
                .restarted(reason: "other data"))
            let trial = try #require(try await store.trial(1))
            #expect(trial.state == .running)
            #expect(trial.reason == "other data")
            #expect(trial.iteration == 0)
            #expect(trial.metrics == nil)
            #expect(trial.checkpoint == nil)
            #expect(try await store.epochs(trial: 1).isEmpty)
        }
    }

    @Test("A retried trial is queued for its next attempt, from the start", arguments: StoreKind.allCases)
    func retriedBeginsTheNextAttempt(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 1))
            try await store.update(
                trials[0], .start, .epoch(point(1, iteration: 50)), .checkpointed(checkpoint(50), seconds: 10),
                .retried(reason: "out of luck"))
            let trial = try #require(try await store.trial(1))
            #expect(trial.state == .queued)
            #expect(trial.attempt == 2)
            #expect(trial.boot == nil)
            #expect(trial.reason == "out of luck")
            #expect(trial.iteration == 0)
            #expect(trial.checkpoint == nil)
            #expect(try await store.epochs(trial: 1).isEmpty)
            let late = try await store.apply(
                [TrialWrite(trial: 1, attempt: 1, update: .requeued)], events: [], at: .at(9))
            #expect(late.fenced == [1])
        }
    }

    @Test("A diverged trial keeps the metrics of its last epoch, numbers or not", arguments: StoreKind.allCases)
    func divergedKeepsMetrics(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 2))
            let wild = TrialMetrics(valAccuracy: 0.1, trainAccuracy: 0.1, valLoss: .infinity, trainLoss: .nan)
            let end = TrialUpdate.ended(
                .diverged, reason: "iteration 57", iteration: 57, metrics: nil, model: nil, seconds: 3)
            for trial in trials { try await store.update(trial, .start) }
            try await store.update(
                trials[0],
                .epoch(EpochPoint(epoch: 1, iteration: 50, metrics: wild, learningRate: 1, seconds: 2)), end)
            try await store.update(trials[1], end)
            let kept = try #require(try await store.trial(1)?.metrics)
            #expect(kept.valAccuracy == 0.1)
            #expect(kept.valLoss == .infinity)
            #expect(kept.trainLoss.isNaN)
            #expect(try await store.epochs(trial: 1).first?.metrics.trainLoss.isNaN == true)
            #expect(try await store.trial(2)?.metrics == nil)
            #expect(try await store.summary(1)?.best == nil)
        }
    }

    @Test("A trial cannot end in a state that is no end", arguments: StoreKind.allCases)
    func endMustBeAnEnd(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 1))
            try await store.update(trials[0], .start)
            let end = TrialUpdate.ended(
                .queued, reason: nil, iteration: 1, metrics: nil, model: nil, seconds: 1)
            #expect(try await storeErrorCode { try await store.update(trials[0], end) } == .conflict)
            #expect(try await store.trial(1)?.state == .running)
        }
    }
}
