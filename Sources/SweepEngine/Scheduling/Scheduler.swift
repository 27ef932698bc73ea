import SweepModel

/// Keeps account of sweeps, trials and workers. A value without clock, database or threads: inputs are its mutating
/// functions, and ``schedule()`` returns what to do.
struct Scheduler {
    enum Action: Equatable {
        /// Train this trial for a slice. `first` when it has just been admitted: its row becomes `running`.
        case train(trial: Int64, worker: Int, first: Bool)
        /// Write this trial's checkpoint and queue it again.
        case save(trial: Int64, worker: Int)
        /// The trial holds no worker, its row is `running`, and its sweep ends now: drop it.
        case drop(trial: Int64)
        /// No trial of this sweep is left that may run: it has come to its end.
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
        /// The same, and it is not admitted before ``free(_:)``.
        case held
        /// It begins anew, and waits for that.
        case again
    }

    var sweeps: [Int64: SweepEntry] = [:]
    var trials: [Int64: TrialEntry] = [:]
    /// Trials that run alone, by id.
    var suspects: Set<Int64> = []
    var freeWorkers: [Int]
    let workerCount: Int
    var maxParallel: Int
    var memoryBudget: Int
    private(set) var memoryUsed = 0
    /// Live trials by the name of the memory that they share.
    private(set) var sharers: [String: Int] = [:]
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
        entry.served = leastServed(priority: plan.priority)
        entry.waiting = plans.filter { !$0.isHeld }.map(\.id)
        entry.held = Set(plans.filter(\.isHeld).map(\.id))
        sweeps[plan.id] = entry
        for trial in plans { trials[trial.id] = TrialEntry(trial) }
        suspects.formUnion(plans.filter(\.isSuspect).map(\.id))
    }

    /// A trial that is queued again after it had ended. Its sweep is known.
    mutating func add(_ plan: TrialPlan) {
        precondition(trials[plan.id] == nil && sweeps[plan.sweep] != nil)
        trials[plan.id] = TrialEntry(plan)
        if plan.isSuspect { suspects.insert(plan.id) }
        if plan.isHeld {
            sweeps[plan.sweep]?.held.insert(plan.id)
        } else {
            sweeps[plan.sweep]?.enqueue(plan.id, by: trials)
        }
    }

    mutating func setMode(_ mode: SweepMode, sweep id: Int64) {
        guard let sweep = sweeps[id], sweep.plan.mode != mode else { return }
        if mode == .open {
            let served = leastServed(priority: sweep.plan.priority)
            sweeps[id]?.served = max(sweep.served, served)
        }
        sweeps[id]?.plan.mode = mode
    }

    /// While held, a sweep without trials is not reported as drained.
    mutating func setHeld(_ isHeld: Bool, sweep: Int64) { sweeps[sweep]?.isHeld = isHeld }

    mutating func remove(sweep: Int64) {
        guard let entry = sweeps.removeValue(forKey: sweep) else { return }
        for id in entry.live { if let plan = trials[id]?.plan { giveBack(plan) } }
        trials = trials.filter { $0.value.plan.sweep != sweep }
        suspects = suspects.filter { trials[$0] != nil }
    }

    /// Forgets all trials of a sweep whose rows are `queued`, or will be once what is recorded is on disk.
    /// - Returns: their ids; those that remain are `running`.
    mutating func dropUnstarted(sweep id: Int64) -> [Int64] {
        guard let sweep = sweeps[id] else { return [] }
        let admitted = sweep.live.filter { trials[$0]?.place == .admitted }
        let dropped = sweep.waiting + sweep.stored.sorted() + sweep.held.sorted() + admitted
        for trial in admitted { release(trial, to: .waiting) }
        for trial in dropped { trials[trial] = nil }
        suspects.subtract(dropped)
        sweeps[id]?.waiting = []
        sweeps[id]?.stored = []
        sweeps[id]?.held = []
        return dropped
    }

    /// The work that `worker` had is over after `seconds`.
    mutating func finished(trial id: Int64, worker: Int, seconds: Double, outcome: Outcome) {
        freeWorkers.append(worker)
        freeWorkers.sort(by: >)
        // A trial that was retired meanwhile may have come back: this work was its former self's.
        guard let trial = trials[id], trial.worker == worker else { return }
        sweeps[trial.plan.sweep]?.served += seconds
        trials[id]?.worker = nil
        trials[id]?.isSaving = false
        switch outcome {
        case .more(let progress):
            trials[id]?.progress = progress
        case .ended:
            retire(id)
        case .saved:
            release(id, to: .stored)
        case .held:
            trials[id]?.isHeld = true
            release(id, to: .stored)
        case .again:
            trials[id]?.progress = 0
            release(id, to: .waiting)
        }
    }

    /// A saved trial may be admitted again, unless it is held.
    mutating func requeue(_ id: Int64) {
        guard let trial = trials[id], trial.place == .stored else { return }
        sweeps[trial.plan.sweep]?.stored.remove(id)
        trials[id]?.place = trial.isHeld ? .held : .waiting
        if trial.isHeld {
            sweeps[trial.plan.sweep]?.held.insert(id)
        } else {
            sweeps[trial.plan.sweep]?.enqueue(id, by: trials)
        }
    }

    /// What a held trial takes, which was not known before.
    mutating func choose(_ id: Int64, memory: Int, shared: SharedMemory?) {
        trials[id]?.plan.memory = memory
        trials[id]?.plan.shared = shared
    }

    /// What a held trial has waited for has come: it may be admitted, once its checkpoint is on the disk.
    ///
    mutating func free(_ id: Int64) {
        guard let trial = trials[id], trial.isHeld else { return }
        trials[id]?.isHeld = false
        guard trial.place == .held else { return }
        trials[id]?.place = .waiting
        sweeps[trial.plan.sweep]?.held.remove(id)
        sweeps[trial.plan.sweep]?.enqueue(id, by: trials)
    }

    /// Forgets a trial.
    mutating func retire(_ id: Int64) {
        guard let trial = trials[id] else { return }
        if trial.isLive { release(id, to: .waiting) }
        trials[id] = nil
        suspects.remove(id)
        sweeps[trial.plan.sweep]?.waiting.removeAll { $0 == id }
        sweeps[trial.plan.sweep]?.stored.remove(id)
        sweeps[trial.plan.sweep]?.held.remove(id)
    }

    mutating func shutDown() { isShuttingDown = true }
}

// MARK: Places

extension Scheduler {
    /// Gives a waiting trial its memory.
    mutating func occupy(_ id: Int64) {
        guard let trial = trials[id] else { return }
        trials[id]?.place = .admitted
        sweeps[trial.plan.sweep]?.waiting.removeAll { $0 == id }
        sweeps[trial.plan.sweep]?.live.append(id)
        memoryUsed += need(trial.plan)
        if let shared = trial.plan.shared { sharers[shared.name, default: 0] += 1 }
    }

    /// Bytes that are taken when it becomes live: shared ones by the first trial.
    func need(_ plan: TrialPlan) -> Int {
        plan.memory + (plan.shared.map { sharers[$0.name] == nil ? $0.bytes : 0 } ?? 0)
    }

    private mutating func giveBack(_ plan: TrialPlan) {
        if let shared = plan.shared { sharers[shared.name] = sharers[shared.name].flatMap { $0 > 1 ? $0 - 1 : nil } }
        memoryUsed -= need(plan)
    }

    /// Takes a live trial's memory back.
    mutating func release(_ id: Int64, to place: TrialEntry.Place) {
        guard let trial = trials[id], trial.isLive else { return }
        giveBack(trial.plan)
        trials[id]?.place = place
        sweeps[trial.plan.sweep]?.live.removeAll { $0 == id }
        if place == .stored {
            sweeps[trial.plan.sweep]?.stored.insert(id)
        } else {
            sweeps[trial.plan.sweep]?.enqueue(id, by: trials)
        }
    }

    /// A newcomer, or one that was paused, starts level with those that run, or it would take all workers until it has
    /// caught up.
    private func leastServed(priority: Int) -> Double {
        sweeps.values.filter { $0.plan.priority == priority && $0.plan.mode == .open && !$0.isEmpty }
            .map(\.served).min() ?? 0
    }
}
