import SweepModel
import Testing

@Suite("Queries, in every store")
struct QueryTests {
    /// Trial 0 fails without metrics, 1 and 3 tie, 2 is best by loss, 4 diverges with a high accuracy, 5 stays queued.
    private func fill(_ store: any SweepStore, metric: RankingMetric = .valAccuracy) async throws {
        let (_, trials) = try await store.submitTrials(newSweep(trials: 6, metric: metric))
        for trial in trials.prefix(5) { try await store.update(trial, .start) }
        try await store.update(trials[0], .fail("no"))
        try await store.update(trials[1], .complete(0.5, loss: 1.5))
        try await store.update(trials[2], .complete(0.25, loss: 1))
        try await store.update(trials[3], .complete(0.5, loss: 1.5))
        try await store.update(
            trials[4],
            .ended(
                .diverged, reason: nil, iteration: 7, metrics: metrics(accuracy: 0.75, loss: .nan), model: nil,
                seconds: 1))
    }

    @Test("A summary counts states and iterations and names the best", arguments: StoreKind.allCases)
    func summaryCounts(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await fill(store)
            let summary = try #require(try await store.summary(1))
            #expect(summary.counts == [.queued: 1, .completed: 3, .failed: 1, .diverged: 1])
            #expect(summary.best?.index == 1)
            #expect(summary.iterationsDone == 10 + 300 + 7)
            #expect(summary.sweep == (try await store.sweep(1)))
            #expect(try await store.summary(2) == nil)
        }
    }

    @Test("By loss, the lowest is best", arguments: StoreKind.allCases)
    func bestByLoss(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await fill(store, metric: .valLoss)
            #expect(try await store.summary(1)?.best?.index == 2)
        }
    }

    @Test("Orders put the best first and trials without a number last", arguments: StoreKind.allCases)
    func orders(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await fill(store)
            func indices(_ order: TrialQuery.Order, _ states: Set<TrialState> = []) async throws -> [Int] {
                try await store.trials(TrialQuery(sweep: 1, states: states, order: order)).map(\.index)
            }
            #expect(try await indices(.index) == [0, 1, 2, 3, 4, 5])
            #expect(try await indices(.metric(.valAccuracy)) == [4, 1, 3, 2, 0, 5])
            #expect(try await indices(.metric(.valLoss)) == [2, 1, 3, 0, 4, 5])
            #expect(try await indices(.ranking(.valAccuracy)) == [1, 3, 2])
            #expect(try await indices(.ranking(.valLoss)) == [2, 1, 3])
            #expect(try await indices(.ranking(.valLoss), [.queued]) == [])
            #expect(try await indices(.metric(.valLoss), [.queued, .failed]) == [0, 5])
            #expect(try await indices(.index, [.diverged, .completed]) == [1, 2, 3, 4])
        }
    }

    @Test("Pages of trials follow one another", arguments: StoreKind.allCases)
    func trialPages(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await fill(store)
            func page(_ limit: Int, _ offset: Int) async throws -> [Int] {
                try await store.trials(
                    TrialQuery(sweep: 1, order: .metric(.valAccuracy), limit: limit, offset: offset)
                ).map(\.index)
            }
            #expect(try await page(4, 0) == [4, 1, 3, 2])
            #expect(try await page(4, 4) == [0, 5])
            #expect(try await page(4, 8) == [])
            #expect(try await page(0, 0) == [])
            #expect(try await page(-1, -1) == [])
        }
    }

    @Test("Pages of sweeps go from the newest to older ones", arguments: StoreKind.allCases)
    func sweepPages(kind: StoreKind) async throws {
        try await kind.withStore { store in
            for count in 1...5 { _ = try await store.submit(newSweep(trials: count)) }
            let first = try await store.summaries(before: nil, limit: 2)
            #expect(first.map(\.sweep.id) == [5, 4])
            #expect(first.map(\.counts) == [[.queued: 5], [.queued: 4]])
            #expect(try await store.summaries(before: 4, limit: 10).map(\.sweep.id) == [3, 2, 1])
            #expect(try await store.summaries(before: 1, limit: 10).isEmpty)
            #expect(try await store.latestSweepID() == 5)
        }
    }

    @Test("Active sweeps come by priority, then by number", arguments: StoreKind.allCases)
    func activeSweeps(kind: StoreKind) async throws {
        try await kind.withStore { store in
            for priority in [0, 5, 0, 5, 9] { _ = try await store.submit(newSweep(trials: 1, priority: priority)) }
            _ = try await store.change(
                sweep: 5, expected: [.queued], SweepChange(state: .cancelled), events: [], at: .at(2))
            #expect(try await store.activeSweeps().map(\.id) == [2, 4, 1, 3])
        }
    }

    @Test("Events are read from any sequence number on, of all sweeps or of one", arguments: StoreKind.allCases)
    func eventsFromAnySequence(kind: StoreKind) async throws {
        try await kind.withStore { store in
            for _ in 1...3 { _ = try await store.submit(newSweep(trials: 1)) }
            // The first is `daemon_started`.
            #expect(try await store.lastEventSequence() == 4)
            #expect(try await store.events(after: 1, sweep: nil, limit: 2).map(\.sequence) == [2, 3])
            #expect(try await store.events(after: 3, sweep: nil, limit: 10).map(\.content.sweep) == [3])
            #expect(try await store.events(after: 0, sweep: 2, limit: 10).map(\.sequence) == [3])
            #expect(try await store.events(after: 4, sweep: nil, limit: 10).isEmpty)
        }
    }

    @Test("What is not there is nil, not an error", arguments: StoreKind.allCases)
    func nothingIsNil(kind: StoreKind) async throws {
        try await kind.withStore { (store: any SweepStore) async throws -> Void in
            #expect(try await store.sweep(1) == nil)
            #expect(try await store.trial(1) == nil)
            #expect(try await store.latestSweepID() == nil)
            #expect(try await store.promotion(modelDigest: "x") == nil)
            #expect(try await store.summaries(before: nil, limit: 10).isEmpty)
            #expect(try await store.epochs(trial: 1).isEmpty)
            #expect(try await store.referencedFiles().isEmpty)
            #expect(try await store.check().isEmpty)
        }
    }
}
