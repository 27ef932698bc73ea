import Testing

@testable import NeuralCore

/// Checkpoints with a right checksum that no run has written; found by the fuzzer `checkpoint`.
struct CheckpointFieldsTests {
    private let data = Fixtures.prepared()

    /// Where the fields are; docs of the format are its writer.
    private enum Field {
        static let iteration = 24
        static let epoch = 32
        static let loss = 48
        static let accuracy = 56
        static let hasBest = 64
    }

    private func saved(_ configuration: TrainingConfiguration, after iterations: Int) throws -> [UInt8] {
        let run = try TrainingRun(configuration, data: data)
        let workspace = Workspace()
        while run.iteration < iterations {
            _ = run.advance(maxIterations: iterations - run.iteration, using: workspace)
        }
        return run.checkpoint()
    }

    private func changed(_ bytes: [UInt8], _ field: Int, to value: UInt64) -> [UInt8] {
        var writer = ByteWriter(capacity: bytes.count)
        for byte in bytes[..<field] { writer.append(byte) }
        writer.append(value)
        for byte in bytes[(field + 8)..<(bytes.count - 8)] { writer.append(byte) }
        writer.seal()
        return writer.bytes
    }

    private func refusal(_ configuration: TrainingConfiguration, _ bytes: [UInt8]) -> NeuralCoreError? {
        do throws(NeuralCoreError) {
            _ = try TrainingRun(configuration, data: data, restoring: bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [(Field.loss, 0), (Field.accuracy, 0), (Field.accuracy, 3), (Field.epoch, 0), (Field.epoch, 3)])
    func aCheckpointThatSaysWhatNothingHasMeasuredIsRefused(_ field: Int, _ iterations: Int) throws {
        let configuration = Fixtures.configuration()
        let bytes = try saved(configuration, after: iterations)
        #expect(refusal(configuration, changed(bytes, Field.iteration, to: UInt64(iterations))) == nil)
        #expect(refusal(configuration, changed(bytes, field, to: 2))?.code == .corrupted)
    }

    /// A trial that keeps its last weights would have ended with those that the file calls the best.
    @Test func bestWeightsOfATrialThatKeepsItsLastOnesAreRefused() throws {
        let last = Fixtures.configuration()
        let bytes = try saved(last, after: 3)
        let weights = bytes[(bytes.count - 8 - 4 * (19 * 38 + 20 * 5))..<(bytes.count - 8)]
        let more = changed(
            bytes[..<(bytes.count - 8)] + weights + [UInt8](repeating: 0, count: 8), Field.hasBest, to: 1)
        #expect(refusal(last, more)?.code == .corrupted)
    }

    @Test func aTrialThatKeepsItsBestWeightsIsNotGoneOnWithWithoutThem() throws {
        let best = Fixtures.configuration { $0.keep = .best }
        #expect(refusal(best, try saved(best, after: 0)) == nil)
        let bytes = try saved(best, after: 3)
        #expect(refusal(best, bytes) == nil)
        let weights = 4 * (19 * 38 + 20 * 5)
        let fewer = Array(bytes[..<(bytes.count - 8 - weights)]) + [UInt8](repeating: 0, count: 8)
        #expect(refusal(best, changed(fewer, Field.hasBest, to: 0))?.code == .corrupted)
    }
}
