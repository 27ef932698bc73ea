import NeuralCore
import Testing

@testable import Datasets

@Suite struct SyntheticTests {
    private let locator = DatasetLocator(dataFolder: "/nowhere", systemFolders: [])

    @Test func bitsAreTheSameOnEveryMachine() throws {
        let loaded = try locator.load(DatasetReference(name: "synthetic"))
        #expect(loaded.digest == "a642b88575abee02a90167271d47bb1e89952ba5ee9b7c991da7fc996a702519")
        #expect(loaded.training.train.count == 2000 && loaded.training.validation.count == 500)
        let test = try locator.openTest(DatasetReference(name: "synthetic"), expecting: loaded.digest)
        #expect(test.test.count == 500)
    }

    @Test func largerSplitsBeginWithTheSamplesOfSmallerOnes() throws {
        let small = try locator.load(DatasetReference(name: "synthetic", train: 10, validation: 5))
        let large = try locator.load(DatasetReference(name: "synthetic", train: 100, validation: 5))
        #expect((0..<192).allSatisfy { small.training.train.samples[9, $0] == large.training.train.samples[9, $0] })
        #expect(
            (0..<192).allSatisfy { small.training.validation.samples[0, $0] == large.training.train.samples[10, $0] })
    }

    @Test func seedsDiffer() throws {
        let one = try locator.load(DatasetReference(name: "synthetic", train: 10, validation: 5))
        let two = try locator.load(
            DatasetReference(name: "synthetic", train: 10, validation: 5, synthetic: SyntheticOptions(seed: 1)))
        #expect(one.digest != two.digest)
    }

    @Test func testSamplesAreNotAmongTheTrainingSamples() throws {
        let reference = DatasetReference(name: "synthetic", train: 300, validation: 100, test: 100)
        let loaded = try locator.load(reference)
        let test = try locator.openTest(reference, expecting: loaded.digest).test
        let rows = { (samples: LabelledSamples) in
            Set((0..<samples.count).map { row in (0..<12).map { UInt8(samples.samples[row, $0]) } })
        }
        #expect(rows(test).isDisjoint(with: rows(loaded.training.train).union(rows(loaded.training.validation))))
    }

    /// Even the nearest class mean classifies most. Not all: samples without noise once passed for learnable.
    @Test func classesCanBeLearned() throws {
        let data = try locator.load(DatasetReference(name: "synthetic", train: 600, validation: 200)).training
        var means = [[Double]](repeating: [Double](repeating: 0, count: data.dimension), count: data.classes)
        var counts = [Double](repeating: 0, count: data.classes)
        for row in 0..<data.train.count {
            let label = Int(data.train.labels[row])
            counts[label] += 1
            for column in 0..<data.dimension { means[label][column] += data.train.samples[row, column] }
        }
        var right = 0
        for row in 0..<data.validation.count {
            let distances = (0..<data.classes).map { label in
                (0..<data.dimension).reduce(0.0) { sum, column in
                    let difference = data.validation.samples[row, column] - means[label][column] / counts[label]
                    return sum + difference * difference
                }
            }
            if distances.indices.min(by: { distances[$0] < distances[$1] }) == Int(data.validation.labels[row]) {
                right += 1
            }
        }
        #expect((180..<200).contains(right), "\(right) of 200")
    }

    @Test(arguments: [(0, 10), (65537, 10), (4, 1), (4, 1001), (-1, 2)])
    func sizesOutOfRangeAreRefused(inputs: Int, classes: Int) {
        let reference = DatasetReference(
            name: "synthetic", synthetic: SyntheticOptions(inputs: inputs, classes: classes))
        expectError(.wrongSize, "must be in") { _ = try locator.shape(of: reference) }
    }

    @Test func samplesThatWouldFillTheMemoryAreRefused() {
        let reference = DatasetReference(
            name: "synthetic", train: 9_000_000, synthetic: SyntheticOptions(inputs: 65536))
        expectError(.wrongSize, "16 GiB") { _ = try locator.load(reference) }
    }
}
