import Foundation
import Testing

@testable import NeuralCore

struct ConfigurationTests {
    static let wrong: [(String, @Sendable (inout TrainingConfiguration) -> Void)] = [
        ("hidden_size", { $0.hiddenSize = 0 }), ("hidden_size", { $0.hiddenSize = .max }),
        ("batch_size", { $0.batchSize = -1 }), ("batch_size", { $0.batchSize = 70_000 }),
        ("iterations", { $0.iterations = 0 }), ("iterations", { $0.iterations = .max }),
        ("learning_rate", { $0.learningRate = 0 }), ("learning_rate", { $0.learningRate = .nan }),
        ("learning_rate", { $0.learningRate = 1e300 }), ("learning_rate_decay", { $0.learningRateDecay = -1 }),
        ("reg", { $0.reg = -0.1 }), ("reg", { $0.reg = .infinity }), ("momentum", { $0.momentum = 1 }),
        ("dropout", { $0.dropout = 1 }), ("dropout", { $0.dropout = -0.1 }),
        ("label_smoothing", { $0.labelSmoothing = 1 }), ("weight_scale", { $0.weightScale = .standardDeviation(.nan) }),
        ("train accuracy", { $0.trainAccuracy = .sample(count: 0, seed: 0) }),
    ]

    @Test(arguments: wrong.indices)
    func valuesOutOfRangeAreRefusedByName(_ index: Int) throws {
        let (name, change) = Self.wrong[index]
        let data = Fixtures.prepared()
        let configuration = Fixtures.configuration(change: change)
        let error = #expect(throws: NeuralCoreError.self) { try TrainingRun(configuration, data: data) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.hasPrefix(name) == true)
        #expect(TrainingRun.memoryBytes(configuration, dimension: 37, classes: 5) == 1 << 50)
        #expect(Workspace.memoryBytes(configuration, dimension: 37, classes: 5) == 1 << 50)
    }

    @Test func sizesWhoseProductIsTooLargeAreRefused() {
        let configuration = Fixtures.configuration { $0.hiddenSize = 65_536 }
        #expect(throws: NeuralCoreError.self) { try configuration.validate(dimension: 16_777_216, classes: 10) }
    }

    @Test func dataPreparedOtherwiseAreRefused() {
        let error = #expect(throws: NeuralCoreError.self) {
            try TrainingRun(Fixtures.configuration(), data: Fixtures.prepared(.mean))
        }
        #expect(error?.code == .incompatible)
    }

    @Test func unknownInstructionSetsAreRefused() {
        #expect(throws: NeuralCoreError.self) { try InstructionSet.select("sse9") }
        #expect(InstructionSet.available.contains(.baseline))
        #expect(InstructionSet.available.first == .best)
    }

    @Test func preprocessingMeasuresTheTrainingSplitOnly() {
        let train = SampleMatrix(bytes: 4, dimension: 3) { bytes in
            for (i, value) in [1, 0, 7, 3, 0, 7, 5, 255, 7, 7, 255, 7].enumerated() { bytes[i] = UInt8(value) }
        }
        let validation = SampleMatrix(bytes: 1, dimension: 3) { $0[0] = 200 }
        let data = TrainingData(
            train: LabelledSamples(samples: train, labels: [0, 1, 0, 1], classes: 2),
            validation: LabelledSamples(samples: validation, labels: [0], classes: 2))
        let mean = Preprocessing(kind: .mean, of: data)
        let standard = Preprocessing(kind: .standardize, of: data)
        #expect(mean.mean == [4, 127.5, 7] && mean.scale == [1, 1, 1])
        #expect(standard.mean == mean.mean)
        // Population standard deviations √5, 127.5, and 0, which is left alone.
        #expect(standard.scale == [Float(1 / 5.0.squareRoot()), Float(1 / 127.5), 1])
    }

    @Test func theCosineIsTheMathLibrarys() {
        for x in stride(from: 0.0, through: 1.0, by: 1.0 / 512) {
            #expect(abs(LearningRate.cosineOfPi(times: x) - cos(.pi * x)) < 1e-15)
        }
    }
}
