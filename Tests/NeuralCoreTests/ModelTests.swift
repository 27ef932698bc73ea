import Foundation
import Testing

@testable import NeuralCore

struct ModelTests {
    private func trained() throws -> (model: Model, data: PreparedData) {
        let data = Fixtures.prepared()
        let run = try TrainingRun(Fixtures.configuration(), data: data)
        _ = Fixtures.finish(run)
        return (run.model(), data)
    }

    @Test func aModelSurvivesItsEncoding() throws {
        let (model, data) = try trained()
        let decoded = try Model(decoding: model.encoded())
        #expect(decoded == model)
        #expect(decoded.preprocessing == data.preprocessing)
        #expect(decoded.W1.count == 37 * 19 && decoded.b1.count == 19)
        #expect(decoded.W2.count == 19 * 5 && decoded.b2.count == 5)
    }

    @Test func everyCutAndEveryFlippedByteIsRefused() throws {
        let bytes = try trained().model.encoded()
        for position in 0..<bytes.count where position < 100 || position % 53 == 0 || position > bytes.count - 20 {
            #expect(throws: NeuralCoreError.self) { try Model(decoding: Array(bytes[..<position])) }
            var damaged = bytes
            damaged[position] ^= 0x10
            #expect(throws: NeuralCoreError.self) { try Model(decoding: damaged) }
        }
        #expect(throws: NeuralCoreError.self) { try Model(decoding: []) }
        #expect(throws: NeuralCoreError.self) { try Model(decoding: [UInt8](repeating: 0xFF, count: 4096)) }
    }

    @Test func predictionsAndAccuracyAgreeWithTheTwin() throws {
        let (model, data) = try trained()
        // More rows than one piece of an evaluation, and not a multiple of it.
        let samples = Fixtures.byteSamples(503, dimension: 37, classes: 5, seed: 9)
        var parameters = NetworkParameters(dimension: 37, hidden: 19, classes: 5)
        parameters.flat = (model.W1 + model.b1 + model.W2 + model.b2).map { Double($0) }
        let (mean, scale) = (data.preprocessing.mean, data.preprocessing.scale)
        let x = (0..<503).flatMap { row in
            (0..<37).map { (samples.samples[row, $0] - Double(mean[$0])) * Double(scale[$0]) }
        }
        let batch = Minibatch(dimension: 37, x: x, labels: samples.labels.map { Int($0) })
        let twin = ReferenceNetwork(parameters, optimizer: .sgd)
        let expected = twin.predictions(batch)
        #expect(try model.predictions(on: samples, using: Workspace()).map { Int($0) } == expected)
        let (correct, total, loss) = try model.accuracy(on: samples, using: Workspace())
        #expect(total == 503 && correct == zip(expected, batch.labels).count { $0 == $1 })
        #expect(abs(loss - twin.lossAndGradients(batch, Objective()).loss) < 1e-5)
    }

    @Test func samplesOfAnotherShapeAreRefused() throws {
        let model = try trained().model
        for samples in [
            Fixtures.byteSamples(3, dimension: 36, classes: 5, seed: 1),
            Fixtures.byteSamples(3, dimension: 37, classes: 4, seed: 1),
        ] {
            let error = #expect(throws: NeuralCoreError.self) { try model.accuracy(on: samples, using: Workspace()) }
            #expect(error?.code == .shapeMismatch)
        }
    }

    @Test func theExponentialOfTheSoftmaxIsRight() {
        for x in stride(from: -700.0, through: 0, by: 0.37) {
            #expect(abs(Softmax.exponential(x) / exp(x) - 1) < 1e-12)
        }
        #expect(Softmax.exponential(0) == 1 && Softmax.exponential(-701) == 0 && Softmax.exponential(.nan).isNaN)
    }

    @Test func probabilitiesAreTheSoftmaxOfTheLogitsAndAnEnsembleIsTheirWeightedMean() throws {
        let data = Fixtures.prepared()
        let models = try [11, 12].map { (seed: UInt64) in
            let run = try TrainingRun(Fixtures.configuration { $0.seed = seed }, data: data)
            _ = Fixtures.finish(run)
            return run.model()
        }
        let (validation, workspace) = (data.data.validation, Workspace())
        let own = try models.map { try $0.probabilities(on: validation, using: workspace) }
        for (model, probabilities) in zip(models, own) {
            #expect(probabilities.count == 50 * 5)
            let predictions = try model.predictions(on: validation, using: workspace)
            for row in 0..<50 {
                let p = Array(probabilities[(row * 5)..<(row * 5 + 5)])
                let sum = p.reduce(0, +)
                #expect(abs(sum - 1) < 1e-12)
                #expect(p.max() == p[Int(predictions[row])])
            }
            // The mean cross-entropy is that of the labels' probabilities.
            let logs = (0..<50).map { log(probabilities[$0 * 5 + Int(validation.labels[$0])]) }
            let loss = -logs.reduce(0, +) / 50
            #expect(try abs(model.accuracy(on: validation, using: workspace).loss - loss) < 1e-5)
        }
        let mean = try Ensemble([(models[0], 3), (models[1], 1)]).probabilities(on: validation, using: workspace)
        for i in mean.indices {
            let expected = 0.75 * own[0][i] + 0.25 * own[1][i]
            #expect(abs(mean[i] - expected) < 1e-12)
        }
        let alone = Ensemble([(models[0], 2)])
        #expect(
            try alone.predictions(on: validation, using: workspace)
                == models[0].predictions(on: validation, using: workspace))
    }
}
