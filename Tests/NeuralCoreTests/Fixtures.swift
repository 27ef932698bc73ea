import NeuralCore
import Testing

/// Small problems that a net can learn, the same on every machine.
enum Fixtures {
    /// Byte images of `classes` noisy prototypes.
    static func byteSamples(_ count: Int, dimension: Int, classes: Int, seed: UInt32) -> LabelledSamples {
        var prototypes = NumPyRandom(seed: 42)
        var random = NumPyRandom(seed: seed)
        let centres = (0..<(classes * dimension)).map { _ in prototypes.word() % 200 }
        let labels = random.choice(classes, count: count)
        let samples = SampleMatrix(bytes: count, dimension: dimension) { bytes in
            for n in 0..<count {
                for d in 0..<dimension {
                    bytes[n * dimension + d] = UInt8(centres[labels[n] * dimension + d] + random.word() % 56)
                }
            }
        }
        return LabelledSamples(samples: samples, labels: labels.map { UInt16($0) }, classes: classes)
    }

    static func training(
        dimension: Int = 37, classes: Int = 5, train: Int = 120, validation: Int = 50
    ) -> TrainingData {
        TrainingData(
            train: byteSamples(train, dimension: dimension, classes: classes, seed: 1),
            validation: byteSamples(validation, dimension: dimension, classes: classes, seed: 2))
    }

    static func prepared(_ preprocess: TrainingConfiguration.Preprocess = .standardize) -> PreparedData {
        PreparedData(training(), preprocess: preprocess, probe: .init(count: 60, seed: 3))
    }

    static func configuration(
        optimizer: TrainingConfiguration.Optimizer = .sgd, iterations: Int = 25,
        change: (inout TrainingConfiguration) -> Void = { _ in }
    ) -> TrainingConfiguration {
        var configuration = TrainingConfiguration(
            hiddenSize: 19, learningRate: optimizer == .adam ? 1e-2 : 5e-2, reg: 1e-2, batchSize: 17,
            iterations: iterations, optimizer: optimizer, weightScale: .he, preprocess: .standardize, seed: 11,
            trainAccuracy: .sample(count: 60, seed: 3))
        change(&configuration)
        return configuration
    }

    /// Parameters and a minibatch of normal numbers.
    static func problem(
        _ shape: Shape, scale: Double = 0.5, seed: UInt32 = 5
    ) -> (parameters: NetworkParameters, batch: Minibatch) {
        var random = NumPyRandom(seed: seed)
        var parameters = NetworkParameters(dimension: shape.d, hidden: shape.h, classes: shape.c)
        // Rounded to Float, so that both engines start from the same numbers.
        parameters.flat = random.normals(parameters.flat.count, scale: scale).map { Double(Float($0)) }
        let x = random.normals(shape.b * shape.d, scale: 1).map { Double(Float($0)) }
        let batch = Minibatch(dimension: shape.d, x: x, labels: random.choice(shape.c, count: shape.b))
        return (parameters, batch)
    }

    /// Trains to the end in calls of `slice` iterations.
    static func finish(
        _ run: TrainingRun, slice: Int = 1000, using workspace: Workspace = Workspace()
    ) -> (records: [EpochRecord], end: TrainingRun.Progress) {
        var records: [EpochRecord] = []
        while true {
            switch run.advance(maxIterations: slice, using: workspace) {
            case .running: continue
            case .epoch(let record): records.append(record)
            case .finished(let record, let outcome):
                if let record { records.append(record) }
                return (records, .finished(record, outcome))
            case .diverged(let iteration, let loss):
                return (records, .diverged(iteration: iteration, lastFiniteLoss: loss))
            }
        }
    }
}

struct Shape: Sendable, CustomTestStringConvertible {
    let d: Int, h: Int, c: Int, b: Int

    var testDescription: String { "D \(d), H \(h), C \(c), B \(b)" }

    /// One of everything; just below, at and above tiles, panels and blocks; primes.
    static let odd = [
        Shape(d: 1, h: 1, c: 1, b: 1), Shape(d: 1, h: 1, c: 2, b: 3), Shape(d: 4, h: 10, c: 3, b: 5),
        Shape(d: 3, h: 2, c: 15, b: 2), Shape(d: 5, h: 15, c: 16, b: 4), Shape(d: 7, h: 16, c: 17, b: 5),
        Shape(d: 13, h: 17, c: 33, b: 6), Shape(d: 79, h: 79, c: 3, b: 47), Shape(d: 80, h: 80, c: 10, b: 48),
        Shape(d: 81, h: 81, c: 7, b: 49), Shape(d: 97, h: 97, c: 11, b: 101), Shape(d: 191, h: 31, c: 10, b: 50),
        Shape(d: 192, h: 32, c: 10, b: 12), Shape(d: 193, h: 61, c: 2, b: 13), Shape(d: 31, h: 163, c: 83, b: 11),
        Shape(d: 2, h: 5, c: 3, b: 211),
    ]
}
