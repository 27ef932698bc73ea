import SweepModel
import Testing

@testable import SweepEngine

/// Plays the engine's part with a scheduler, at random, and holds what it decides against what must be so.
struct SchedulerModel {
    /// Where a trial's row is.
    enum Row { case queued, running, beingQueued, ended }

    var scheduler: Scheduler
    var random: SplitMix
    let workers: Int
    let memoryBudget: Int
    let maxParallel: Int
    var rows: [Int64: Row] = [:]
    var plans: [Int64: Scheduler.TrialPlan] = [:]
    var sweeps: [Int64: Scheduler.SweepPlan] = [:]
    var drained: Set<Int64> = []
    /// Trials that wait for a decision.
    var held: Set<Int64> = []
    /// What each busy worker does.
    var work: [Int: (trial: Int64, isSave: Bool)] = [:]

    init(seed: UInt64) {
        random = SplitMix(seed: seed)
        workers = random.below(4) + 1
        memoryBudget = random.below(40) + 10
        maxParallel = random.below(8) + 1
        scheduler = Scheduler(workers: workers, maxParallel: maxParallel, memoryBudget: memoryBudget)
    }

    // MARK: - What happens

    mutating func step() {
        switch random.below(22) {
        case 20, 21: free()
        case 0: submit()
        case 1: change(to: .paused)
        case 2: change(to: .open)
        case 3: stop()
        case 4: cancel()
        case 5: retry()
        case 6: scheduler.isSuspended.toggle()
        case 7...10: store()
        default: finish()
        }
        act()
    }

    /// All hindrances go; whatever was taken in must come to its end.
    mutating func settle() {
        scheduler.isSuspended = false
        for id in sweeps.keys.sorted() where sweeps[id]?.mode == .paused { setMode(.open, id) }
        act()
        var left = 100_000
        while drained.count < sweeps.count, left > 0 {
            left -= 1
            switch random.below(5) {
            case 0, 1: store()
            case 2: free()
            default: finish()
            }
            act()
        }
        #expect(drained.count == sweeps.count, "\(sweeps.count - drained.count) sweeps never end")
        #expect(rows.values.allSatisfy { $0 == .ended })
        #expect(scheduler.isIdle)
        #expect(scheduler.memoryUsed == 0)
    }

    /// As SIGTERM: what runs is saved, nothing else happens.
    mutating func shutDown() {
        scheduler.shutDown()
        act()
        var left = 10_000
        while !scheduler.isIdle, left > 0 {
            left -= 1
            finish()
            act()
        }
        #expect(scheduler.isIdle, "a shutdown does not come to its end")
        #expect(!rows.values.contains(.running))
    }

    private mutating func submit() {
        let id = Int64(sweeps.count + 1)
        let plan = Scheduler.SweepPlan(
            id: id, priority: random.below(3), maxParallel: random.below(2) == 0 ? random.below(4) + 1 : nil,
            order: random.below(2) == 0 ? .breadth : .depth, mode: random.below(5) == 0 ? .paused : .open)
        sweeps[id] = plan
        // Now and then one that does not fit at all.
        let trials = (0..<random.below(12)).map { index in
            Scheduler.TrialPlan(
                id: id * 1000 + Int64(index), sweep: id, index: index,
                memory: random.below(30) == 0 ? memoryBudget + 5 : random.below(memoryBudget) + 1,
                progress: Double(random.below(10)) / 10, isSuspect: random.below(20) == 0,
                isHeld: random.below(4) == 0)
        }
        for trial in trials {
            (rows[trial.id], plans[trial.id]) = (.queued, trial)
            if trial.isHeld { held.insert(trial.id) }
        }
        scheduler.add(plan, trials: trials)
    }

    private var open: [Int64] { sweeps.keys.filter { !drained.contains($0) }.sorted() }

    private mutating func setMode(_ mode: SweepMode, _ id: Int64) {
        sweeps[id]?.mode = mode
        scheduler.setMode(mode, sweep: id)
    }

    private mutating func change(to mode: SweepMode) {
        guard let id = random.pick(open), sweeps[id]?.mode != .ending else { return }
        setMode(mode, id)
    }

    private mutating func stop() {
        guard let id = random.pick(open), sweeps[id]?.mode != .ending else { return }
        dropUnstarted(id)
        setMode(.open, id)
    }

    private mutating func cancel() {
        guard let id = random.pick(open), sweeps[id]?.mode != .ending else { return }
        dropUnstarted(id)
        setMode(.ending, id)
    }

    private mutating func dropUnstarted(_ id: Int64) {
        let unstarted = plans.values.filter { $0.sweep == id && [.queued, .beingQueued].contains(rows[$0.id]) }
        let dropped = scheduler.dropUnstarted(sweep: id)
        #expect(Set(dropped) == Set(unstarted.map(\.id)))
        for trial in dropped { rows[trial] = .ended }
        held.subtract(dropped)
    }

    /// An ended trial of a sweep that is not ended comes back.
    private mutating func retry() {
        guard let id = random.pick(open), sweeps[id]?.mode != .ending,
            let trial = random.pick(plans.values.filter { $0.sweep == id && rows[$0.id] == .ended }.map(\.id).sorted()),
            let plan = plans[trial]
        else { return }
        rows[trial] = .queued
        if plan.isHeld { held.insert(trial) }
        scheduler.add(plan)
    }

    /// What a held trial has waited for has come; or it ends with that.
    private mutating func free() {
        guard let trial = random.pick(held.sorted()), rows[trial] != .ended else { return }
        held.remove(trial)
        if random.below(3) == 0 {
            rows[trial] = .ended
            scheduler.retire(trial)
        } else {
            let memory = random.below(memoryBudget) + 1
            plans[trial]?.memory = memory
            scheduler.choose(trial, memory: memory, shared: nil)
            scheduler.free(trial)
        }
    }

    /// A checkpoint has reached the disk.
    private mutating func store() {
        guard let trial = random.pick(rows.filter { $0.value == .beingQueued }.keys.sorted()) else { return }
        rows[trial] = .queued
        scheduler.requeue(trial)
    }

    private mutating func finish() {
        guard let worker = random.pick(work.keys.sorted()), let (trial, isSave) = work.removeValue(forKey: worker)
        else { return }
        var outcome = Scheduler.Outcome.more(progress: Double(random.below(10)) / 10)
        if isSave {
            outcome = .saved
            rows[trial] = .beingQueued
        } else if random.below(8) == 0 {
            outcome = .held
            rows[trial] = .beingQueued
            held.insert(trial)
        } else if random.below(4) == 0 {
            outcome = .ended
            rows[trial] = .ended
        } else if random.below(20) == 0, sweep(of: trial)?.mode != .ending {
            outcome = .again
            rows[trial] = .queued
        }
        scheduler.finished(trial: trial, worker: worker, seconds: 1, outcome: outcome)
    }

    // MARK: - What must be so

    private mutating func act() {
        while case let actions = scheduler.schedule(), !actions.isEmpty {
            for action in actions { check(action) }
        }
        checkState()
    }

    private mutating func check(_ action: Scheduler.Action) {
        switch action {
        case .train(let trial, let worker, let first):
            #expect(rows[trial] == (first ? .queued : .running))
            #expect(!held.contains(trial), "a trial runs before it may")
            #expect(sweep(of: trial)?.mode == .open)
            #expect(!scheduler.isSuspended && !scheduler.isShuttingDown)
            rows[trial] = .running
            if plans[trial]?.isSuspect == true {
                #expect(work.isEmpty, "a suspect runs beside others")
            }
            #expect(!isSuspectRunning, "others run beside a suspect")
            give(trial, to: worker, isSave: false)
        case .save(let trial, let worker):
            #expect(rows[trial] == .running)
            give(trial, to: worker, isSave: true)
        case .drop(let trial):
            #expect(rows[trial] == .running && sweep(of: trial)?.mode == .ending)
            #expect(!work.values.contains { $0.trial == trial })
            rows[trial] = .ended
        case .drained(let id):
            let isEnding = sweeps[id]?.mode == .ending
            for plan in plans.values where plan.sweep == id {
                // The end of a cancelled sweep cancels those that were being saved.
                if isEnding, rows[plan.id] != .running { rows[plan.id] = .ended }
                #expect(rows[plan.id] == .ended)
                held.remove(plan.id)
            }
            #expect(drained.insert(id).inserted, "a sweep ends twice")
            scheduler.remove(sweep: id)
        }
    }

    private var isSuspectRunning: Bool { work.values.contains { !$0.isSave && plans[$0.trial]?.isSuspect == true } }

    private mutating func give(_ trial: Int64, to worker: Int, isSave: Bool) {
        #expect((0..<workers).contains(worker))
        #expect(work[worker] == nil, "a worker gets work twice")
        #expect(!work.values.contains { $0.trial == trial }, "a trial is on two workers")
        work[worker] = (trial, isSave)
    }

    private func checkState() {
        let live = scheduler.trials.values.filter(\.isLive)
        #expect(scheduler.memoryUsed == live.reduce(0) { $0 + $1.plan.memory })
        // A suspect takes its memory whatever the budget says.
        let counted = live.filter { !$0.plan.isSuspect }
        #expect(counted.reduce(0) { $0 + $1.plan.memory } <= memoryBudget || counted.count == 1)
        #expect(scheduler.busyWorkers == work.count)
        #expect(scheduler.liveTrials == live.count)
        for trial in scheduler.trials.values {
            let row: Row =
                switch trial.place {
                case .waiting, .admitted, .held: .queued
                case .started: .running
                case .stored: .beingQueued
                }
            #expect(rows[trial.plan.id] == row)
            #expect(trial.isHeld == held.contains(trial.plan.id))
        }
        guard work.count < workers, !scheduler.isSuspended, !scheduler.isShuttingDown else { return }
        if isSuspectRunning { return }
        let suspects = scheduler.trials.values.filter {
            $0.plan.isSuspect && $0.place != .stored && $0.place != .held && sweep(of: $0.plan.id)?.mode == .open
        }
        guard suspects.isEmpty else {
            #expect(!work.isEmpty, "a suspect waits for nothing")
            return
        }
        for trial in live where trial.worker == nil {
            #expect(sweep(of: trial.plan.id)?.mode != .open, "a worker idles while a live trial waits")
        }
        for sweep in scheduler.sweeps.values where sweep.plan.mode == .open { checkAdmission(sweep) }
    }

    /// A worker is free: why is the sweep's next trial not admitted?
    private func checkAdmission(_ sweep: Scheduler.SweepEntry) {
        guard let next = sweep.waiting.first, let memory = plans[next]?.memory else { return }
        let priority = sweep.plan.priority
        let count = scheduler.sweeps.values.filter { $0.plan.priority >= priority }.reduce(0) { $0 + $1.live.count }
        let isLimited =
            sweep.live.count >= sweep.plan.maxParallel ?? .max
            || (sweep.plan.order == .depth && sweep.live.count >= workers) || count >= maxParallel
        let isTooLarge = scheduler.memoryUsed + memory > memoryBudget && scheduler.liveTrials > 0
        let isBehind = scheduler.sweeps.values.contains {
            $0.plan.id != sweep.plan.id && $0.plan.priority >= priority && $0.plan.mode == .open && !$0.waiting.isEmpty
        }
        // Whoever is first in line waits for memory that lower priorities give up as soon as their slices end.
        #expect(isLimited || isTooLarge || (isBehind && !work.isEmpty), "a worker idles while a trial may be admitted")
    }

    private func sweep(of trial: Int64) -> Scheduler.SweepPlan? { plans[trial].flatMap { sweeps[$0.sweep] } }
}

/// Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators (OOPSLA 2014).
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    mutating func pick<T>(_ from: [T]) -> T? { from.isEmpty ? nil : from[below(from.count)] }
}
