import NeuralCore
import SweepModel
import SweepModelTestKit
import Testing

@testable import SweepEngine

/// Input dropout, warm-up, clipping, averaging and patience, from the sweep file to the stored result.
@Suite struct TrainingOptionsTests {
    static let options = """
        "learning_rate": {"value": 5e-3}, "hidden_size": {"value": 9}, "momentum": {"value": 0.9},
        "batch_size": {"value": 20}, "iterations": {"value": 400}, "input_dropout": {"value": 0.1},
        "warmup_epochs": {"value": 2}, "clip_norm": {"value": 1}, "averaging": {"values": ["none", "ema", "tail"]}
        """

    @Test func theyBecomeTheConfigurationOfTheTrial() throws {
        let spec = try SweepSpec(parsing: Files.file(Self.options + #", "patience": {"value": 4}"#))
        let matrix = SampleMatrix(bytes: 100, dimension: 3) { $0[0] = 1 }
        let samples = LabelledSamples(samples: matrix, labels: .init(repeating: 0, count: 100), classes: 2)
        let training = TrainingData(train: samples, validation: samples)
        let configurations = try spec.expand().map {
            try TrainingConfiguration(
                checking: spec.hyperparameters(for: $0.parameters), spec: spec, trialSeed: 1, training: training,
                image: nil)
        }
        #expect(configurations.map(\.averaging) == [.none, .exponential(decay: 0.999), .tail(share: 0.25)])
        for configuration in configurations {
            #expect(configuration.inputDropout == 0.1 && configuration.clipNorm == 1)
            #expect(configuration.warmupIterations == 10)
            #expect(configuration.patience == .init(records: 4, metric: .valAccuracy))
        }
    }

    @Test func trialsWithThemEndWithTheSameBitsAfterAKill() async throws {
        try await Box.with { box in
            let first = try await box.start(workers: 1, slice: 0)
            let sweep = try await first.submit(Files.file(Self.options))
            try await first.grows(sweep, to: 41)
            await first.kill()
            let second = try await box.start()
            try await second.ends(sweep)
            let interrupted = try await box.bits(of: sweep)
            let again = try await second.submit(Files.file(Self.options))
            let trials = try await second.ends(again)
            #expect(try await box.bits(of: again) == interrupted)
            for trial in trials { #expect(try await second.engine.verify(trial.id).differences == []) }
            try await second.stop()
        }
    }

    @Test func aTrialWithoutPatienceLeftIsCompletedWithTheReason() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(
                Files.file(
                    """
                    "learning_rate": {"value": 1e-9}, "hidden_size": {"value": 9}, "batch_size": {"value": 20},
                    "iterations": {"value": 100000}, "patience": {"value": 3}
                    """))
            let trial = try #require(try await daemon.ends(sweep).first)
            #expect(trial.state == .completed && trial.model != nil)
            let epoch = try #require(try await box.memory.epochs(trial: trial.id).last).epoch
            #expect(
                trial.reason == "stopped early at epoch \(epoch): val_accuracy has not improved for 3 epochs")
            #expect(trial.iteration < 100_000 && trial.iterations == 100_000)
            #expect(try await daemon.engine.verify(trial.id).differences == [])
            #expect(try await daemon.engine.audit(sweep).findings == [])
            try await daemon.stop()
        }
    }
}
