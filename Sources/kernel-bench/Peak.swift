import CKernels
import NeuralCore

/// The speed of independent multiply-adds in registers: what no kernel can pass.
struct Peak: Sendable {
    let set: InstructionSet
    let precision: TrainingConfiguration.Precision
    private let rounds: Int64

    init(_ set: InstructionSet, _ precision: TrainingConfiguration.Precision = .float32) {
        (self.set, self.precision) = (set, precision)
        var rounds: Int64 = 10_000
        while Self.once(set, precision, rounds).seconds < 0.01 { rounds *= 2 }
        self.rounds = rounds
    }

    /// GFLOP/s of this thread, the best of `tries` of some 15 ms each.
    func measure(tries: Int) -> Double {
        (0..<tries).map { _ in Self.once(set, precision, rounds) }.map { $0.work / $0.seconds / 1e9 }.max() ?? 0
    }

    private static func once(
        _ set: InstructionSet, _ precision: TrainingConfiguration.Precision, _ rounds: Int64
    ) -> (work: Double, seconds: Double) {
        guard let kernels = ck_select(set.rawValue) else { preconditionFailure("\(set) is not available") }
        var sink = [Float](repeating: 0.999, count: 64)
        let start = Clock.thread
        let work = precision == .bf16 ? ck_peak_bf16(kernels, rounds, &sink) : ck_peak(kernels, rounds, &sink)
        return (work, Clock.thread - start)
    }
}

/// `kernel-bench peak`: the sum over cores that are busy at once.
struct PeakMode {
    let options: Options

    init(_ options: Options) { self.options = options }

    func run() throws {
        let peak = Peak(options.instructionSet)
        let tries = options.tries
        let speeds = try Threads.run(on: options.cores) { _ in peak.measure(tries: tries) }
        Report(options).print([
            .text("mode", "peak", 10), .text("isa", options.instructionSet.rawValue, 10),
            .count("cores", options.cores.count), .number("gflops", speeds.reduce(0, +), 9, 1),
        ])
    }
}
