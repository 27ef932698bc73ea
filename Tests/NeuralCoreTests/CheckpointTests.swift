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
