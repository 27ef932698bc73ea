import Datasets
import Foundation
import NeuralCore
import SweepAnalysis

/// The exercise's first run on CIFAR-10: 50 hidden units, 1000 iterations, minibatches of 200, rate 1e-4, decay 0.95,
/// reg 0.5, with the random stream that the toy left behind.
struct FirstRun {
    /// Printed every 100 iterations.
    private static let losses = [
        "2.302954", "2.302550", "2.297648", "2.259602", "2.204170", "2.118565", "2.051535", "1.988466", "2.006591",
        "1.951473",
    ]
    private static let validationAccuracy = "0.287"
    private static let hidden = 50

    let dataFolder: String
    /// Where the exercise's pictures go; nil draws none.
    let pictures: PictureFolder?

    func run(_ random: NumPyRandom) throws {
        let reference = DatasetReference(name: "cifar10", train: 49_000, validation: 1000, test: 1000)
        let locator = DatasetLocator(dataFolder: dataFolder)
        let loaded = try locator.load(reference)
        printShapes(loaded.training, try locator.shape(of: reference))

        let (train, validation) = (loaded.training.train, loaded.training.validation)
        let mean = mean(of: train)
        let dimension = loaded.training.dimension
        var random = random
        var parameters = NetworkParameters(
            dimension: dimension, hidden: Self.hidden, classes: loaded.training.classes)
        parameters.W1 = random.normals(dimension * Self.hidden, scale: 1e-4)
        parameters.W2 = random.normals(Self.hidden * loaded.training.classes, scale: 1e-4)
        var training = ReferenceTraining(
            ReferenceNetwork(parameters, isQuick: true), random: random, rate: 1e-4, decay: 0.95, reg: 0.5,
            batchSize: 200)
        print("Training in double precision, about a minute…\n")
        fflush(nil)
        let validationBatch = gather(validation, Array(0..<validation.count), minus: mean)
        var curve = RunCurve(rate: 1e-4, decay: 0.95)
        let losses = training.run(
            iterations: 1000, samples: train.count, gather: { gather(train, $0, minus: mean) },
            atEpoch: { iteration, network, batch in
                curve.addEpoch(
                    iteration: iteration, trainAccuracy: accuracy(of: network, on: batch),
                    valAccuracy: accuracy(of: network, on: validationBatch))
            })
        var rows = Self.losses.enumerated().map { i, exercise in
            FigureTable.Row(
                name: "loss at iteration \(i * 100)", exercise: exercise, ours: String(format: "%f", losses[i * 100]))
        }
        let reached = accuracy(of: training.network, on: validationBatch)
        rows.append(
            FigureTable.Row(
                name: "validation accuracy", exercise: Self.validationAccuracy,
                ours: String(format: "%.3f", reached)))
        FigureTable.print("The first run on CIFAR-10 (data in \(loaded.location))", rows)
        try pictures?.drawFirstRun(
            curve.record(
                losses: losses, valAccuracy: reached,
                firstLayer: FirstLayer(
                    width: 32, height: 32, channels: 3, hidden: Self.hidden,
                    weights: training.network.parameters.W1.map { Float($0) })))
    }

    private func accuracy(of network: ReferenceNetwork, on batch: Minibatch) -> Double {
        Double(zip(network.predictions(batch), batch.labels).count { $0 == $1 }) / Double(batch.count)
    }

    private func printShapes(_ data: TrainingData, _ shape: DatasetShape) {
        func row(_ name: String, _ exercise: String, _ count: Int) -> FigureTable.Row {
            FigureTable.Row(name: name, exercise: exercise, ours: "\(count) × \(shape.dimension)")
        }
        FigureTable.print(
            "Data shapes",
            [
                row("training samples", "49000 × 3072", data.train.count),
                row("validation samples", "1000 × 3072", data.validation.count),
                row("test samples", "1000 × 3072", shape.test),
            ])
    }

    /// The mean image in double; sums of bytes are exact.
    private func mean(of samples: LabelledSamples) -> [Double] {
        let dimension = samples.samples.dimension
        var sums = [Int](repeating: 0, count: dimension)
        samples.samples.withRawBytes { bytes in
            for row in 0..<samples.count {
                for d in 0..<dimension { sums[d] += Int(bytes[row * dimension + d]) }
            }
        }
        return sums.map { Double($0) / Double(samples.count) }
    }

    private func gather(_ samples: LabelledSamples, _ rows: [Int], minus mean: [Double]) -> Minibatch {
        let dimension = samples.samples.dimension
        let x = [Double](unsafeUninitializedCapacity: rows.count * dimension) { x, initialized in
            samples.samples.withRawBytes { bytes in
                for (b, row) in rows.enumerated() {
                    for d in 0..<dimension { x[b * dimension + d] = Double(bytes[row * dimension + d]) - mean[d] }
                }
            }
            initialized = rows.count * dimension
        }
        return Minibatch(dimension: dimension, x: x, labels: rows.map { Int(samples.labels[$0]) })
    }
}
