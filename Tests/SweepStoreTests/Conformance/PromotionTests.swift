import SweepModel
import Testing

func promotion(trial: Int64 = 1, model: String = "m1", dataset: String = "cifar") -> Promotion {
    Promotion(
        sweep: 1, trial: trial, modelDigest: model, datasetDigest: dataset, valAccuracy: 0.5, correct: 531,
        testExamples: 1000,
        confusion: Confusion(
            counts: [[260, 240], [229, 271]], mistakes: [Confusion.Mistake(sample: 17, label: 0, prediction: 1)]),
        caller: .alice, at: .at(20))
}

@Suite("Promotions, in every store")
struct PromotionTests {
    @Test("A second promotion of a model returns the first and stores nothing", arguments: StoreKind.allCases)
    func secondReturnsFirst(kind: StoreKind) async throws {
        try await kind.withStore { store in
            _ = try await store.submit(newSweep(trials: 2))
            let event = EventContent(.promoted, sweep: 1, trial: 1, caller: .alice)
            let (first, report) = try await store.promote(promotion(), event: event)
            #expect(first.id == 1)
            #expect(first.testAccuracy == 0.531)
            var expected = promotion()
            expected.id = 1
            #expect(first == expected)
            #expect(report.events.map(\.content) == [event])
            var again = promotion(trial: 2)
            again.correct = 999
            let (second, silence) = try await store.promote(again, event: event)
            #expect(second == first)
            #expect(silence.events.isEmpty)
            #expect(try await store.promotion(modelDigest: "m1") == first)
            var without = promotion(model: "m2")
            without.confusion = nil
            _ = try await store.promote(without, event: event)
            #expect(try await store.promotions(sweep: 1, limit: 9).map(\.confusion) == [nil, first.confusion])
        }
    }

    @Test("Looks at a test set are counted by model", arguments: StoreKind.allCases)
    func looksAreCounted(kind: StoreKind) async throws {
        try await kind.withStore { store in
            _ = try await store.submit(newSweep(trials: 2))
            for (model, dataset) in [("a", "cifar"), ("b", "cifar"), ("c", "mnist"), ("a", "cifar")] {
                _ = try await store.promote(
                    promotion(model: model, dataset: dataset), event: EventContent(.promoted, sweep: 1))
            }
            #expect(try await store.testLooks(datasetDigest: "cifar") == 2)
            #expect(try await store.testLooks(datasetDigest: "none") == 0)
            #expect(try await store.promotions(sweep: 1, limit: 2).map(\.modelDigest) == ["c", "b"])
            #expect(try await store.promotions(sweep: nil, limit: 9).map(\.modelDigest) == ["c", "b", "a"])
            #expect(try await store.promotions(sweep: 2, limit: 9).isEmpty)
        }
    }

    @Test("An ensemble has its members, is one look, and keeps their models", arguments: StoreKind.allCases)
    func ensemblesHaveTheirMembers(kind: StoreKind) async throws {
        try await kind.withStore { store in
            _ = try await store.submit(newSweep(trials: 3))
            var ensemble = promotion(model: "of three")
            ensemble.members = [2, 1, 3].map {
                Promotion.Member(trial: $0, modelDigest: "m\($0)", weight: Double($0), valAccuracy: 0.5)
            }
            let (stored, report) = try await store.promote(ensemble, event: EventContent(.promoted, sweep: 1))
            ensemble.id = stored.id
            #expect(stored == ensemble && report.events.count == 1)
            #expect(try await store.promotion(modelDigest: "of three") == ensemble)
            // A member by itself was not measured.
            #expect(try await store.promotion(modelDigest: "m2") == nil)
            _ = try await store.promote(promotion(model: "m2"), event: EventContent(.promoted, sweep: 1))
            let found = try await store.promotions(sweep: 1, limit: 9)
            #expect(found.map(\.members) == [[], ensemble.members] && found.map(\.isEnsemble) == [false, true])
            #expect(try await store.testLooks(datasetDigest: "cifar") == 2)
            var again = ensemble
            again.members = []
            #expect(try await store.promote(again, event: EventContent(.promoted, sweep: 1)).0 == ensemble)
        }
    }
}
