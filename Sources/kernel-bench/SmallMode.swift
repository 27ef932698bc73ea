import NeuralCore

/// `kernel-bench small`: toy nets, where what a step costs besides its arithmetic shows.
struct SmallMode {
    let options: Options
    private let report: Report

    init(_ options: Options) { (self.options, report) = (options, Report(options)) }

    func run() throws {
        let peak = Peak(options.instructionSet)
        try time(Samples.bytes(16_000, dimension: 64, classes: 10), hidden: 8, batch: 16, peak)
        // The exercise's toy model has five samples; more of them keep epoch records out of the figure.
        try time(Samples.floats(10_000, dimension: 4, classes: 3), hidden: 10, batch: 5, peak)
    }

    private func time(_ samples: LabelledSamples, hidden: Int, batch: Int, _ peak: Peak) throws {
        let data = PreparedData(
            TrainingData(train: samples, validation: samples.slice(0..<10)), preprocess: .mean)
        let timer = try StepTimer(
            StepTimer.configuration(hidden: hidden, batch: batch), data, options.instructionSet)
        let steps = min(options.steps ?? .max, timer.run.iterationsPerEpoch - 1)
        let before = peak.measure(tries: options.tries)
        var best = Double.infinity
        // So short that many fit into the time that one try of a large shape takes.
        for _ in 0..<(20 * options.tries) {
            best = min(best, try timer.seconds(steps: steps, clock: { Clock.thread }) / Double(steps))
        }
        let top = max(before, peak.measure(tries: options.tries))
        // Here the second layer counts too: three products of B×H and H×C.
        let work = timer.work + 6 * Double(batch * hidden * samples.classes)
        let ideal = work / top / 1e9
        report.print([
            .text("mode", "small", 10), .text("isa", options.instructionSet.rawValue, 10),
            .count("hidden", hidden), .count("batch", batch), .count("inputs", samples.samples.dimension),
            .number("us", 1e6 * best, 8, 3), .number("ideal_us", 1e6 * ideal, 9, 3),
            .number("fixed_us", 1e6 * (best - ideal), 9, 3),
        ])
    }
}
