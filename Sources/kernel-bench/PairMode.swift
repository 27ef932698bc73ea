import NeuralCore

/// `kernel-bench pair`: two nets on two cores at once, on the same data, against one alone.
struct PairMode {
    let options: Options

    init(_ options: Options) { self.options = options }

    func run() throws {
        guard options.cores.count >= 2 else { throw BenchError("pair wants two cores; name them with --cores") }
        let (data, cores, report) = (Samples.images(), Array(options.cores.prefix(2)), Report(options))
        for (hidden, batch) in [(80, 200), (160, 400), (320, 800)] {
            let set = options.instructionSet
            // Each made on its own core, so that its memory is near.
            let timers = try Threads.run(on: cores) { number in
                try StepTimer(
                    StepTimer.configuration(hidden: hidden, batch: batch, seed: UInt64(number)), data, set)
            }
            let steps = try timers[0].steps(options)
            var (alone, together) = (Double.infinity, Double.infinity)
            for _ in 0..<options.tries {
                for number in 0..<2 {
                    let timer = timers[number]
                    let spent = try Threads.run(on: [cores[number]]) { _ in
                        try timer.seconds(steps: steps, clock: { Clock.wall })
                    }
                    alone = min(alone, spent[0])
                }
                // The slower of two equal shares of work.
                let spent = try Threads.run(on: cores) { number in
                    try timers[number].seconds(steps: steps, clock: { Clock.wall })
                }
                together = min(together, max(spent[0], spent[1]))
            }
            let work = timers[0].work * Double(steps) / 1e9
            report.print([
                .text("mode", "pair", 10), .text("isa", set.rawValue, 10), .count("hidden", hidden),
                .count("batch", batch), .number("alone_gflops", work / alone, 13, 1),
                .number("pair_gflops", 2 * work / together, 12, 1), .number("ratio", 2 * alone / together, 7, 3),
            ])
        }
    }
}
