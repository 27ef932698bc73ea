import Foundation
import NeuralCore
import SweepModel
import SweepModelTestKit
import Testing

@testable import SweepEngine

/// The parameter `precision`, from the sweep file to the test figure.
@Suite struct PrecisionTests {
    static let sweep = Files.file(
        """
        "learning_rate": {"value": 1e-3}, "hidden_size": {"value": 9}, "momentum": {"value": 0.9},
        "batch_size": {"value": 20}, "iterations": {"value": 200}, "precision": {"values": ["float32", "bf16"]}
        """)

    @Test func bothPrecisionsOfASweepAreTrainedVerifiedAndPromoted() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Self.sweep)
            let trials = try await daemon.ends(sweep)
            #expect(trials.map { $0.parameters["precision"] } == [.string("float32"), .string("bf16")])
            // Trials of a sweep have seeds of their own; these two are told apart by their models.
            for (trial, precision) in zip(trials, TrainingConfiguration.Precision.allCases) {
                let model = try Model(decoding: box.folder.read(#require(trial.model)))
                #expect(model.precision == precision)
                #expect(try await daemon.engine.verify(trial.id).differences == [])
                let promoted = try await daemon.engine.promote(sweep: nil, trial: trial.id, caller: Daemon.user)
                #expect(promoted.promotion.testExamples == 50 && promoted.measuredNow)
            }
            #expect(try await daemon.engine.audit(sweep).findings == [])
            try await daemon.stop()
        }
    }

    @Test func aTrialInBf16EndsWithTheSameBitsAfterAKill() async throws {
        try await Box.with { box in
            let first = try await box.start(workers: 1, slice: 0)
            let sweep = try await first.submit(Self.sweep)
            try await first.grows(sweep, to: 41)
            await first.kill()
            let second = try await box.start()
            try await second.ends(sweep)
            let interrupted = try await box.bits(of: sweep)
            let again = try await second.submit(Self.sweep)
            try await second.ends(again)
            #expect(try await box.bits(of: again) == interrupted)
            try await second.stop()
        }
    }

    @Test func bf16OnImagesOfFloatsIsRefusedWithTheSweep() throws {
        let matrix = SampleMatrix(floats: 2, dimension: 3) { $0[0] = 1 }
        let samples = LabelledSamples(samples: matrix, labels: [0, 1], classes: 2)
        let training = TrainingData(train: samples, validation: samples)
        let spec = try SweepSpec(parsing: Self.sweep)
        let plans = try spec.expand()
        let parameters = try plans.map { try spec.hyperparameters(for: $0.parameters) }
        let float32 = try TrainingConfiguration(
            checking: parameters[0], spec: spec, trialSeed: 1, training: training, image: nil)
        #expect(float32.precision == .float32)
        let error = try #require(throws: EngineError.self) {
            try TrainingConfiguration(checking: parameters[1], spec: spec, trialSeed: 1, training: training, image: nil)
        }
        #expect(error.code == .invalidSweep && error.message.hasPrefix("precision is bf16"))
    }
}
