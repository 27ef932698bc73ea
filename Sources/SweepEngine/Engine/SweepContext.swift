import NeuralCore
import SweepModel

/// What the engine keeps in memory of a sweep that is not ended. Lives inside the engine's actor.
final class SweepContext {
    let id: Int64
    let spec: SweepSpec
    let priority: Int
    var state: SweepState
    var closing: SweepClosing?
    var reason: String?
    /// It had ended, and somebody has queued trials of it again: these are let run, whatever had ended it.
    let isReopened: Bool
    let data: SweepData
    /// Trials that are not ended.
    private(set) var trials: [Int64: PendingTrial] = [:]
    /// Their numbers by index.
    private var ids: [Int: Int64] = [:]
    /// Trials whose parameters are not chosen yet, by index.
    private(set) var undecided: [Int: Trial] = [:]
    /// Their indices by number.
    private var undecidedIndices: [Int64: Int] = [:]
    /// What search and pruning go by; nil for a sweep that decides nothing by its results.
    var history: SweepHistory?
    /// The parameters of a cohort are being chosen.
    var isChoosing = false
    /// Attempts of trials that have ended in this boot: their rows may not say so yet.
    private(set) var endedAttempts: [Int64: Int] = [:]
    /// Floating-point operations of all trials, and of those parts that are not done.
    private var knownFlop: Double
    private var knownRemainingFlop = 0.0
    /// Of one whose parameters are not chosen yet.
    private let undecidedFlop: Double
    /// Trials that have failed since one was completed.
    private(set) var consecutiveFailures = 0
    /// Results of completed trials, as far as retention would leave their models.
    var leaders = Leaders()
    /// Epochs that its trials have been trained for.
    private(set) var epochs = 0.0
    /// The part of them of each trial that has ended.
    private var endedEpochs: [Int64: Double] = [:]
    private var activeBefore: Double
    private var activeSince: ContinuousClock.Instant?

    /// - Parameters:
    ///   - flop: of all trials whose parameters are known.
    ///   - undecidedFlop: what to expect of each of the others.
    init(
        _ sweep: Sweep, isReopened: Bool = false, spec: SweepSpec, data: SweepData, flop: Double,
        undecidedFlop: Double = 0
    ) {
        self.isReopened = isReopened
        (id, self.spec, priority) = (sweep.id, spec, sweep.priority)
        (self.data, knownFlop, self.undecidedFlop) = (data, flop, undecidedFlop)
        (state, closing, reason, activeBefore) = (sweep.state, sweep.closing, sweep.reason, sweep.activeSeconds)
    }

    var totalFlop: Double { knownFlop + undecidedFlop * Double(undecided.count) }
    var remainingFlop: Double { knownRemainingFlop + undecidedFlop * Double(undecided.count) }
    /// Trials that are not ended.
    var open: [Int64] { Array(trials.keys) + undecided.values.map(\.id) }

    var mode: SweepMode {
        if closing?.endsRunningTrials == true { return .ending }
        return state == .paused ? .paused : .open
    }

    /// Takes in a trial that is not ended, and counts what it costs.
    func add(_ row: Trial, _ configuration: TrainingConfiguration) -> PendingTrial {
        var row = row
        // Where it goes on; its row may have seen more.
        row.iteration = row.checkpoint?.iteration ?? 0
        epochs += configuration.epochs(row.iteration, data) - (endedEpochs.removeValue(forKey: row.id) ?? 0)
        let pending = PendingTrial(
            trial: row, configuration: configuration,
            flopPerIteration: configuration.flopPerIteration(dimension: data.dimension(of: configuration)))
        trials[row.id] = pending
        ids[row.index] = row.id
        knownRemainingFlop += pending.remainingFlop
        return pending
    }

    /// The trial at an index, unless it has ended or is not chosen yet.
    func pending(at index: Int) -> PendingTrial? { ids[index].flatMap { trials[$0] } }

    /// Counts what a trial was trained for that has ended.
    func count(ended row: Trial, _ configuration: TrainingConfiguration) {
        let own = configuration.epochs(row.iteration, data)
        endedEpochs[row.id] = own
        epochs += own
    }

    /// Counts a trial that was completed or has failed; others say nothing on whether trials fail.
    func count(_ state: TrialState) {
        if state == .completed { consecutiveFailures = 0 }
        if state == .failed { consecutiveFailures += 1 }
    }

    /// Takes in a trial whose parameters are to be chosen.
    func add(undecided row: Trial) {
        undecided[row.index] = row
        undecidedIndices[row.id] = row.index
    }

    /// It is to be this.
    func choose(
        _ index: Int, _ parameters: ParameterAssignment, seed: UInt64, _ configuration: TrainingConfiguration
    ) -> PendingTrial? {
        guard var row = undecided.removeValue(forKey: index) else { return nil }
        undecidedIndices[row.id] = nil
        (row.parameters, row.seed) = (parameters, seed)
        history?.choose(index, parameters, configuration.shape(data))
        let pending = add(row, configuration)
        knownFlop += pending.remainingFlop
        return pending
    }

    /// - Returns: the operations that were done since the last change.
    @discardableResult
    func update(_ id: Int64, _ change: (inout PendingTrial) -> Void) -> Double {
        guard var pending = trials[id] else { return 0 }
        let (before, iteration) = (pending.remainingFlop, pending.trial.iteration)
        change(&pending)
        epochs += pending.configuration.epochs(pending.trial.iteration - iteration, data)
        trials[id] = pending
        knownRemainingFlop += pending.remainingFlop - before
        return max(0, before - pending.remainingFlop)
    }

    /// The trial has ended; `metrics` are of its kept weights.
    func forget(_ id: Int64, _ state: TrialState, _ metrics: TrialMetrics? = nil) {
        guard let pending = trials.removeValue(forKey: id) else {
            guard let index = undecidedIndices.removeValue(forKey: id), let row = undecided.removeValue(forKey: index)
            else { return }
            endedAttempts[id] = row.attempt
            history?.end(row.index, state)
            return
        }
        endedAttempts[id] = pending.trial.attempt
        endedEpochs[id] = pending.configuration.epochs(pending.trial.iteration, data)
        knownRemainingFlop = trials.isEmpty ? 0 : knownRemainingFlop - pending.remainingFlop
        history?.end(pending.trial.index, state, metrics)
    }

    /// Whether a `queued` row is of an attempt that is not known here yet.
    func isNew(_ row: Trial) -> Bool {
        trials[row.id] == nil && undecided[row.index] == nil && row.attempt > endedAttempts[row.id] ?? 0
    }

    /// Seconds during which the sweep ran, in this boot and before.
    func activeSeconds(at now: ContinuousClock.Instant) -> Double {
        activeBefore + (activeSince.map { (now - $0).inSeconds } ?? 0)
    }

    func startClock(at now: ContinuousClock.Instant) { activeSince = activeSince ?? now }

    func stopClock(at now: ContinuousClock.Instant) {
        activeBefore = activeSeconds(at: now)
        activeSince = nil
    }
}

/// A trial that is not ended: its row, and what its training costs.
struct PendingTrial {
    var trial: Trial
    let configuration: TrainingConfiguration
    let flopPerIteration: Double
    /// Failures in this boot; crashes and retries by hand do not count.
    var failures = 0

    /// From the start again.
    mutating func begin() {
        (trial.iteration, trial.seconds) = (0, 0)
        (trial.checkpoint, trial.previousCheckpoint) = (nil, nil)
    }

    var progress: Double { Double(trial.iteration) / Double(max(1, configuration.iterations)) }
    var remainingFlop: Double {
        flopPerIteration * Double(max(0, configuration.iterations - trial.iteration))
    }
}

/// Floating-point operations that a worker does in a second of its slices, of late. Time in which nothing is trained does
/// not count.
struct RateMeter {
    private var flop = 0.0
    private var seconds = 0.0
    /// Seconds of slices after which half is left of what was measured.
    private static let memory = 60.0

    mutating func add(_ flop: Double, seconds: Double) {
        guard flop > 0 else { return }
        let kept = 1 / (1 + seconds / Self.memory)
        self.flop = self.flop * kept + flop
        self.seconds = self.seconds * kept + seconds
    }

    /// Nil until there is something to go by.
    var rate: Double? { seconds > 0.5 ? flop / seconds : nil }
}

/// The best results of a sweep so far, best first.
struct Leaders {
    private var best: [(value: Double, index: Int)] = []

    /// Takes a result in, and says whether it is among the `keep` best; ties go to the lower index.
    mutating func admit(_ metrics: TrialMetrics, index: Int, by metric: RankingMetric, keep: Int) -> Bool {
        let value = metric.value(of: metrics)
        guard !value.isNaN else { return best.count < keep }
        let sign = metric.maximizes ? -1.0 : 1.0
        let place = best.firstIndex { (sign * value, index) < (sign * $0.value, $0.index) } ?? best.count
        guard place < keep else { return false }
        best.insert((value, index), at: place)
        best = Array(best.prefix(keep))
        return true
    }
}
