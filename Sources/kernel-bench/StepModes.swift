import NeuralCore

/// `kernel-bench shapes`: plain SGD at every shape.
struct ShapesMode {
    let options: Options

    init(_ options: Options) { self.options = options }

    func run() throws {
        let (data, report) = (Samples.images(), Report(options))
        for set in options.instructionSets {
            let peak = Peak(set)
            for hidden in options.hidden {
                for batch in options.batch {
                    let configuration = StepTimer.configuration(hidden: hidden, batch: batch)
                    report.print("shapes", configuration, try Measurement(configuration, data, peak, options))
                }
            }
        }
    }
}

/// `kernel-bench bf16`: plain SGD in bf16 at every shape.
struct RoundedMode {
    let options: Options

    init(_ options: Options) { self.options = options }

    func run() throws {
        let (data, report) = (Samples.images(), Report(options))
        let peak = Peak(options.instructionSet, .bf16)
        for hidden in options.hidden {
            for batch in options.batch {
                let configuration = StepTimer.configuration(hidden: hidden, batch: batch, precision: .bf16)
                report.print("bf16", configuration, try Measurement(configuration, data, peak, options))
            }
        }
    }
}

/// `kernel-bench variants`: every optimizer, and dropout, at a small and a large shape.
struct VariantsMode {
    let options: Options

    init(_ options: Options) { self.options = options }

    func run() throws {
        let (data, peak, report) = (Samples.images(), Peak(options.instructionSet), Report(options))
        for (hidden, batch) in [(80, 200), (320, 400)] {
            for optimizer in TrainingConfiguration.Optimizer.allCases {
                for dropout in optimizer == .sgd ? [0, 0.25] : [0] {
                    let configuration = StepTimer.configuration(
                        hidden: hidden, batch: batch, optimizer: optimizer, dropout: dropout)
                    report.print("variants", configuration, try Measurement(configuration, data, peak, options))
                }
            }
        }
    }
}

/// `kernel-bench evaluation`: the forward pass, argmax and loss included, as validation does it.
struct EvaluationMode {
    let options: Options
    private static let rows = 10_000

    init(_ options: Options) { self.options = options }

    func run() throws {
        let (data, peak, report) = (Samples.images(), Peak(options.instructionSet), Report(options))
        let (rows, workspace) = (data.data.train.slice(0..<Self.rows), Workspace())
        for hidden in options.hidden {
            let model = try StepTimer(
                StepTimer.configuration(hidden: hidden, batch: 200), data, options.instructionSet
            ).run.model()
            let before = peak.measure(tries: options.tries)
            var best = Double.infinity
            for _ in 0..<options.tries {
                let start = Clock.thread
                _ = try model.accuracy(on: rows, using: workspace)
                best = min(best, Clock.thread - start)
            }
            let gflops = 2 * Double(Self.rows * rows.samples.dimension * hidden) / best / 1e9
            let top = max(before, peak.measure(tries: options.tries))
            report.print([
                .text("mode", "evaluation", 10), .text("isa", options.instructionSet.rawValue, 10),
                .count("hidden", hidden), .count("rows", Self.rows), .number("ms", 1e3 * best, 9, 3),
                .number("gflops", gflops, 8, 1), .number("peak", top, 8, 1),
                .number("percent", 100 * gflops / top, 8, 1),
            ])
        }
    }
}
