import Datasets
import Foundation
import NeuralCore
import SweepModel
import SweepModelTestKit
import Testing

@testable import SweepEngine

@Suite("Several models together")
struct EnsembleTests {
    /// Six trials of two preprocessings.
    private static let sweep = Files.file(
        """
        "learning_rate": {"values": [1e-4, 2e-4, 5e-4]}, "hidden_size": {"value": 9}, "momentum": {"value": 0.9},
        "batch_size": {"value": 20}, "iterations": {"value": 100}, "preprocess": {"values": ["mean", "standardize"]}
        """)

    @Test("The mean of the best trials' probabilities is measured once, and what it is made of is named")
    func measuredOnce() async throws {
        try await Box.with { box in
            let daemon = try await box.start(keep: 1)
            let sweep = try await daemon.submit(Self.sweep)
            try await daemon.ends(sweep)
            let best = try await box.memory.trials(TrialQuery(sweep: sweep, order: .ranking(.valAccuracy), limit: 5))
            #expect(best.map(\.isModelKept) == [true, false, false, false, false])
            let (first, isNew) = try await daemon.engine.promote(sweep: sweep, ensemble: 5, caller: Daemon.user)
            #expect(isNew && first.testExamples == 50 && first.trial == best[0].id)
            #expect(first.members.map(\.trial) == best.map(\.id))
            #expect(first.members.map(\.modelDigest) == best.compactMap { $0.model?.digest })
            #expect(first.members.map(\.valAccuracy) == best.compactMap { $0.metrics?.valAccuracy })
            #expect(first.members.map(\.weight) == [1, 1, 1, 1, 1])
            #expect(first.confusion?.counts.joined().reduce(0, +) == 50)
            // The same, computed here: models, splits, softmax and mean.
            let models = try best.map { try Model(decoding: box.folder.read(#require($0.model))) }
            // Of six trials, three each, five are of both kinds.
            #expect(Set(models.map(\.preprocessing.kind)).count == 2)
            let spec = try SweepSpec(parsing: Self.sweep)
            let loaded = try daemon.engine.dataPool.locator.load(spec.reference)
            let test = try daemon.engine.dataPool.locator.openTest(spec.reference, expecting: loaded.digest)
            #expect(try right(models, loaded.training.validation) == first.valAccuracy)
            #expect(try right(models, test.test) == first.testAccuracy)
            let (second, isNewAgain) = try await daemon.engine.promote(sweep: sweep, ensemble: 5, caller: Daemon.user)
            #expect(second == first && !isNewAgain)
            #expect(try await box.memory.testLooks(datasetDigest: first.datasetDigest) == 1)
            // Another number is another model; the members stay.
            let (two, _) = try await daemon.engine.promote(sweep: sweep, ensemble: 2, caller: Daemon.user)
            #expect(two.modelDigest != first.modelDigest)
            _ = try await daemon.engine.prune(sweep: sweep, keep: 0, dryRun: false, caller: Daemon.user)
            #expect(try box.folder.names(in: StateFolder.models).count == 5)
            try await daemon.stop()
        }
    }

    private func right(_ models: [Model], _ samples: LabelledSamples) throws -> Double {
        var correct = 0
        for row in 0..<samples.count {
            var sums = [Double](repeating: 0, count: samples.classes)
            for model in models {
                let x = (0..<model.dimension).map {
                    (samples.samples[row, $0] - Double(model.preprocessing.mean[$0]))
                        * Double(model.preprocessing.scale[$0])
                }
                let a = (0..<model.hidden).map { h in
                    max(
                        0,
                        x.indices.reduce(Double(model.b1[h])) { $0 + x[$1] * Double(model.W1[$1 * model.hidden + h]) })
                }
                let powers = (0..<model.classes).map { c in
                    exp(a.indices.reduce(Double(model.b2[c])) { $0 + a[$1] * Double(model.W2[$1 * model.classes + c]) })
                }
                let sum = powers.reduce(0, +)
                for c in sums.indices { sums[c] += powers[c] / sum }
            }
            if sums.firstIndex(of: sums.max() ?? 0) == Int(samples.labels[row]) { correct += 1 }
        }
        return Double(correct) / Double(samples.count)
    }

    @Test("With replicates it is the best configurations that are taken, each by its best replicate")
    func configurations() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(
                Files.file(
                    """
                    "learning_rate": {"values": [1e-4, 2e-4, 5e-4]}, "hidden_size": {"value": 9},
                    "momentum": {"value": 0.9}, "batch_size": {"value": 20}, "iterations": {"value": 60}
                    """, #""replicates": 3"#))
            try await daemon.ends(sweep)
            let trials = try await box.memory.trials(TrialQuery(sweep: sweep))
            let ranked = ConfigurationOutcome.ranked(trials, replicates: 3, metric: .valAccuracy)
            let (promotion, _) = try await daemon.engine.promote(sweep: sweep, ensemble: 2, caller: Daemon.user)
            #expect(promotion.members.map(\.trial) == ranked.prefix(2).compactMap { $0.completed.first?.id })
            #expect(Set(promotion.members.map { ($0.trial - trials[0].id) / 3 }).count == 2)
            let error = await #expect(throws: EngineError.self) {
                try await daemon.engine.promote(sweep: sweep, ensemble: 4, caller: Daemon.user)
            }
            #expect(error?.code == .conflict && error?.message.contains("3 completed configurations") == true)
            try await daemon.stop()
        }
    }

    @Test("Too many models, too few, and no sweep are refused with what to do")
    func refusals() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Files.row(2, iterations: 20))
            try await daemon.ends(sweep)
            for (id, count, code) in [
                (sweep, 3, EngineError.Code.conflict), (sweep, 1, .invalidRequest), (sweep, 101, .invalidRequest),
                (9, 2, .notFound),
            ] {
                let error = await #expect(throws: EngineError.self) {
                    try await daemon.engine.promote(sweep: id, ensemble: count, caller: Daemon.user)
                }
                #expect(error?.code == code)
            }
            #expect(try await box.memory.promotions(sweep: nil, limit: 9).isEmpty)
            try await daemon.stop()
        }
    }
}
