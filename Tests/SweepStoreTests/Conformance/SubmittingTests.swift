import SweepModel
import Testing

@Suite("Submitting, in every store")
struct SubmittingTests {
    @Test("A submitted sweep is there with all its trials, in order", arguments: StoreKind.allCases)
    func submittedSweepIsThere(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let submission = try await store.submit(newSweep(trials: 3, file: #"{"a": "ü"}"#, priority: 2))
            #expect(!submission.isReplay)
            let expected = Sweep(
                id: 1, name: "grid", state: .queued, file: #"{"a": "ü"}"#, trials: 3, priority: 2,
                datasetDigest: "data", version: "1.0", caller: .alice, submittedAt: .at(1))
            #expect(submission.sweep == expected)
            #expect(try await store.sweep(1) == expected)
            let trials = try await store.trials(TrialQuery(sweep: 1))
            let expectedTrials = try (0..<3).map { index in
                Trial(
                    id: Int64(index + 1), sweep: 1, index: index, state: .queued, parameters: try parameters(index),
                    seed: UInt64(index))
            }
            #expect(trials == expectedTrials)
            #expect(trials[1].parameters.jsonObjectText == (try parameters(1)).jsonObjectText)
            #expect(try await store.trial(2) == trials[1])
            #expect(try await store.events(after: 0, sweep: 1, limit: 10).map(\.content.kind) == [.sweepSubmitted])
        }
    }

    @Test("The same key with the same file returns the sweep that is there", arguments: StoreKind.allCases)
    func sameKeyReplays(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let first = try await store.submit(newSweep(trials: 2, key: "k"))
            let events = try await store.lastEventSequence()
            let second = try await store.submit(newSweep(trials: 2, key: "k"))
            #expect(second == Submission(sweep: first.sweep, isReplay: true))
            #expect(try await store.latestSweepID() == 1)
            #expect(try await store.lastEventSequence() == events)
        }
    }

    @Test(
        "The same key with another file or other overrides is a conflict, and stores nothing",
        arguments: StoreKind.allCases, [#"{"file": 2}"#, "overrides"])
    func sameKeyOtherFileConflicts(kind: StoreKind, change: String) async throws {
        try await kind.withStore { store in
            _ = try await store.submit(newSweep(trials: 1, key: "k"))
            let other =
                change == "overrides"
                ? try newSweep(trials: 1, overrides: #"{"seed": 1}"#, key: "k")
                : try newSweep(trials: 1, file: change, key: "k")
            #expect(try await storeErrorCode { _ = try await store.submit(other) } == .conflict)
            #expect(try await store.latestSweepID() == 1)
        }
    }

    @Test("Two users may use the same key", arguments: StoreKind.allCases)
    func keysBelongToUsers(kind: StoreKind) async throws {
        try await kind.withStore { store in
            _ = try await store.submit(newSweep(trials: 1, file: "1", key: "k"))
            let other = try await store.submit(newSweep(trials: 1, file: "2", caller: .bob, key: "k"))
            #expect(!other.isReplay)
            #expect(other.sweep.id == 2)
        }
    }

    @Test("A submission whose last trial is refused leaves nothing behind", arguments: StoreKind.allCases)
    func refusedSubmissionLeavesNothing(kind: StoreKind) async throws {
        try await kind.withStore { store in
            var sweep = try newSweep(trials: 5, key: "k")
            sweep.trials[4].seed = 1 << 53
            let events = try await store.lastEventSequence()
            #expect(try await storeErrorCode { _ = try await store.submit(sweep) } == .conflict)
            #expect(try await store.latestSweepID() == nil)
            #expect(try await store.trials(TrialQuery(sweep: 1)).isEmpty)
            #expect(try await store.lastEventSequence() == events)
            // Neither is the key taken.
            sweep.trials[4].seed = (1 << 53) - 1
            #expect(try await !store.submit(sweep).isReplay)
            #expect(try await store.trials(TrialQuery(sweep: 1)).last?.seed == (1 << 53) - 1)
        }
    }

    @Test("A sweep of 10,000 trials is stored whole", arguments: StoreKind.allCases)
    func tenThousandTrials(kind: StoreKind) async throws {
        try await kind.withStore { store in
            _ = try await store.submit(newSweep(trials: 10_000))
            #expect(try await store.summary(1)?.counts == [.queued: 10_000])
            let page = try await store.trials(TrialQuery(sweep: 1, limit: 3, offset: 9_998))
            #expect(page.map(\.index) == [9_998, 9_999])
        }
    }
}
