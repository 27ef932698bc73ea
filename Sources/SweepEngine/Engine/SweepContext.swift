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
    /// Nil while the data set cannot be read: the sweep is then paused.
    var data: SweepData?
    /// Trials that are not ended.
    var trials: [Int64: PendingTrial] = [:]
    /// Floating-point operations of all trials, and of those parts that are not done.
    var totalFlop = 0.0
    var remainingFlop = 0.0
    var consecutiveFailures = 0
    private var activeBefore: Double
    private var activeSince: ContinuousClock.Instant?

    init(_ sweep: Sweep, spec: SweepSpec) {
        (id, self.spec, priority) = (sweep.id, spec, sweep.priority)
        (state, closing, reason, activeBefore) = (sweep.state, sweep.closing, sweep.reason, sweep.activeSeconds)
    }

    var mode: SweepMode {
        if let closing { return closing.endsRunningTrials ? .ending : .draining }
        return state == .paused || data == nil ? .paused : .open
    }

    /// Takes in a trial that is not ended, and counts what it costs.
    func add(_ row: Trial, _ configuration: TrainingConfiguration, dimension: Int) -> PendingTrial {
        let pending = PendingTrial(
            trial: row, configuration: configuration,
            flopPerIteration: configuration.flopPerIteration(dimension: dimension))
        trials[row.id] = pending
        remainingFlop += pending.remainingFlop
        return pending
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

    var progress: Double { Double(trial.iteration) / Double(max(1, configuration.iterations)) }
    var remainingFlop: Double {
        flopPerIteration * Double(max(0, configuration.iterations - trial.iteration))
    }
}

/// Floating-point operations a second over the last half minute.
struct RateMeter {
    private var samples: [(at: ContinuousClock.Instant, flop: Double)] = []
    private let window = Duration.seconds(30)

    mutating func add(_ flop: Double, at now: ContinuousClock.Instant) {
        samples.append((now, flop))
        if let first = samples.firstIndex(where: { now - $0.at <= window }), first > 64 {
            samples.removeFirst(first)
        }
    }

    /// Nil until there is something to go by.
    func rate(at now: ContinuousClock.Instant) -> Double? {
        let recent = samples.filter { now - $0.at <= window }
        guard let first = recent.first, recent.count > 3 else { return nil }
        let seconds = (now - first.at).inSeconds
        return seconds > 0.5 ? recent.dropFirst().reduce(0) { $0 + $1.flop } / seconds : nil
    }
}
