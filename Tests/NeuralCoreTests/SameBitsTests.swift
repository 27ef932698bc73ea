import CKernels
import Testing

@testable import NeuralCore

/// The same configuration gives the same bits, whatever the instruction set, the slices, and the interruptions.
struct SameBitsTests {
    /// Checksums of the weights after 100 steps. Whoever changes them raises `TrainingRun.kernelRevision`.
    static let digests: [(TrainingConfiguration.Optimizer, UInt64)] = [
        (.sgd, 0x98F8_8854_E6FC_1955), (.momentum, 0x4C1F_2BE1_22D6_F35D),
        (.nesterov, 0x6AD1_6123_0CDE_D733), (.adam, 0xF0C1_DBDF_23CA_D9BA),
    ]

    @Test(arguments: InstructionSet.available, digests)
    func everyInstructionSetMakesTheCommittedBits(
        _ set: InstructionSet, _ expected: (TrainingConfiguration.Optimizer, UInt64)
    ) throws {
        let data = PreparedData(
            Fixtures.training(dimension: 193, classes: 10, train: 300, validation: 20), preprocess: .standardize)
        let configuration = Fixtures.configuration(optimizer: expected.0, iterations: 100) {
            ($0.hiddenSize, $0.batchSize, $0.schedule) = (83, 37, .cosine)
            ($0.labelSmoothing, $0.dropout) = (0.1, expected.0 == .adam ? 0.3 : 0)
        }
        let run = try TrainingRun(configuration, data: data, instructionSet: set)
        _ = Fixtures.finish(run)
        let digest = run.model().rowMajor.withUnsafeBytes { ck_checksum($0.baseAddress, Int64($0.count), 0) }
        #expect(digest == expected.1, "0x\(String(digest, radix: 16, uppercase: true))")
    }

    /// Of dropped inputs, clipping, warm-up and averaging together.
    static let optionDigests: [(TrainingConfiguration.Averaging, UInt64)] = [
        (.none, 0x0BC3_0114_D207_0941), (.exponential(decay: 0.97), 0xA122_5145_C561_8881),
        (.tail(share: 0.3), 0xA595_69E8_FFDD_C947),
    ]

    @Test(arguments: InstructionSet.available, optionDigests)
    func everyInstructionSetMakesTheCommittedBitsOfTheOptions(
        _ set: InstructionSet, _ expected: (TrainingConfiguration.Averaging, UInt64)
    ) throws {
        let data = PreparedData(
            Fixtures.training(dimension: 193, classes: 10, train: 300, validation: 20), preprocess: .standardize)
        let configuration = Fixtures.configuration(optimizer: .momentum, iterations: 100) {
            ($0.hiddenSize, $0.batchSize, $0.schedule, $0.dropout) = (83, 37, .cosine, 0.2)
            ($0.inputDropout, $0.clipNorm, $0.warmupIterations, $0.averaging) = (0.1, 0.7, 20, expected.0)
        }
        let run = try TrainingRun(configuration, data: data, instructionSet: set)
        _ = Fixtures.finish(run)
        let digest = run.model().rowMajor.withUnsafeBytes { ck_checksum($0.baseAddress, Int64($0.count), 0) }
        #expect(digest == expected.1, "0x\(String(digest, radix: 16, uppercase: true))")
    }

    @Test func aLimitThatNoGradientReachesChangesNothing() throws {
        let data = Fixtures.prepared()
        for precision in TrainingConfiguration.Precision.allCases {
            let free = try TrainingRun(
                Fixtures.configuration(optimizer: .momentum) { $0.precision = precision }, data: data)
            let limited = try TrainingRun(
                Fixtures.configuration(optimizer: .momentum) { ($0.precision, $0.clipNorm) = (precision, 1e6) },
                data: data)
            let (expected, found) = (Fixtures.finish(free), Fixtures.finish(limited))
            #expect(expected.records == found.records && expected.end == found.end)
            #expect(free.model() == limited.model())
        }
    }

    @Test(arguments: [1, 3, 7, 8, 24])
    func slicesChangeNothing(_ slice: Int) throws {
        let data = Fixtures.prepared()
        let whole = try TrainingRun(Fixtures.configuration(), data: data)
        let cut = try TrainingRun(Fixtures.configuration(), data: data)
        let (expected, found) = (Fixtures.finish(whole), Fixtures.finish(cut, slice: slice))
        #expect(expected.records == found.records && expected.end == found.end)
        #expect(whole.model() == cut.model())
    }

    @Test func aSharedWorkspaceChangesNothing() throws {
        let (data, workspace) = (Fixtures.prepared(), Workspace())
        let configurations = [
            Fixtures.configuration(), Fixtures.configuration(optimizer: .adam) { $0.hiddenSize = 83 },
            Fixtures.configuration(optimizer: .nesterov) { ($0.batchSize, $0.dropout) = (5, 0.5) },
        ]
        let alone = try configurations.map { try TrainingRun($0, data: data) }
        let together = try configurations.map { try TrainingRun($0, data: data) }
        for run in alone { _ = Fixtures.finish(run) }
        for _ in 0..<80 { for run in together { _ = run.advance(maxIterations: 1, using: workspace) } }
        #expect(alone.map { $0.model() } == together.map { $0.model() })
    }

    @Test func bytesAndFloatsOfTheSameValuesMakeTheSameBits() throws {
        let bytes = Fixtures.training()
        func floats(_ samples: LabelledSamples) -> LabelledSamples {
            let matrix = SampleMatrix(floats: samples.count, dimension: samples.samples.dimension) { values in
                for i in values.indices {
                    values[i] = Float(samples.samples[i / samples.samples.dimension, i % samples.samples.dimension])
                }
            }
            return LabelledSamples(samples: matrix, labels: samples.labels, classes: samples.classes)
        }
        let converted = TrainingData(train: floats(bytes.train), validation: floats(bytes.validation))
        let runs = try [bytes, converted].map { data in
            try TrainingRun(
                Fixtures.configuration {
                    $0.preprocess = .mean
                    $0.learningRate = 1e-4
                },
                data: PreparedData(data, preprocess: .mean))
        }
        #expect(Fixtures.finish(runs[0]).end == Fixtures.finish(runs[1]).end)
        #expect(runs[0].model() == runs[1].model())
    }
}
