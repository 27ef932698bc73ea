import NeuralCore
import SweepModel

/// A trial that holds memory: its training run, from its first slice to its end.
final class LiveTrial: @unchecked Sendable {
    // SAFETY: the variables below are touched only by the slice that the scheduler has given out, one at a time.
    private var run: TrainingRun?
    private var seconds: Double
    private var checkpointedAtSeconds: Double
    private var checkpointCostSeconds = 0.0

    let id: Int64
    let index: Int
    let sweep: Int64
    let attempt: Int
    let configuration: TrainingConfiguration
    private let data: TrialData
    private let folder: StateFolder
    /// Checkpoints to go on from, the last one first.
    private let checkpoints: [StoredFile]

    init(_ trial: Trial, configuration: TrainingConfiguration, data: TrialData, folder: StateFolder) {
        (id, index, sweep, attempt) = (trial.id, trial.index, trial.sweep, trial.attempt)
        (self.configuration, self.data, self.folder) = (configuration, data, folder)
        checkpoints = trial.checkpoints
        seconds = trial.checkpoint == nil ? 0 : trial.seconds
        checkpointedAtSeconds = seconds
    }

    /// How much of the images that it waits for is prepared, 0…1; nil when it waits for none.
    var preparing: Double? { data.source.fraction }

    /// Trains for about `budget` seconds, or to the end.
    /// - Parameters:
    ///   - checkpointEvery: seconds of this trial's training after which a checkpoint is due.
    ///   - stop: iterations at which it stands still, with a checkpoint, until somebody calls again.
    func train(
        using workspace: Workspace, budget: Double, checkpointEvery: Double, until stop: Int? = nil
    ) -> SliceResult {
        Fault.slice(of: id)
        var result = SliceResult()
        let clock = ContinuousClock()
        let start = clock.now
        func elapsed() -> Double { (clock.now - start).inSeconds }
        do throws(NeuralCoreError) {
            if run == nil { run = try prepare(within: budget, &result) }
            guard let run else {
                // The data are still being made; that is nobody's training time.
                (result.start, result.sliceSeconds) = (start, elapsed())
                (result.iteration, result.seconds) = (checkpoints.first?.iteration ?? 0, seconds)
                return result
            }
            let (before, began, stride) = (seconds, elapsed(), stepsPerCall(run))
            repeat {
                let left = stop.map { max(0, $0 - run.iteration) } ?? .max
                let progress = run.advance(maxIterations: min(stride, left), using: workspace)
                seconds = before + elapsed() - began
                if note(progress, of: run, in: &result) { break }
                if let stop, run.iteration >= stop {
                    result.ending = .standing
                    result.checkpoint = run.checkpoint()
                    break
                }
            } while elapsed() < budget
            result.iteration = run.iteration
            if result.ending == nil { checkpointIfDue(run, every: checkpointEvery, &result) }
            result.trainingSeconds = elapsed() - began
            seconds = before + result.trainingSeconds
        } catch {
            result.ending = .failed(error.message)
        }
        (result.start, result.sliceSeconds) = (start, elapsed())
        result.seconds = seconds
        if let ending = result.ending, !ending.isStanding { run = nil }
        return result
    }

    /// Gives up the memory and leaves a checkpoint, if the trial has begun.
    func save() -> SliceResult {
        var result = SliceResult()
        result.iteration = run?.iteration ?? checkpoints.first?.iteration ?? 0
        if let run, run.iteration > 0 { result.checkpoint = run.checkpoint() }
        result.seconds = seconds
        result.ending = .saved
        run = nil
        return result
    }

    /// Iterations between two looks at the clock: about 2 GFLOP, some tens of milliseconds.
    private func stepsPerCall(_ run: TrainingRun) -> Int {
        max(1, Int(2e9 / configuration.flopPerIteration(dimension: run.data.data.dimension)))
    }

    /// Nil if the data are not ready yet.
    private func prepare(within budget: Double, _ result: inout SliceResult) throws(NeuralCoreError) -> TrainingRun? {
        guard let data = try data.prepared(within: budget) else { return nil }
        var reasons: [String] = []
        for (age, checkpoint) in checkpoints.enumerated() {
            do throws(EngineError) {
                let run = try restore(checkpoint, data)
                if age > 0 {
                    result.fellBack = FallBack(
                        to: checkpoint,
                        reason: "goes on from iteration \(run.iteration): \(reasons.joined(separator: "; "))")
                }
                return run
            } catch {
                reasons.append(error.message)
            }
        }
        // Whatever became of its checkpoints, the trial's bits come from its start too.
        if !reasons.isEmpty { result.restarted = reasons.joined(separator: "; ") }
        seconds = 0
        checkpointedAtSeconds = 0
        return try TrainingRun(configuration, data: data)
    }

    /// - Throws: for a damaged checkpoint, which is set aside, and for one of a program that makes other bits.
    private func restore(_ checkpoint: StoredFile, _ data: PreparedData) throws(EngineError) -> TrainingRun {
        let bytes: [UInt8]
        do throws(EngineError) {
            bytes = try folder.read(checkpoint)
        } catch {
            if error.code == .damaged { try folder.setAside(checkpoint.path) }
            throw error
        }
        do throws(NeuralCoreError) {
            return try TrainingRun(configuration, data: data, restoring: bytes)
        } catch {
            throw EngineError(.damaged, error.message)
        }
    }

    /// - Returns: whether the trial has ended.
    private func note(_ progress: TrainingRun.Progress, of run: TrainingRun, in result: inout SliceResult) -> Bool {
        switch progress {
        case .running:
            return false
        case .epoch(let record):
            result.epochs.append(EpochPoint(record, seconds: seconds))
            return false
        case .finished(let record, let outcome):
            if let record { result.epochs.append(EpochPoint(record, seconds: seconds)) }
            result.stopped = outcome.stopped?.description
            result.ending = .completed(
                TrialMetrics(outcome), model: run.model().encoded(), deadUnits: outcome.deadUnits)
            return true
        case .diverged(let iteration, let lastFiniteLoss):
            result.ending = .diverged(iteration: iteration, lastFiniteLoss: lastFiniteLoss)
            return true
        }
    }

    private func checkpointIfDue(_ run: TrainingRun, every interval: Double, _ result: inout SliceResult) {
        guard seconds - checkpointedAtSeconds >= max(interval, 100 * checkpointCostSeconds) else { return }
        let clock = ContinuousClock()
        let start = clock.now
        result.checkpoint = run.checkpoint()
        checkpointCostSeconds = (clock.now - start).inSeconds
        checkpointedAtSeconds = seconds
    }
}

/// That a trial goes on from the checkpoint before the last.
struct FallBack: Sendable {
    var to: StoredFile
    var reason: String
}

/// What a slice, or a save, has to tell.
struct SliceResult: Sendable {
    enum Ending: Sendable {
        case completed(TrialMetrics, model: [UInt8], deadUnits: Int)
        case diverged(iteration: Int, lastFiniteLoss: Double?)
        case failed(String)
        /// Queued again.
        case saved
        /// It has come to the iteration where it was to stand still; its run stays in memory.
        case standing

        var isStanding: Bool { if case .standing = self { true } else { false } }
    }

    var epochs: [EpochPoint] = []
    var checkpoint: [UInt8]?
    /// The checkpoint before the last, when the last one could not be used.
    var fellBack: FallBack?
    /// Why no checkpoint could be used, when there was one.
    var restarted: String?
    var ending: Ending?
    /// Why a completed trial ended before its iterations were done; nil if it did not.
    var stopped: String?
    /// Iterations done.
    var iteration = 0
    /// Of the trial's training so far.
    var seconds = 0.0
    /// Of this slice; nil for a save.
    var start: ContinuousClock.Instant?
    var sliceSeconds = 0.0
    /// The part of them in which it was trained: without what it waited for, or read, to begin.
    var trainingSeconds = 0.0
}

extension EpochPoint {
    init(_ record: EpochRecord, seconds: Double) {
        self.init(
            epoch: record.epoch, iteration: record.iteration,
            metrics: TrialMetrics(
                valAccuracy: record.valAccuracy, trainAccuracy: record.trainAccuracy, valLoss: record.valLoss,
                trainLoss: record.trainLoss),
            learningRate: record.learningRate, seconds: seconds, weightNorm: record.weightNorm,
            updateRatio: record.updateRatio,
            losses: record.losses.map { LossSample(iteration: $0.iteration, loss: $0.loss) })
    }
}

extension TrialMetrics {
    init(_ outcome: Outcome) {
        self.init(
            valAccuracy: outcome.valAccuracy, trainAccuracy: outcome.trainAccuracy, valLoss: outcome.valLoss,
            trainLoss: outcome.trainLoss)
    }
}

extension Duration {
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}

extension TrainingConfiguration {
    /// Of the four products that a training step is made of: forward and backward through W1; the second layer is small.
    func flopPerIteration(dimension: Int) -> Double {
        4 * Double(batchSize) * Double(dimension) * Double(hiddenSize)
    }
}
