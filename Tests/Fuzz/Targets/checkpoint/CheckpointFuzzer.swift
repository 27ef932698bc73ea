import FuzzKit

@testable import NeuralCore

/// Any bytes as a checkpoint of one of three configurations, by the first byte. What is accepted must be written as the
/// same bytes, on every instruction set, and the run must come to an end.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCheckpoint(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzBytes(data, count)
    let configuration = Subject.configurations[Int(input.byte()) % Subject.configurations.count]
    let bytes = input.bytes
    check(bytes, configuration)
    // With the fingerprint and the checksum that belong to it, which no mutation would find.
    guard bytes.count >= 24 else { return 0 }
    let own = Subject.fingerprint(of: configuration)
    var writer = ByteWriter(capacity: bytes.count + 8)
    for byte in bytes[..<16] + own + bytes[24...] { writer.append(byte) }
    writer.seal()
    check(writer.bytes, configuration)
    return 0
}

private func check(_ bytes: [UInt8], _ configuration: TrainingConfiguration) {
    do throws(NeuralCoreError) {
        let run = try TrainingRun(configuration, data: Subject.data, restoring: bytes)
        // The first format had no losses; it is written as the second.
        let written = run.checkpoint()
        if bytes[8] == 2 { expect(written == bytes, "the checkpoint is written as other bytes") }
        let other = try TrainingRun(configuration, data: Subject.data, restoring: bytes, instructionSet: .baseline)
        expect(other.checkpoint() == written, "another instruction set writes other bytes")
        finish(run)
    } catch {
        expect(!error.message.isEmpty, "a refusal says nothing")
    }
}

private func finish(_ run: TrainingRun) {
    for _ in 0...2 * run.configuration.iterations {
        switch run.advance(maxIterations: 2, using: Subject.workspace) {
        case .running, .epoch: continue
        case .diverged(let iteration, _):
            expect(0..<run.configuration.iterations ~= iteration, "it diverges in iteration \(iteration)")
            return
        case .finished:
            expect(run.iteration == run.configuration.iterations, "it ends after \(run.iteration) iterations")
            return
        }
    }
    fatalError("the run does not end")
}

/// A tiny problem, so that a checkpoint has a few hundred bytes.
private enum Subject {
    static let workspace = Workspace()

    static let data: PreparedData = {
        func samples(_ count: Int) -> LabelledSamples {
            let values = SampleMatrix(bytes: count, dimension: 3) { bytes in
                for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: 97 * index) }
            }
            return LabelledSamples(samples: values, labels: (0..<count).map { UInt16($0 % 2) }, classes: 2)
        }
        return PreparedData(TrainingData(train: samples(8), validation: samples(4)), preprocess: .mean)
    }()

    static let configurations: [TrainingConfiguration] = [
        configuration(.sgd, .last), configuration(.momentum, .best), configuration(.adam, .best),
    ]

    private static func configuration(
        _ optimizer: TrainingConfiguration.Optimizer, _ keep: TrainingConfiguration.Keep
    ) -> TrainingConfiguration {
        TrainingConfiguration(
            hiddenSize: 2, learningRate: 1e-3, reg: 0.1, batchSize: 2, iterations: 9, optimizer: optimizer, seed: 1,
            keep: keep)
    }

    /// Where a checkpoint has it.
    static func fingerprint(of configuration: TrainingConfiguration) -> ArraySlice<UInt8> {
        do throws(NeuralCoreError) {
            return try TrainingRun(configuration, data: data).checkpoint()[16..<24]
        } catch {
            fatalError("the configuration is refused: \(error)")
        }
    }
}
