import Foundation
import NeuralCore
import Testing

struct CheckpointTests {
    private let data = Fixtures.prepared()

    /// Before the first step, after records, between them, before the last step, after the end.
    @Test(arguments: TrainingConfiguration.Optimizer.allCases, [0, 1, 2, 7, 8, 9, 24, 25])
    func aRestoredRunMakesTheSameBits(_ optimizer: TrainingConfiguration.Optimizer, _ point: Int) throws {
        for keep in TrainingConfiguration.Keep.allCases {
            let configuration = Fixtures.configuration(optimizer: optimizer) {
                ($0.keep, $0.dropout) = (keep, 0.2)
            }
            let whole = try TrainingRun(configuration, data: data)
            let expected = Fixtures.finish(whole)
            let interrupted = try TrainingRun(configuration, data: data)
            let workspace = Workspace()
            while interrupted.iteration < point {
                _ = interrupted.advance(maxIterations: min(point - interrupted.iteration, 3), using: workspace)
            }
            let saved = interrupted.checkpoint()
            let restored = try TrainingRun(configuration, data: data, restoring: saved)
            #expect(restored.iteration == point && restored.epoch == interrupted.epoch)
            #expect(restored.checkpoint() == saved)
            let found = Fixtures.finish(restored)
            #expect(found.records == Array(expected.records.suffix(found.records.count)))
            #expect(outcome(found.end) == outcome(expected.end) && outcome(found.end) != nil)
            #expect(restored.model() == whole.model())
            #expect(restored.checkpoint() == whole.checkpoint())
        }
    }

    private static let options: [@Sendable (inout TrainingConfiguration) -> Void] = [
        { ($0.inputDropout, $0.clipNorm, $0.warmupIterations) = (0.2, 0.5, 9) },
        { ($0.averaging, $0.keep) = (.exponential(decay: 0.9), .best) },
        { $0.averaging = .tail(share: 0.5) },
        { ($0.averaging, $0.precision) = (.exponential(decay: 0.5), .bf16) },
        { ($0.patience, $0.learningRate) = (.init(records: 2), 1e-4) },
        { ($0.patience, $0.averaging) = (.init(records: 1, metric: .valLoss), .tail(share: 0.9)) },
    ]

    @Test(arguments: 0..<6, [0, 1, 7, 8, 12, 13, 16, 17, 24, 25])
    func aRestoredRunMakesTheSameBitsWithEveryOption(_ option: Int, _ point: Int) throws {
        let configuration = Fixtures.configuration(optimizer: .momentum, change: Self.options[option])
        let whole = try TrainingRun(configuration, data: data)
        let expected = Fixtures.finish(whole)
        let interrupted = try TrainingRun(configuration, data: data)
        let workspace = Workspace()
        stopping: while interrupted.iteration < point {
            switch interrupted.advance(maxIterations: 1, using: workspace) {
            case .finished, .diverged: break stopping
            case .running, .epoch: continue
            }
        }
        let saved = interrupted.checkpoint()
        let restored = try TrainingRun(configuration, data: data, restoring: saved)
        #expect(restored.checkpoint() == saved)
        let found = Fixtures.finish(restored, slice: 2)
        #expect(found.records == Array(expected.records.suffix(found.records.count)))
        #expect(outcome(found.end) == outcome(expected.end) && outcome(found.end) != nil)
        #expect(restored.model() == whole.model() && restored.checkpoint() == whole.checkpoint())
        let estimate = TrainingRun.memoryBytes(configuration, dimension: 37, classes: 5)
        #expect(estimate >= whole.checkpoint().count)
        for other in 0..<6 where other != option {
            let changed = Fixtures.configuration(optimizer: .momentum, change: Self.options[other])
            #expect(throws: NeuralCoreError.self) { try TrainingRun(changed, data: data, restoring: saved) }
        }
    }

    private func outcome(_ progress: TrainingRun.Progress) -> Outcome? {
        if case .finished(_, let outcome) = progress { outcome } else { nil }
    }

    @Test func aCheckpointMovesBetweenInstructionSets() throws {
        let configuration = Fixtures.configuration(optimizer: .momentum)
        let whole = try TrainingRun(configuration, data: data)
        _ = Fixtures.finish(whole)
        for from in InstructionSet.available {
            for to in InstructionSet.available {
                let run = try TrainingRun(configuration, data: data, instructionSet: from)
                _ = run.advance(maxIterations: 5, using: Workspace())
                let moved = try TrainingRun(configuration, data: data, restoring: run.checkpoint(), instructionSet: to)
                _ = Fixtures.finish(moved)
                #expect(moved.model() == whole.model())
            }
        }
    }

    /// Made by version 0.1.0, four iterations into this configuration.
    private static let formatOne = """
        U1NXUENLUDEBAAAAAQAAAFOjkvhGw9tdBAAAAAAAAAABAAAAAAAAAFK4HoXrUag/KM9iWu328z8AAAAAAAAAAAAAAAAAAAAA7XKY\
        vWedrL5HpWW+1q+Tvh+58j6xcBu+FQR5Pu6tkr2400i+araqvn0NHL9qJFo7lmiqPOsvu77VNh6/rEvAPaC9jj1ZM6s+ZRg7PoDG\
        OD6Tfaq+lgH8vonfAb4ILOQ9TpQvPo1mi76Arz+9/h/uvhOL0L72X0Y+hunzPf9Sib6jY4I+ViAsPiY4BT81Qwq+Q+MTvmG44L1T\
        a5a+aIqGPKVeQD5Efl2+rGR/PbH4tzpNyhg9e5khvsXexb1bGku+9J8pvkIb+r1gNq6+ZQ6IPt7yEL6LwCA++a88vtL6PL73PiY+\
        v+UHvrpMtz3D6C2+OjqgPIKCnT7OuCC+1GeKPPH9zj1Jrji+Duk6PqanKD7f6UQ+4XrRvkFeiL42JKa9v+Y9Ppw8Vj4Bnio8dySA\
        vfX61b4xYwC/XI6vv2md8b+8nNI+7vfMv6Tpoz/1Fy2/R5uKv6XM2r/j4oM86dD3vCoqArqxplQ8yr/aOkgGsDSTCB1X
        """

    @Test func aCheckpointOfTheFirstFormatGoesOnWithTheSameBits() throws {
        let configuration = Fixtures.configuration { $0.hiddenSize = 2 }
        let bytes = [UInt8](try #require(Data(base64Encoded: Self.formatOne)))
        let restored = try TrainingRun(configuration, data: data, restoring: bytes)
        #expect(restored.iteration == 4 && restored.epoch == 1)
        let whole = try TrainingRun(configuration, data: data)
        let (expected, found) = (Fixtures.finish(whole).records, Fixtures.finish(restored).records)
        #expect(restored.model() == whole.model())
        #expect(found.map(\.trainLoss) == expected.dropFirst().map(\.trainLoss))
        // The losses before the checkpoint are not known.
        #expect(found[0].losses == Array(expected[1].losses.suffix(4)) && expected[1].losses.count == 7)
        #expect(Array(found[1...]) == Array(expected[2...]))
    }

    @Test func everyCutAndEveryFlippedByteIsRefused() throws {
        let configuration = Fixtures.configuration(optimizer: .momentum) { ($0.hiddenSize, $0.keep) = (2, .best) }
        let run = try TrainingRun(configuration, data: data)
        _ = run.advance(maxIterations: 3, using: Workspace())
        let saved = run.checkpoint()
        #expect(throws: Never.self) { try TrainingRun(configuration, data: data, restoring: saved) }
        for length in 0..<saved.count where length < 200 || length % 31 == 0 || length > saved.count - 20 {
            #expect(throws: NeuralCoreError.self) {
                try TrainingRun(configuration, data: data, restoring: Array(saved[..<length]))
            }
        }
        for position in 0..<saved.count where position < 200 || position % 31 == 0 || position > saved.count - 20 {
            var damaged = saved
            damaged[position] ^= UInt8(1 << (position % 8))
            #expect(throws: NeuralCoreError.self) {
                try TrainingRun(configuration, data: data, restoring: damaged)
            }
        }
        #expect(throws: NeuralCoreError.self) { try TrainingRun(configuration, data: data, restoring: saved + [0]) }
    }

    @Test func anotherConfigurationOrDataSetIsRefused() throws {
        let configuration = Fixtures.configuration()
        let run = try TrainingRun(configuration, data: data)
        _ = run.advance(maxIterations: 3, using: Workspace())
        let saved = run.checkpoint()
        let changes: [(inout TrainingConfiguration) -> Void] = [
            { $0.learningRate *= 2 }, { $0.reg = 0 }, { $0.seed = 12 }, { $0.batchSize = 18 }, { $0.hiddenSize = 20 },
            { $0.iterations = 26 }, { $0.optimizer = .adam }, { $0.schedule = .cosine }, { $0.keep = .best },
            { $0.dropout = 0.1 }, { $0.labelSmoothing = 0.1 }, { $0.weightScale = .standardDeviation(0.1) },
            { $0.precision = .bf16 }, { $0.inputDropout = 0.1 }, { $0.warmupIterations = 3 }, { $0.clipNorm = 1 },
            { $0.averaging = .exponential(decay: 0.9) }, { $0.averaging = .tail(share: 0.9) },
            { $0.patience = .init(records: 3) },
        ]
        for change in changes {
            var other = configuration
            change(&other)
            let error = #expect(throws: NeuralCoreError.self) {
                try TrainingRun(other, data: data, restoring: saved)
            }
            #expect(error?.code == .incompatible)
        }
        let others = PreparedData(Fixtures.training(train: 121), preprocess: .standardize)
        let error = #expect(throws: NeuralCoreError.self) {
            try TrainingRun(configuration, data: others, restoring: saved)
        }
        #expect(error?.code == .incompatible)
    }

    @Test func theMemoryEstimateCoversTheCheckpoint() throws {
        for optimizer in TrainingConfiguration.Optimizer.allCases {
            let configuration = Fixtures.configuration(optimizer: optimizer) { $0.keep = .best }
            let run = try TrainingRun(configuration, data: data)
            _ = run.advance(maxIterations: 3, using: Workspace())
            let estimate = TrainingRun.memoryBytes(configuration, dimension: 37, classes: 5)
            #expect(estimate >= run.checkpoint().count)
            #expect(Workspace.memoryBytes(configuration, dimension: 37, classes: 5) > 0)
        }
    }
}
