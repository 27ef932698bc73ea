import CKernels
import Testing

@testable import NeuralCore

/// `precision: bf16`, as far as it stands on the kernels; their bits are CKernelsTests' affair.
struct Bf16Tests {
    /// Checksums of the weights after 100 steps. Whoever changes them raises `TrainingRun.kernelRevision`.
    static let digests: [(TrainingConfiguration.Optimizer, UInt64)] = [
        (.sgd, 0xB59D_38E7_C716_F583), (.momentum, 0x5E2E_5E32_C41A_570E),
        (.nesterov, 0x4C27_8521_8D71_E252), (.adam, 0xF62D_503D_03C5_649A),
    ]

    private func configuration(
        _ optimizer: TrainingConfiguration.Optimizer = .momentum,
        change: (inout TrainingConfiguration) -> Void = { _ in }
    ) -> TrainingConfiguration {
        Fixtures.configuration(optimizer: optimizer) {
            $0.precision = .bf16
            change(&$0)
        }
    }

    @Test(arguments: InstructionSet.available, digests)
    func everyInstructionSetMakesTheCommittedBits(
        _ set: InstructionSet, _ expected: (TrainingConfiguration.Optimizer, UInt64)
    ) throws {
        let data = PreparedData(
            Fixtures.training(dimension: 193, classes: 10, train: 300, validation: 20), preprocess: .standardize)
        let configuration = configuration(expected.0) {
            ($0.hiddenSize, $0.batchSize, $0.iterations, $0.schedule) = (83, 37, 100, .cosine)
            ($0.labelSmoothing, $0.dropout) = (0.1, expected.0 == .adam ? 0.3 : 0)
        }
        let run = try TrainingRun(configuration, data: data, instructionSet: set)
        _ = Fixtures.finish(run)
        let digest = run.model().rowMajor.withUnsafeBytes { ck_checksum($0.baseAddress, Int64($0.count), 0) }
        #expect(digest == expected.1, "0x\(String(digest, radix: 16, uppercase: true))")
    }

    /// From one instruction set to another, with weights kept that are not the last ones.
    @Test(arguments: [0, 1, 8, 24])
    func aRestoredRunMakesTheSameBits(_ point: Int) throws {
        let data = Fixtures.prepared()
        let configuration = configuration { $0.keep = .best }
        let whole = try TrainingRun(configuration, data: data)
        let expected = Fixtures.finish(whole).end
        for from in InstructionSet.available {
            let run = try TrainingRun(configuration, data: data, instructionSet: from)
            let workspace = Workspace()
            while run.iteration < point {
                _ = run.advance(maxIterations: point - run.iteration, using: workspace)
            }
            for to in InstructionSet.available {
                let restored = try TrainingRun(
                    configuration, data: data, restoring: run.checkpoint(), instructionSet: to)
                #expect(restored.checkpoint() == run.checkpoint())
                guard case .finished(_, let outcome) = Fixtures.finish(restored, using: workspace).end,
                    case .finished(_, let right) = expected
                else {
                    Issue.record("\(from) to \(to): the run has not finished")
                    continue
                }
                #expect(outcome == right && restored.model() == whole.model())
            }
        }
    }

    @Test func samplesThatAreNoBytesAreRefused() throws {
        let matrix = SampleMatrix(floats: 4, dimension: 3) { $0[0] = 1 }
        let samples = LabelledSamples(samples: matrix, labels: [0, 1, 0, 1], classes: 2)
        let data = PreparedData(TrainingData(train: samples, validation: samples), preprocess: .standardize)
        let error = #expect(throws: NeuralCoreError.self) { try TrainingRun(configuration(), data: data) }
        #expect(error?.code == .invalidConfiguration)
        #expect(
            error?.message == "precision is bf16, which takes samples of bytes, and these are floats; use float32")
        #expect(throws: Never.self) { try TrainingRun(Fixtures.configuration(), data: data) }
    }

    // MARK: Models

    /// What promotion measures is what the training measured, had it been the same samples.
    @Test(arguments: TrainingConfiguration.Keep.allCases, [TrainingConfiguration.Preprocess.mean, .standardize])
    func aModelIsEvaluatedInThePrecisionOfItsTraining(
        _ keep: TrainingConfiguration.Keep, _ preprocess: TrainingConfiguration.Preprocess
    ) throws {
        let data = Fixtures.prepared(preprocess)
        let run = try TrainingRun(
            configuration {
                ($0.keep, $0.preprocess) = (keep, preprocess)
                if preprocess == .mean { $0.learningRate = 1e-4 }
            }, data: data)
        guard case .finished(_, let outcome) = Fixtures.finish(run).end else {
            Issue.record("the run has not finished")
            return
        }
        let model = try Model(decoding: run.model().encoded())
        #expect(model == run.model() && model.precision == .bf16)
        let (correct, total, loss) = try model.accuracy(on: data.data.validation, using: Workspace())
        #expect(loss == outcome.valLoss && Double(correct) / Double(total) == outcome.valAccuracy)
        // The weights are the same in float32, and their figures others.
        let plain = Model(
            hidden: model.hidden, dimension: model.dimension, classes: model.classes, rowMajor: model.rowMajor,
            preprocessing: model.preprocessing, precision: .float32)
        let other = try plain.accuracy(on: data.data.validation, using: Workspace()).loss
        #expect(other != loss && abs(other - loss) < 0.01 * loss)
    }

    @Test func modelsInFloat32AreWrittenAsBefore() throws {
        let data = Fixtures.prepared()
        let plain = try TrainingRun(Fixtures.configuration(), data: data).model().encoded()
        let rounded = try TrainingRun(configuration(), data: data).model().encoded()
        #expect(plain[8..<12] == [1, 0, 0, 0] && rounded[8..<12] == [2, 0, 0, 0])
        #expect(rounded.count == plain.count + 8)
    }

    @Test func aModelOfAnUnknownPrecisionIsRefused() throws {
        let bytes = try TrainingRun(configuration(), data: Fixtures.prepared()).model().encoded()
        for value in [UInt8(0), 2] {
            var writer = ByteWriter(capacity: bytes.count)
            for (i, byte) in bytes.dropLast(8).enumerated() { writer.append(i == 40 ? value : byte) }
            writer.seal()
            let error = #expect(throws: NeuralCoreError.self) { try Model(decoding: writer.bytes) }
            #expect(error?.message == "the model says the precision is \(value)")
        }
    }

    @Test func aModelInBf16TakesNoFloats() throws {
        let model = try TrainingRun(configuration(), data: Fixtures.prepared()).model()
        let matrix = SampleMatrix(floats: 1, dimension: 37) { $0[0] = 1 }
        let samples = LabelledSamples(samples: matrix, labels: [0], classes: 5)
        let error = #expect(throws: NeuralCoreError.self) { try model.predictions(on: samples, using: Workspace()) }
        #expect(error?.code == .shapeMismatch)
    }

    // MARK: Against float32

    /// One row, weights that bf16 holds exactly: each gradient is one product, whose one factor is rounded to 8 bits.
    @Test(arguments: InstructionSet.available, [TrainingConfiguration.Preprocess.mean, .standardize])
    func aGradientIsOffByOneRounding(_ set: InstructionSet, _ preprocess: TrainingConfiguration.Preprocess) throws {
        let data = Fixtures.prepared(preprocess)
        let (mean, scale) = (data.preprocessing.mean, data.preprocessing.scale)
        var random = NumPyRandom(seed: 3)
        var weights = random.normals(37 * 19 + 19 + 19 * 5 + 5, scale: 0.1).map { Float($0) }
        for i in 0..<(37 * 19) {
            let folded = Float(bitPattern: (weights[i] * scale[i / 19]).bitPattern & 0xFFFF_0000)
            weights[i] = folded / scale[i / 19]
        }
        let rounded = gradient(set, weights, data, rows: [4], rounded: true)
        let plain = gradient(set, weights, data, rows: [4], rounded: false)
        var compared = 0
        for i in 0..<(37 * 19) where plain[i] != 0 {
            let (x, m) = (Float(data.data.train.samples[4, i / 19]), mean[i / 19])
            // Half a unit of 8 bits; then what the mean's subtraction after the product cancels.
            let bound = 0x1p-8 + 0x1p-22 * (x + m) / abs(x - m) + 1e-4
            #expect(abs(rounded[i] - plain[i]) <= bound * abs(plain[i]), "\(i): \(rounded[i]) \(plain[i])")
            compared += 1
        }
        #expect(compared > 37 * 5)
    }

    @Test(arguments: InstructionSet.available)
    func gradientsOfManyRowsPointTheSameWay(_ set: InstructionSet) {
        let data = Fixtures.prepared()
        var random = NumPyRandom(seed: 4)
        let weights = random.normals(37 * 19 + 19 + 19 * 5 + 5, scale: 0.1).map { Float($0) }
        let rows = (0..<60).map { UInt32($0) }
        let rounded = gradient(set, weights, data, rows: rows, rounded: true)
        let plain = gradient(set, weights, data, rows: rows, rounded: false)
        func length(_ values: [Float]) -> Double { values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }
        let difference = length(zip(rounded, plain).map { $0 - $1 })
        #expect(difference > 0 && difference < 0.01 * length(plain))
    }

    private func gradient(
        _ set: InstructionSet, _ weights: [Float], _ data: PreparedData, rows: [UInt32], rounded: Bool
    ) -> [Float] {
        let network = PackedNetwork(
            set, dimension: 37, hidden: 19, classes: 5, moments: 1,
            roundedFor: rounded ? data.preprocessing : nil)
        network.rowMajor = weights
        var update = ck_update()
        update.optimizer = CK_GRADIENT
        rows.withUnsafeBufferPointer { index in
            data.data.train.withBatch(index, next: nil, count: rows.count, data.preprocessing) {
                _ = network.step(
                    $0, update, ck_regularizers(dropout: 0, seed: 0, iteration: 0, labelSmoothing: 0), Workspace())
            }
        }
        return network.unpack(network.moments[0])
    }

    @Test func aTrainingEndsWhereFloat32Ends() throws {
        let data = Fixtures.prepared()
        for optimizer in TrainingConfiguration.Optimizer.allCases {
            var ends: [Outcome] = []
            for precision in TrainingConfiguration.Precision.allCases {
                let configuration = Fixtures.configuration(optimizer: optimizer, iterations: 200) {
                    ($0.precision, $0.learningRate) = (precision, optimizer == .adam ? 1e-3 : 1e-2)
                }
                if case .finished(_, let outcome) = try Fixtures.finish(TrainingRun(configuration, data: data)).end {
                    ends.append(outcome)
                }
            }
            try #require(ends.count == 2)
            #expect(ends[0].valAccuracy > 0.9 && abs(ends[0].valAccuracy - ends[1].valAccuracy) <= 0.02)
            #expect(ends[0] != ends[1] && abs(ends[0].valLoss - ends[1].valLoss) < 0.02 * ends[0].valLoss + 0.002)
        }
    }

    // MARK: Memory

    @Test func theRoundedCopyIsCounted() {
        let rounded = configuration { $0.keep = .best }
        let plain = Fixtures.configuration(optimizer: .momentum) { $0.keep = .best }
        for size in [TrainingRun.memoryBytes, Workspace.memoryBytes] {
            #expect(size(rounded, 37, 5) >= size(plain, 37, 5) + 2 * 37 * 19)
        }
    }
}
