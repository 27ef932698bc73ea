import SweepModel

/// Decides which trial a free worker takes next. A value without clock, database or threads: inputs are its mutating
/// functions, and ``schedule()`` returns what to do.
///
/// Sweeps with a higher priority come first; those with the same priority share the workers evenly by the time that
/// their slices took. Within a sweep, `breadth` takes the trial with the least progress, so that all learning curves
/// grow side by side, and `depth` the lowest index.
struct Scheduler {
    enum Action: Equatable {
        /// Train this trial for a slice. `first` when it has just been admitted: its row becomes `running`.
        case train(trial: Int64, worker: Int, first: Bool)
        /// Write this trial's checkpoint and queue it again.
        case save(trial: Int64, worker: Int)
        /// The trial holds no worker and its sweep ends now: drop it. `started` when its row is `running`.
        case drop(trial: Int64, started: Bool)
        /// No trial of this sweep is live, and none may be admitted: it has come to its end.
        case drained(sweep: Int64)
    }

    /// How a piece of work ended.
    enum Outcome: Equatable {
        /// The slice is over, the trial is not.
        case more(progress: Double)
        /// The trial is in an end state, or is not ours any more.
        case ended
        /// Its checkpoint is on its way to the disk; ``requeue(_:)`` follows once it is there.
        case saved
    }

    private var sweeps: [Int64: SweepEntry] = [:]
    private var trials: [Int64: TrialEntry] = [:]
    private var freeWorkers: [Int]
    private let workerCount: Int
    private let maxParallel: Int
    private let memoryBudget: Int
    private var memoryUsed = 0
    /// While set, no slice begins (the disk is full, say); saves go on.
    var isSuspended = false
    /// While set, live trials are saved and nothing is admitted.
    private(set) var isShuttingDown = false

    init(workers: Int, maxParallel: Int, memoryBudget: Int) {
        precondition(workers > 0 && maxParallel > 0)
        workerCount = workers
        freeWorkers = Array((0..<workers).reversed())
        self.maxParallel = maxParallel
        self.memoryBudget = memoryBudget
    }

    var busyWorkers: Int { workerCount - freeWorkers.count }
    /// Trials that hold memory.
    var liveTrials: Int { sweeps.values.reduce(0) { $0 + $1.live.count } }
    var isIdle: Bool { busyWorkers == 0 && liveTrials == 0 }
}

// MARK: Inputs

extension Scheduler {
    /// - Precondition: the sweep is not known yet, its trials are in order of index.
    mutating func add(_ plan: SweepPlan, trials plans: [TrialPlan]) {
        precondition(sweeps[plan.id] == nil)
        var entry = SweepEntry(plan)
        // A newcomer starts level with those that wait, or it would take all workers until it has caught up.
        entry.served = sweeps.values.filter { $0.plan.priority == plan.priority }.map(\.served).min() ?? 0
        entry.waiting = plans.map(\.id)
        sweeps[plan.id] = entry
        for trial in plans { trials[trial.id] = TrialEntry(trial) }
    }

    /// A trial that is queued again after it had ended. Its sweep is known.
    mutating func add(_ plan: TrialPlan) {
        precondition(trials[plan.id] == nil && sweeps[plan.sweep] != nil)
        trials[plan.id] = TrialEntry(plan)
        sweeps[plan.sweep]?.enqueue(plan.id, by: trials)
    }

    mutating func setMode(_ mode: SweepMode, sweep: Int64) { sweeps[sweep]?.plan.mode = mode }

    mutating func remove(sweep: Int64) {
        guard let entry = sweeps.removeValue(forKey: sweep) else { return }
        for id in entry.live { memoryUsed -= trials[id]?.plan.memory ?? 0 }
        trials = trials.filter { $0.value.plan.sweep != sweep }
    }

    /// The work that `worker` had is over after `seconds`.
    mutating func finished(trial id: Int64, worker: Int, seconds: Double, outcome: Outcome) {
        freeWorkers.append(worker)
        freeWorkers.sort(by: >)
        guard var trial = trials[id] else { return }
        sweeps[trial.plan.sweep]?.served += seconds
        trial.isOnWorker = false
        trials[id] = trial
        switch outcome {
        case .more(let progress):
            trials[id]?.progress = progress
        case .ended:
            retire(id)
        case .saved:
            release(id)
        }
    }

    /// A saved trial may be admitted again.
    mutating func requeue(_ id: Int64) {
        guard let trial = trials[id], !trial.isLive else { return }
        sweeps[trial.plan.sweep]?.enqueue(id, by: trials)
    }

    /// Forgets a trial that holds no worker.
    mutating func retire(_ id: Int64) {
        release(id)
        if let trial = trials.removeValue(forKey: id) {
            sweeps[trial.plan.sweep]?.waiting.removeAll { $0 == id }
        }
    }

    mutating func shutDown() { isShuttingDown = true }

    private mutating func release(_ id: Int64) {
        guard let trial = trials[id], trial.isLive else { return }
        memoryUsed -= trial.plan.memory
        trials[id]?.isLive = false
        sweeps[trial.plan.sweep]?.live.removeAll { $0 == id }
    }
}

// MARK: Decisions

extension Scheduler {
    /// What to do now; call it after every input.
    mutating func schedule() -> [Action] {
        var actions = dropEnding()
        actions += saveHeldBack()
        while !isShuttingDown, !isSuspended, let worker = freeWorkers.last {
            if let id = nextLive() {
                freeWorkers.removeLast()
                trials[id]?.isOnWorker = true
                let first = trials[id]?.hasStarted == false
                trials[id]?.hasStarted = true
                actions.append(.train(trial: id, worker: worker, first: first))
            } else if !makeRoomForHigherPriority(&actions) {
                break
            }
        }
        actions += drained()
        return actions
    }

    /// Live trials of sweeps that end now and that hold no worker.
    private mutating func dropEnding() -> [Action] {
        var actions: [Action] = []
        for sweep in ordered where sweep.plan.mode == .ending {
            for id in sweep.live where trials[id]?.isOnWorker == false {
                actions.append(.drop(trial: id, started: trials[id]?.hasStarted == true))
                retire(id)
            }
        }
        return actions
    }

    /// Live trials of paused sweeps, or of all sweeps at shutdown, are saved by whichever worker is free.
    private mutating func saveHeldBack() -> [Action] {
        var actions: [Action] = []
        for sweep in ordered where isShuttingDown || sweep.plan.mode == .paused {
            for id in sweep.live where trials[id]?.isOnWorker == false {
                guard let worker = freeWorkers.popLast() else { return actions }
                trials[id]?.isOnWorker = true
                trials[id]?.hasStarted = false
                actions.append(.save(trial: id, worker: worker))
            }
        }
        return actions
    }

    /// The trial that goes next, admitted first if there is room for another one.
    private mutating func nextLive() -> Int64? {
        admit()
        for sweep in runnable {
            let idle = sweep.live.compactMap { trials[$0] }.filter { !$0.isOnWorker }
            let next =
                switch sweep.plan.order {
                case .breadth: idle.min { ($0.progress, $0.plan.index) < ($1.progress, $1.plan.index) }
                case .depth: idle.min { $0.plan.index < $1.plan.index }
                }
            if let next { return next.plan.id }
        }
        return nil
    }

    /// Admits waiting trials, higher priority first, up to each sweep's and the daemon's limit and the memory budget.
    /// One trial is always admitted, however large: it would wait for ever otherwise.
    private mutating func admit() {
        for sweep in runnable where sweep.plan.mode == .open {
            let limit = min(sweep.plan.maxParallel ?? .max, sweep.plan.order == .depth ? workerCount : .max)
            while let entry = sweeps[sweep.plan.id], let id = entry.waiting.first, entry.live.count < limit,
                liveCount(atLeast: sweep.plan.priority) < maxParallel, let memory = trials[id]?.plan.memory,
                memoryUsed + memory <= memoryBudget || liveTrials == 0
            {
                sweeps[sweep.plan.id]?.waiting.removeFirst()
                sweeps[sweep.plan.id]?.live.append(id)
                trials[id]?.isLive = true
                memoryUsed += memory
            }
        }
    }

    /// When a waiting sweep cannot be admitted for want of memory, an idle trial of a lower priority makes room.
    private mutating func makeRoomForHigherPriority(_ actions: inout [Action]) -> Bool {
        guard let wanting = runnable.first(where: { $0.plan.mode == .open && $0.live.isEmpty && !$0.waiting.isEmpty })
        else { return false }
        let victims = ordered.reversed().filter { $0.plan.priority < wanting.plan.priority }
        for sweep in victims {
            guard let id = sweep.live.last(where: { trials[$0]?.isOnWorker == false }) else { continue }
            guard let worker = freeWorkers.popLast() else { return false }
            trials[id]?.isOnWorker = true
            trials[id]?.hasStarted = false
            actions.append(.save(trial: id, worker: worker))
            return true
        }
        return false
    }

    private mutating func drained() -> [Action] {
        guard !isShuttingDown else { return [] }
        return ordered.filter { sweep in
            guard sweep.live.isEmpty, !sweep.isReportedDrained else { return false }
            return switch sweep.plan.mode {
            case .open: sweep.waiting.isEmpty
            case .draining, .ending: true
            case .paused: false
            }
        }.map { sweep in
            sweeps[sweep.plan.id]?.isReportedDrained = true
            return .drained(sweep: sweep.plan.id)
        }
    }

    private func liveCount(atLeast priority: Int) -> Int {
        sweeps.values.reduce(0) { $0 + ($1.plan.priority >= priority ? $1.live.count : 0) }
    }

    /// By priority, then by time served, then by age.
    private var ordered: [SweepEntry] {
        sweeps.values.sorted {
            ($1.plan.priority, $0.served, $0.plan.id) < ($0.plan.priority, $1.served, $1.plan.id)
        }
    }

    private var runnable: [SweepEntry] { ordered.filter { $0.plan.mode == .open || $0.plan.mode == .draining } }
}
