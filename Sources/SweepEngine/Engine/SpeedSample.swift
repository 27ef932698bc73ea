import NeuralCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How fast one worker trains what a sweep asks for: tried, since it depends on the net, the data and the box.
enum SpeedSample {
    /// Processor time that is spent on it.
    private static let seconds = 0.03
    /// Wider nets are no faster for each operation, and take longer to make.
    private static let widest = 1024

    /// Operations a second of processor time in training; nil where that cannot be tried. What else a trial does, such as
    /// evaluating, is not in it.
    static func flopPerSecond(of configurations: [TrainingConfiguration], on data: SweepData) -> Double? {
        guard var configuration = typical(configurations, data) else { return nil }
        configuration.hiddenSize = min(configuration.hiddenSize, widest)
        // One that diverges would be over at once.
        (configuration.learningRate, configuration.weightScale) = (1e-9, .standardDeviation(1e-4))
        // Images that have yet to be prepared would be waited for; the same net on plain pixels is as fast.
        if data.sharedBytes(of: configuration.preparation) > 0 {
            configuration.preparation = Preparation(preprocess: .mean)
        }
        let flop = configuration.flopPerIteration(dimension: data.dimension(of: configuration))
        do throws(NeuralCoreError) {
            guard let prepared = try data.data(for: configuration).prepared(within: seconds) else { return nil }
            let run = try TrainingRun(configuration, data: prepared)
            let workspace = Workspace()
            // The first iteration is followed by an evaluation.
            _ = run.advance(maxIterations: 1, using: workspace)
            let (first, start) = (run.iteration, processorSeconds())
            let stride = max(1, Int(1e8 / flop))
            while processorSeconds() - start < seconds {
                switch run.advance(maxIterations: stride, using: workspace) {
                case .running, .epoch: continue
                case .finished, .diverged: break
                }
                break
            }
            let spent = processorSeconds() - start
            return run.iteration > first && spent > 0 ? flop * Double(run.iteration - first) / spent : nil
        } catch {
            return nil
        }
    }

    /// The one on whose like, or on larger ones, half of all operations are spent.
    private static func typical(_ configurations: [TrainingConfiguration], _ data: SweepData) -> TrainingConfiguration?
    {
        let costs = configurations.map { ($0, data.flop(of: $0)) }.sorted { $0.1 > $1.1 }
        var rest = costs.reduce(0) { $0 + $1.1 } / 2
        return costs.first { cost in
            rest -= cost.1
            return rest <= 0
        }?.0
    }

    /// Of this thread: what else the box does meanwhile does not count.
    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
