import SweepModel

/// Which trial a free worker takes next.
///
/// Sweeps with a higher priority come first; those with the same priority share the workers evenly by the time that
/// their slices took. Within a sweep, `breadth` takes the trial with the least progress, so that all learning curves
/// grow side by side, and `depth` the lowest index.
extension Scheduler {
    /// What to do now; call it after every input, until it returns nothing.
    mutating func schedule() -> [Action] {
        var actions = dropEnding()
        actions += saveHeldBack()
        while !isShuttingDown, !isSuspended, !isSuspectRunning, let worker = freeWorkers.last {
            if let id = nextSuspect() {
                guard busyWorkers == 0 else { break }
                if trials[id]?.isLive != true { occupy(id) }
                actions.append(start(id, on: worker))
                continue
            }
            admit()
            if let victim = nextVictim() {
                if let save = giveUp(victim) { actions.append(save) }
            } else if let id = nextLive() {
                actions.append(start(id, on: worker))
            } else {
                break
            }
        }
        return actions + drained()
    }

    /// Live trials of sweeps that end now and that hold no worker.
    private mutating func dropEnding() -> [Action] {
        var actions: [Action] = []
        for sweep in ordered where sweep.plan.mode == .ending {
            for id in sweep.live where trials[id]?.worker == nil {
                if trials[id]?.place == .started { actions.append(.drop(trial: id)) }
                retire(id)
            }
        }
        return actions
    }

    /// Live trials of paused sweeps, or of all sweeps at shutdown, are saved by whichever worker is free.
    private mutating func saveHeldBack() -> [Action] {
        var actions: [Action] = []
        for sweep in ordered where isShuttingDown || sweep.plan.mode == .paused {
            for id in sweep.live where trials[id]?.worker == nil {
                if let save = giveUp(id) { actions.append(save) }
            }
        }
        return actions
    }

    /// Takes the memory of a live trial that holds no worker: one without a slice has nothing to save.
    private mutating func giveUp(_ id: Int64) -> Action? {
        guard trials[id]?.place == .started else {
            release(id, to: .waiting)
            return nil
        }
        guard let worker = freeWorkers.popLast() else { return nil }
        trials[id]?.worker = worker
        trials[id]?.isSaving = true
        return .save(trial: id, worker: worker)
    }

    /// - Precondition: `worker` is the last free one, `id` is live.
    private mutating func start(_ id: Int64, on worker: Int) -> Action {
        freeWorkers.removeLast()
        defer {
            trials[id]?.worker = worker
            trials[id]?.place = .started
        }
        return .train(trial: id, worker: worker, first: trials[id]?.place == .admitted)
    }

    private var isSuspectRunning: Bool {
        suspects.contains { id in trials[id].map { $0.worker != nil && !$0.isSaving } ?? false }
    }

    /// The suspect that comes before everything else, so that the others are sure of the process afterwards. It takes its
    /// memory whatever the budget says: nothing else grows while it runs.
    private func nextSuspect() -> Int64? {
        guard !suspects.isEmpty else { return nil }
        for sweep in runnable {
            let own = suspects.compactMap { trials[$0] }.filter {
                $0.plan.sweep == sweep.plan.id && $0.place != .stored && $0.place != .held
            }
            if let first = own.min(by: { $0.plan.index < $1.plan.index }) { return first.plan.id }
        }
        return nil
    }

    private func nextLive() -> Int64? {
        for sweep in runnable {
            let idle = sweep.live.compactMap { trials[$0] }.filter { $0.worker == nil }
            let next =
                switch sweep.plan.order {
                case .breadth: idle.min { ($0.progress, $0.plan.index) < ($1.progress, $1.plan.index) }
                case .depth: idle.min { $0.plan.index < $1.plan.index }
                }
            if let next { return next.plan.id }
        }
        return nil
    }

    private func drainedSweeps() -> [Int64] {
        ordered.filter { sweep in
            guard !sweep.isReportedDrained, !sweep.isHeld else { return false }
            return sweep.plan.mode == .ending ? sweep.live.isEmpty : sweep.isEmpty
        }.map(\.plan.id)
    }

    private mutating func drained() -> [Action] {
        guard !isShuttingDown else { return [] }
        return drainedSweeps().map { id in
            sweeps[id]?.isReportedDrained = true
            return .drained(sweep: id)
        }
    }
}

// MARK: Memory

extension Scheduler {
    /// Admits waiting trials, higher priority first, up to each sweep's and the daemon's limit and the memory budget.
    /// One trial is always admitted, however large: it would wait for ever otherwise.
    private mutating func admit() {
        for sweep in runnable {
            while let entry = sweeps[sweep.plan.id], let id = mayAdmit(entry),
                hasRoom(trials[id].map { need($0.plan) } ?? 0)
            {
                occupy(id)
            }
            // Or a lower priority would take the memory that its own trials give up for this one.
            if let entry = sweeps[sweep.plan.id], wants(entry) != nil { return }
        }
    }

    private func hasRoom(_ memory: Int) -> Bool { memoryUsed + memory <= memoryBudget || liveTrials == 0 }

    /// The sweep's next trial, unless a limit of trials is reached.
    private func mayAdmit(_ sweep: SweepEntry) -> Int64? {
        sweep.live.count < limit(sweep) && liveCount(atLeast: sweep.plan.priority) < maxParallel
            ? sweep.waiting.first : nil
    }

    private func limit(_ sweep: SweepEntry) -> Int {
        min(sweep.plan.maxParallel ?? .max, sweep.plan.order == .depth ? workerCount : .max)
    }

    /// The bytes that the sweep's next trial needs, when workers could take it and only lower priorities are in its way.
    private func wants(_ sweep: SweepEntry) -> Int? {
        guard sweep.live.count < workerCount, let id = mayAdmit(sweep), let plan = trials[id]?.plan,
            !hasRoom(need(plan))
        else { return nil }
        let memory = need(plan)
        let kept = sweeps.values.filter { $0.plan.priority >= sweep.plan.priority }.flatMap(\.live)
        var names: Set<String> = []
        let keptMemory = kept.compactMap { trials[$0]?.plan }.reduce(0) { sum, plan in
            sum + plan.memory + (plan.shared.map { names.insert($0.name).inserted ? $0.bytes : 0 } ?? 0)
        }
        return keptMemory + memory <= memoryBudget || kept.isEmpty ? memory : nil
    }

    /// The idle trial of a lower priority that makes room for one of a higher priority.
    private func nextVictim() -> Int64? {
        for sweep in runnable {
            guard let memory = wants(sweep) else { continue }
            let saving = trials.values.filter(\.isSaving)
            let coming = saving.reduce(0) { $0 + $1.plan.memory }
            guard memoryUsed - coming + memory > memoryBudget, liveTrials > saving.count else { return nil }
            for lower in ordered.reversed() where lower.plan.priority < sweep.plan.priority {
                if let id = lower.live.last(where: { trials[$0]?.worker == nil }) { return id }
            }
            return nil
        }
        return nil
    }

    private func liveCount(atLeast priority: Int) -> Int {
        sweeps.values.reduce(0) { $0 + ($1.plan.priority >= priority ? $1.live.count : 0) }
    }
}

// MARK: Order

extension Scheduler {
    /// By priority, then by time served, then by age.
    private var ordered: [SweepEntry] {
        sweeps.values.sorted {
            ($1.plan.priority, $0.served, $0.plan.id) < ($0.plan.priority, $1.served, $1.plan.id)
        }
    }

    private var runnable: [SweepEntry] { ordered.filter { $0.plan.mode == .open } }
}
