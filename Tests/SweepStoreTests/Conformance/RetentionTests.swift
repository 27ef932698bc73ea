import SweepModel
import Testing

@Suite("Retention, in every store")
struct RetentionTests {
    /// A sweep whose trials complete with these accuracies, in the order of `order`; the model of index i is `m<i>`.
    private func completed(
        _ store: any SweepStore, _ accuracies: [Double], in order: [Int]? = nil
    ) async throws -> [Trial] {
        let (sweep, trials) = try await store.submitTrials(newSweep(trials: accuracies.count))
        for index in order ?? Array(accuracies.indices) {
            try await store.update(
                trials[index], .start,
                .ended(
                    .completed, reason: nil, iteration: 100, metrics: metrics(accuracy: accuracies[index]),
                    model: model("m\(index)"), seconds: 1))
        }
        return try await store.trials(TrialQuery(sweep: sweep))
    }

    private func kept(_ store: any SweepStore, sweep: Int64 = 1) async throws -> [Int] {
        try await store.trials(TrialQuery(sweep: sweep)).filter { $0.keptModel != nil }.map(\.index)
    }

    private let event = EventContent(.modelsPruned, sweep: 1, caller: .alice)

    @Test("The best stay, ties by index, whatever the order in which trials completed", arguments: StoreKind.allCases)
    func bestStay(kind: StoreKind) async throws {
        let accuracies = [0.5, 0.9, 0.7, 0.9, .nan, 0.7, 0.7]
        for order in [[0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0], [3, 6, 0, 5, 1, 4, 2]] {
            try await kind.withStore { store in
                _ = try await completed(store, accuracies, in: order)
                // Pruned again after each of them, as a daemon does, the outcome is the same.
                let report = try await store.prune(sweep: 1, keep: 3, event: event, at: .at(9))
                #expect(report.files.map(\.path) == [0, 4, 5, 6].map { "models/m\($0)" })
                #expect(report.files.map(\.bytes) == [500, 500, 500, 500])
                #expect(report.events.map(\.content.detail) == ["4 models, 2000 bytes; the best 3 stay"])
                #expect(report.events.map(\.content.caller) == [.alice])
                #expect(try await kept(store) == [1, 2, 3])
                #expect(try await store.referencedFiles() == ["models/m1", "models/m2", "models/m3"])
                #expect(try await store.storedFiles().map(\.path) == ["models/m1", "models/m2", "models/m3"])
                // The digest stays: audit compares it, and who trains it again knows the model by it.
                #expect(try await store.trial(1)?.model?.digest == "digest-m0")
                let again = try await store.prune(sweep: 1, keep: 3, event: event, at: .at(9))
                #expect(again == PruneReport())
            }
        }
    }

    @Test(
        "Checkpoints of pruned trials go once their sweep has ended, and the trials begin anew",
        arguments: StoreKind.allCases)
    func prunedCheckpoints(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (sweep, trials) = try await store.submitTrials(newSweep(trials: 3))
            let files = (0..<2).map { index in
                StoredFile(path: "checkpoints/c\(index)", bytes: 700, digest: "digest-c\(index)", iteration: 40)
            }
            for index in 0..<2 {
                try await store.update(
                    trials[index], .start, .checkpointed(files[index], seconds: 1),
                    .pruned(reason: "rung 1", iteration: 41))
            }
            // While it runs they may be needed soon.
            #expect(try await store.prunableCheckpoints(sweep: sweep).isEmpty)
            #expect(try await store.pruneCheckpoints(sweep: sweep, event: event, at: .at(8)) == PruneReport())
            _ = try await store.change(
                sweep: sweep, expected: [.queued, .running], SweepChange(state: .completed, cancelQueued: "done"),
                events: [], at: .at(8))
            #expect(try await store.prunableCheckpoints(sweep: sweep) == files)
            let report = try await store.pruneCheckpoints(sweep: sweep, event: event, at: .at(9))
            #expect(report.files == files)
            #expect(report.events.map(\.content.detail) == ["2 checkpoints of pruned trials, 1400 bytes"])
            #expect(try await store.referencedFiles().isEmpty)
            let first = try #require(try await store.trial(trials[0].id))
            #expect(first.state == .pruned && first.iteration == 41 && first.checkpoint == nil)
            #expect(try await store.pruneCheckpoints(sweep: sweep, event: event, at: .at(9)) == PruneReport())
            _ = try await store.resume(trial: first.id, event: event, at: .at(10))
            let resumed = try await store.trial(first.id)
            #expect(resumed?.state == .queued && resumed?.checkpoint == nil && resumed?.resumedIteration == 41)
        }
    }

    @Test("Pruning after every completion leaves the same as pruning once", arguments: StoreKind.allCases)
    func stepByStep(kind: StoreKind) async throws {
        let accuracies = [0.5, 0.9, 0.7, 0.9, 0.1, 0.7, 0.7]
        for order in [[0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0], [4, 6, 0, 5, 2, 3, 1]] {
            try await kind.withStore { store in
                let (_, trials) = try await store.submitTrials(newSweep(trials: accuracies.count))
                for index in order {
                    try await store.update(
                        trials[index], .start,
                        .ended(
                            .completed, reason: nil, iteration: 100, metrics: metrics(accuracy: accuracies[index]),
                            model: model("m\(index)"), seconds: 1))
                    _ = try await store.prune(sweep: 1, keep: 3, event: nil, at: .at(9))
                }
                #expect(try await kept(store) == [1, 2, 3])
            }
        }
    }

    @Test("Promoted and pinned models stay, other sweeps are left alone", arguments: StoreKind.allCases)
    func promotedAndPinnedStay(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let trials = try await completed(store, [0.1, 0.2, 0.3, 0.4])
            _ = try await completed(store, [0.1, 0.2])
            _ = try await store.promote(
                promotion(trial: 1, model: "digest-m0"), event: EventContent(.promoted, sweep: 1))
            let report = try await store.keep(
                trial: 2, model: model("m1"), event: EventContent(.modelKept, sweep: 1, trial: 2), at: .at(8))
            #expect(report.events.map(\.content.kind) == [.modelKept])
            #expect(try await store.prunable(sweep: 1, keep: 1).map(\.path) == ["models/m2"])
            #expect(try await kept(store) == [0, 1, 2, 3])
            _ = try await store.prune(sweep: 1, keep: 1, event: nil, at: .at(9))
            #expect(try await kept(store) == [0, 1, 3])
            #expect(try await kept(store, sweep: 2) == [0, 1])
            #expect(try await store.trial(2)?.isPinned == true)
            #expect(trials.map(\.isPinned) == [false, false, false, false])
            #expect(try await storeErrorCode { _ = try await store.prunable(sweep: 9, keep: 1) } == .notFound)
        }
    }

    @Test("A model that comes back is kept only with its own digest", arguments: StoreKind.allCases)
    func comesBack(kind: StoreKind) async throws {
        try await kind.withStore { store in
            _ = try await completed(store, [0.1, 0.2])
            _ = try await store.prune(sweep: 1, keep: 1, event: nil, at: .at(9))
            let event = EventContent(.modelKept, sweep: 1, trial: 1)
            let wrong = try await storeErrorCode {
                _ = try await store.keep(trial: 1, model: model("m7"), event: event, at: .at(9))
            }
            #expect(wrong == .conflict)
            #expect(try await kept(store) == [1])
            _ = try await store.keep(trial: 1, model: model("m0"), event: event, at: .at(9))
            #expect(try await kept(store) == [0, 1])
            #expect(try await store.prunable(sweep: 1, keep: 0).map(\.path) == ["models/m1"])
        }
    }

    @Test("A model that is promoted while retention gives it up is kept", arguments: StoreKind.allCases)
    func promotedMeanwhile(kind: StoreKind) async throws {
        try await kind.withStore { store in
            _ = try await completed(store, [0.1, 0.2])
            _ = try await store.prune(sweep: 1, keep: 1, event: nil, at: .at(9))
            _ = try await store.promote(
                promotion(trial: 1, model: "digest-m0"), event: EventContent(.promoted, sweep: 1))
            #expect(try await kept(store) == [0, 1])
        }
    }
}
