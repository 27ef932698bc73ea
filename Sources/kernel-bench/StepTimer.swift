import NeuralCore

/// Times `TrainingRun.advance`: gather to update, as a worker calls it.
struct StepTimer {
    let run: TrainingRun
    private let workspace = Workspace()

    /// Rates so small that no net diverges, however long it is timed.
    static func configuration(
        hidden: Int, batch: Int, optimizer: TrainingConfiguration.Optimizer = .sgd, dropout: Double = 0,
        rate: Double = 1e-6, reg: Double = 0.1, precision: TrainingConfiguration.Precision = .float32, seed: UInt64 = 1
    ) -> TrainingConfiguration {
        TrainingConfiguration(
            hiddenSize: hidden, learningRate: rate, reg: reg, batchSize: batch, iterations: 1_000_000_000,
            optimizer: optimizer, schedule: .constant, dropout: dropout, precision: precision, seed: seed,
            trainAccuracy: .sample(count: 1, seed: 0))
    }

    init(_ configuration: TrainingConfiguration, _ data: PreparedData, _ set: InstructionSet) throws {
        run = try TrainingRun(configuration, data: data, instructionSet: set)
        // The record after the very first update.
        _ = run.advance(maxIterations: 1, using: workspace)
    }

    /// Steps of a try: as many as `options` name, or as fill its seconds; no more than fit between two epoch records.
    func steps(_ options: Options) throws -> Int {
        let room = run.iterationsPerEpoch - 1
        guard room > 0 else { throw BenchError("every step of this shape makes an epoch record; use a smaller batch") }
        if let steps = options.steps { return min(steps, room) }
        let few = min(max(room / 8, 1), 20)
        let guess = try seconds(steps: few, clock: { Clock.thread }) / Double(few)
        return min(max(Int(options.seconds / guess), 1), room)
    }

    /// Seconds for `steps` steps, none of which makes an epoch record: those are evaluations.
    func seconds(steps: Int, clock: () -> Double) throws -> Double {
        let per = run.iterationsPerEpoch
        let position = run.iteration % per
        if position == 0 || position + steps > per {
            try advance(to: (run.iteration + per - 1) / per * per + 1)
        }
        let start = clock()
        try advance(to: run.iteration + steps)
        return clock() - start
    }

    /// Trains on, records included, until `iteration` steps are done.
    func advance(to iteration: Int) throws {
        while run.iteration < iteration {
            switch run.advance(maxIterations: iteration - run.iteration, using: workspace) {
            case .running, .epoch: continue
            case .finished: throw BenchError("the run ended at step \(run.iteration)")
            case .diverged(let step, _): throw BenchError("the net diverged at step \(step)")
            }
        }
    }

    /// Floating-point operations of both products of the first layer: what GFLOP/s count.
    var work: Double {
        4 * Double(run.configuration.batchSize) * Double(run.data.data.dimension) * Double(run.configuration.hiddenSize)
    }
}

/// A step's speed beside the peak before and after it.
struct Measurement {
    let set: InstructionSet
    var secondsPerStep: Double
    var gflops: Double
    /// The larger one of before and after.
    var peak: Double

    var share: Double { 100 * gflops / peak }

    init(_ configuration: TrainingConfiguration, _ data: PreparedData, _ peak: Peak, _ options: Options) throws {
        set = peak.set
        let timer = try StepTimer(configuration, data, peak.set)
        let steps = try timer.steps(options)
        let before = peak.measure(tries: options.tries)
        var best = Double.infinity
        for _ in 0..<options.tries {
            best = min(best, try timer.seconds(steps: steps, clock: { Clock.thread }) / Double(steps))
        }
        (secondsPerStep, gflops) = (best, timer.work / best / 1e9)
        self.peak = max(before, peak.measure(tries: options.tries))
    }
}
