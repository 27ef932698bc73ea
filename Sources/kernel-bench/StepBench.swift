import CKernels
import NeuralCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Times `TrainingRun.advance` on random bytes of CIFAR-10's shape.
struct StepBench {
    private static let dimension = 3072
    private static let shapes: [(hidden: Int, batch: Int)] = [
        (80, 200), (80, 400), (80, 800), (160, 200), (160, 400), (160, 800), (320, 200), (320, 400), (320, 800),
        (50, 200), (100, 200), (500, 200),
    ]
    private let data: PreparedData

    /// 49 000 samples: 150 MB, so that a minibatch comes from memory as it does in earnest.
    init() {
        func samples(_ count: Int) -> LabelledSamples {
            let matrix = SampleMatrix(bytes: count, dimension: Self.dimension) { bytes in
                var state: UInt64 = 88_172_645_463_325_252
                for i in bytes.indices {
                    state ^= state << 13
                    state ^= state >> 7
                    state ^= state << 17
                    bytes[i] = UInt8(truncatingIfNeeded: state)
                }
            }
            return LabelledSamples(samples: matrix, labels: (0..<count).map { UInt16($0 % 10) }, classes: 10)
        }
        data = PreparedData(TrainingData(train: samples(49_000), validation: samples(10)), preprocess: .mean)
    }

    func run(_ set: InstructionSet) throws {
        let peak = peak(set)
        print("\(set.rawValue): peak \(round1(peak)) GFLOP/s")
        print("optimizer     H    B   ms/step  GFLOP/s  of peak")
        for shape in Self.shapes { try time(set, shape, .sgd, peak) }
        for optimizer in [TrainingConfiguration.Optimizer.nesterov, .adam] {
            for shape in [(80, 200), (320, 400)] { try time(set, shape, optimizer, peak) }
        }
    }

    private func time(
        _ set: InstructionSet, _ shape: (hidden: Int, batch: Int), _ optimizer: TrainingConfiguration.Optimizer,
        _ peak: Double
    ) throws {
        let configuration = TrainingConfiguration(
            hiddenSize: shape.hidden, learningRate: 1e-6, reg: 0.1, batchSize: shape.batch, iterations: 1_000_000,
            optimizer: optimizer, seed: 1, trainAccuracy: .sample(count: 1, seed: 0))
        let run = try TrainingRun(configuration, data: data, instructionSet: set)
        let workspace = Workspace()
        let work = 4 * Double(shape.batch * Self.dimension * shape.hidden)
        // About 80 ms at a time, and never across an epoch record: those are not steps.
        let steps = min(max(Int(0.08 * peak * 1e9 / work), 1), run.iterationsPerEpoch / 4)
        _ = run.advance(maxIterations: 1, using: workspace)
        var best = Double.infinity
        for _ in 0..<8 {
            if run.iteration % run.iterationsPerEpoch + steps >= run.iterationsPerEpoch {
                while run.iteration % run.iterationsPerEpoch != 1 {
                    _ = run.advance(maxIterations: run.iterationsPerEpoch, using: workspace)
                }
            }
            let seconds = seconds { _ = run.advance(maxIterations: steps, using: workspace) }
            best = min(best, seconds / Double(steps))
        }
        let speed = work / best / 1e9
        let columns = [
            pad(optimizer.rawValue, -9), pad("\(shape.hidden)", 5), pad("\(shape.batch)", 4),
            pad(round3(best * 1e3), 9),
            pad(round1(speed), 8), pad("\(round1(100 * speed / peak)) %", 8),
        ]
        print(columns.joined(separator: " "))
    }

    /// GFLOP/s of independent multiply-adds in registers, the best of several tries.
    private func peak(_ set: InstructionSet) -> Double {
        guard let kernels = ck_select(set.rawValue) else { return 0 }
        var sink = [Float](repeating: 0.999, count: 64)
        var best = 0.0
        for _ in 0..<8 {
            var work = 0.0
            let seconds = seconds { work = ck_peak(kernels, set == .baseline ? 100_000 : 3_000_000, &sink) }
            best = max(best, work / seconds / 1e9)
        }
        return best
    }

    /// Processor time of this thread, so that a busy machine disturbs less.
    private func seconds(_ body: () -> Void) -> Double {
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
        }
        let start = now()
        body()
        return now() - start
    }

    private func round1(_ x: Double) -> String { "\((x * 10).rounded() / 10)" }

    private func round3(_ x: Double) -> String { "\((x * 1000).rounded() / 1000)" }

    /// To the right for a positive width, to the left for a negative one.
    private func pad(_ text: String, _ width: Int) -> String {
        let space = String(repeating: " ", count: max(abs(width) - text.count, 0))
        return width > 0 ? space + text : text + space
    }
}
