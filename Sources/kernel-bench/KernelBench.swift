import NeuralCore

/// Prints the speed of whole training steps beside the peak that a loop of multiply-adds reaches on the same core.
///
/// `kernel-bench help` lists modes and options. docs/performance.md says what the figures mean.
@main
struct KernelBench {
    static func main() {
        do {
            let options = try Options(CommandLine.arguments.dropFirst())
            try run(options)
        } catch {
            fail(describe(error))
        }
    }

    private static func run(_ options: Options) throws {
        switch options.mode {
        case .help: print(Options.usage)
        case .peak: try PeakMode(options).run()
        case .shapes: try ShapesMode(options).run()
        case .bf16: try RoundedMode(options).run()
        case .variants: try VariantsMode(options).run()
        case .evaluation: try EvaluationMode(options).run()
        case .small: try SmallMode(options).run()
        case .pair: try PairMode(options).run()
        case .peer: try PeerMode(options).run()
        case .all:
            try ShapesMode(options).run()
            try RoundedMode(options).run()
            try VariantsMode(options).run()
            try EvaluationMode(options).run()
            try SmallMode(options).run()
            if options.cores.count > 1 { try PairMode(options).run() }
        }
    }

    private static func describe(_ error: any Error) -> String {
        switch error {
        case let error as NeuralCoreError: error.message
        case let error as BenchError: error.message
        default: "\(error)"
        }
    }
}
