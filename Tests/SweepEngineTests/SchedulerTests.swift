import SweepModel
import Testing

@testable import SweepEngine

@Suite struct SchedulerTests {
    private static func scheduler(
        workers: Int = 2, maxParallel: Int = 144, memory: Int = 1000
    ) -> Scheduler { Scheduler(workers: workers, maxParallel: maxParallel, memoryBudget: memory) }

    private static func add(
        _ count: Int, sweep: Int64 = 1, to scheduler: inout Scheduler, priority: Int = 0, maxParallel: Int? = nil,
        order: TrialOrder = .breadth, memory: Int = 1
    ) {
        scheduler.add(
            .init(id: sweep, priority: priority, maxParallel: maxParallel, order: order, mode: .open),
            trials: (0..<count).map {
                .init(id: sweep * 1000 + Int64($0), sweep: sweep, index: $0, memory: memory, progress: 0)
            })
    }

    private static func trained(_ actions: [Scheduler.Action]) -> [Int64] {
        actions.compactMap { if case .train(let trial, _, _) = $0 { trial } else { nil } }
    }

    @Test func breadthServesTheTrialWithTheLeastProgress() {
        var scheduler = Self.scheduler(workers: 1)
        Self.add(3, to: &scheduler)
        var order: [Int64] = []
        var progress: [Int64: Double] = [:]
        for _ in 0..<6 {
            let trial = Self.trained(scheduler.schedule())[0]
            order.append(trial)
            progress[trial, default: 0] += 0.1
            scheduler.finished(
                trial: trial, worker: 0, seconds: 1, outcome: .more(progress: progress[trial] ?? 0))
        }
        #expect(order == [1000, 1001, 1002, 1000, 1001, 1002])
    }

    /// 100 for all that share, 10 for each: of a budget of 230, two groups cannot live side by side with more than three.
    @Test func sharedMemoryIsCountedOnce() {
        var scheduler = Self.scheduler(workers: 1, memory: 230)
        scheduler.add(
            .init(id: 1, priority: 0, order: .breadth, mode: .open),
            trials: (0..<6).map {
                .init(
                    id: Int64($0), sweep: 1, index: $0, memory: 10,
                    shared: .init(name: $0 < 2 ? "a" : "b", bytes: 100), progress: 0)
            })
        #expect(Self.trained(scheduler.schedule()) == [0])
        #expect(scheduler.liveTrials == 3 && scheduler.memoryUsed == 230 && scheduler.sharers == ["a": 2, "b": 1])
        scheduler.finished(trial: 0, worker: 0, seconds: 1, outcome: .ended)
        #expect(Self.trained(scheduler.schedule()) == [1])
        #expect(scheduler.memoryUsed == 230 && scheduler.sharers == ["a": 1, "b": 2])
        scheduler.finished(trial: 1, worker: 0, seconds: 1, outcome: .ended)
        #expect(Self.trained(scheduler.schedule()) == [2])
        #expect(scheduler.memoryUsed == 140 && scheduler.sharers == ["b": 4])
        for trial in [Int64(2), 3, 4, 5] {
            scheduler.finished(trial: trial, worker: 0, seconds: 1, outcome: .ended)
            _ = scheduler.schedule()
        }
        #expect(scheduler.memoryUsed == 0 && scheduler.sharers.isEmpty && scheduler.isIdle)
    }

    @Test func depthRunsEachTrialToItsEnd() {
        var scheduler = Self.scheduler(workers: 1)
        Self.add(3, to: &scheduler, order: .depth)
        var order: [Int64] = []
        for step in 0..<6 {
            let trial = Self.trained(scheduler.schedule())[0]
            order.append(trial)
            scheduler.finished(
                trial: trial, worker: 0, seconds: 1, outcome: step.isMultiple(of: 2) ? .more(progress: 0.5) : .ended)
        }
        #expect(order == [1000, 1000, 1001, 1001, 1002, 1002])
        #expect(scheduler.schedule() == [.drained(sweep: 1)])
    }

    @Test func onlyTheFirstSliceOfATrialSaysFirst() {
        var scheduler = Self.scheduler(workers: 1)
        Self.add(1, to: &scheduler)
        #expect(scheduler.schedule() == [.train(trial: 1000, worker: 0, first: true)])
        scheduler.finished(trial: 1000, worker: 0, seconds: 1, outcome: .more(progress: 0.1))
        #expect(scheduler.schedule() == [.train(trial: 1000, worker: 0, first: false)])
    }

    @Test func admissionStopsAtTheMemoryBudget() {
        var scheduler = Self.scheduler(workers: 4, memory: 25)
        Self.add(10, to: &scheduler, memory: 10)
        #expect(Self.trained(scheduler.schedule()) == [1000, 1001])
        #expect(scheduler.liveTrials == 2)
    }

    @Test func aTrialLargerThanTheBudgetRunsAlone() {
        var scheduler = Self.scheduler(workers: 4, memory: 25)
        Self.add(2, to: &scheduler, memory: 100)
        #expect(Self.trained(scheduler.schedule()) == [1000])
    }

    @Test func aSweepsOwnLimitHolds() {
        var scheduler = Self.scheduler(workers: 4)
        Self.add(10, to: &scheduler, maxParallel: 3)
        #expect(Self.trained(scheduler.schedule()).count == 3)
    }

    @Test func aHeldTrialIsNotAdmittedAndKeepsItsSweepOpen() {
        var scheduler = Self.scheduler(workers: 1)
        scheduler.add(
            .init(id: 1, priority: 0, maxParallel: nil, order: .breadth, mode: .open),
            trials: [.init(id: 1000, sweep: 1, index: 0, memory: 0, progress: 0, isHeld: true)])
        #expect(scheduler.schedule() == [])
        scheduler.choose(1000, memory: 7, shared: .init(name: "images", bytes: 20))
        scheduler.free(1000)
        #expect(scheduler.schedule() == [.train(trial: 1000, worker: 0, first: true)])
        #expect(scheduler.memoryUsed == 27)
        #expect(scheduler.sharers == ["images": 1])
    }

    @Test func aTrialAtARungGivesItsMemoryUpUntilItIsFreed() {
        var scheduler = Self.scheduler(workers: 1, memory: 10)
        Self.add(2, to: &scheduler, memory: 10)
        #expect(Self.trained(scheduler.schedule()) == [1000])
        scheduler.finished(trial: 1000, worker: 0, seconds: 1, outcome: .held)
        #expect(Self.trained(scheduler.schedule()) == [1001])
        scheduler.requeue(1000)
        scheduler.finished(trial: 1001, worker: 0, seconds: 1, outcome: .held)
        #expect(scheduler.schedule() == [])
        // The verdict comes before the checkpoint is on the disk.
        scheduler.free(1001)
        #expect(scheduler.schedule() == [])
        scheduler.requeue(1001)
        #expect(Self.trained(scheduler.schedule()) == [1001])
        scheduler.finished(trial: 1001, worker: 0, seconds: 1, outcome: .ended)
        scheduler.retire(1000)
        #expect(scheduler.schedule() == [.drained(sweep: 1)])
        #expect(scheduler.memoryUsed == 0)
    }

    @Test func heldTrialsGoWithAStop() {
        var scheduler = Self.scheduler(workers: 1)
        Self.add(3, to: &scheduler)
        #expect(Self.trained(scheduler.schedule()) == [1000])
        scheduler.finished(trial: 1000, worker: 0, seconds: 1, outcome: .held)
        scheduler.requeue(1000)
        #expect(Self.trained(scheduler.schedule()) == [1001])
        #expect(Set(scheduler.dropUnstarted(sweep: 1)) == [1000, 1002])
        scheduler.free(1000)
        scheduler.finished(trial: 1001, worker: 0, seconds: 1, outcome: .ended)
        #expect(scheduler.schedule() == [.drained(sweep: 1)])
    }

    @Test func higherPriorityGoesFirst() {
        var scheduler = Self.scheduler(workers: 1)
        Self.add(5, sweep: 1, to: &scheduler)
        Self.add(5, sweep: 2, to: &scheduler, priority: 1)
        #expect(Self.trained(scheduler.schedule()) == [2000])
    }

    @Test func higherPriorityTakesTheMemoryOfALowerOne() {
        var scheduler = Self.scheduler(workers: 1, memory: 10)
        Self.add(2, sweep: 1, to: &scheduler, memory: 10)
        let first = scheduler.schedule()
        #expect(Self.trained(first) == [1000])
        Self.add(1, sweep: 2, to: &scheduler, priority: 5, memory: 10)
        scheduler.finished(trial: 1000, worker: 0, seconds: 1, outcome: .more(progress: 0.1))
        #expect(scheduler.schedule() == [.save(trial: 1000, worker: 0)])
        scheduler.finished(trial: 1000, worker: 0, seconds: 0, outcome: .saved)
        #expect(Self.trained(scheduler.schedule()) == [2000])
    }

    @Test func sweepsOfOnePriorityShareTheWorkers() {
        var scheduler = Self.scheduler(workers: 1)
        Self.add(100, sweep: 1, to: &scheduler)
        for _ in 0..<10 {
            let trial = Self.trained(scheduler.schedule())[0]
            scheduler.finished(trial: trial, worker: 0, seconds: 1, outcome: .more(progress: 0.1))
        }
        Self.add(100, sweep: 2, to: &scheduler)
        var served: [Int64: Int] = [:]
        for _ in 0..<10 {
            let trial = Self.trained(scheduler.schedule())[0]
            served[trial / 1000, default: 0] += 1
            scheduler.finished(trial: trial, worker: 0, seconds: 1, outcome: .more(progress: 0.2))
        }
        #expect(served == [1: 5, 2: 5])
    }

    @Test func pausingSavesStartedTrialsAndPutsTheOthersBack() {
        var scheduler = Self.scheduler(workers: 1)
        Self.add(3, to: &scheduler)
        _ = scheduler.schedule()
        #expect(scheduler.liveTrials == 3)
        scheduler.setMode(.paused, sweep: 1)
        #expect(scheduler.schedule().isEmpty)
        #expect(scheduler.liveTrials == 1)
        scheduler.finished(trial: 1000, worker: 0, seconds: 1, outcome: .more(progress: 0.5))
        #expect(scheduler.schedule() == [.save(trial: 1000, worker: 0)])
        scheduler.finished(trial: 1000, worker: 0, seconds: 0, outcome: .saved)
        #expect(scheduler.schedule().isEmpty)
        #expect(scheduler.liveTrials == 0)
        #expect(scheduler.memoryUsed == 0)
        scheduler.requeue(1000)
        scheduler.setMode(.open, sweep: 1)
        #expect(scheduler.schedule() == [.train(trial: 1001, worker: 0, first: true)])
    }

    @Test func aSweepIsNotDrainedWhileATrialIsBeingSaved() {
        var scheduler = Self.scheduler(workers: 1)
        Self.add(1, to: &scheduler)
        _ = scheduler.schedule()
        scheduler.setMode(.paused, sweep: 1)
        scheduler.finished(trial: 1000, worker: 0, seconds: 1, outcome: .more(progress: 0.5))
        _ = scheduler.schedule()
        scheduler.setMode(.open, sweep: 1)
        scheduler.finished(trial: 1000, worker: 0, seconds: 0, outcome: .saved)
        #expect(scheduler.schedule() == [])
        scheduler.requeue(1000)
        #expect(scheduler.schedule() == [.train(trial: 1000, worker: 0, first: true)])
    }

    @Test func aTrialThatBeginsAnewIsStartedAgain() {
        var scheduler = Self.scheduler(workers: 1)
        Self.add(1, to: &scheduler)
        _ = scheduler.schedule()
        scheduler.finished(trial: 1000, worker: 0, seconds: 1, outcome: .again)
        #expect(scheduler.schedule() == [.train(trial: 1000, worker: 0, first: true)])
    }

    @Test func aHeldSweepIsNotDrained() {
        var scheduler = Self.scheduler(workers: 1)
        Self.add(1, to: &scheduler)
        _ = scheduler.schedule()
        scheduler.setHeld(true, sweep: 1)
        scheduler.finished(trial: 1000, worker: 0, seconds: 1, outcome: .ended)
        #expect(scheduler.schedule() == [])
        scheduler.setHeld(false, sweep: 1)
        #expect(scheduler.schedule() == [.drained(sweep: 1)])
    }

    @Test func endingDropsIdleTrialsAndThenTheSweepIsDrained() {
        var scheduler = Self.scheduler(workers: 2)
        Self.add(3, to: &scheduler)
        _ = scheduler.schedule()
        #expect(scheduler.dropUnstarted(sweep: 1) == [1002])
        scheduler.finished(trial: 1001, worker: 1, seconds: 1, outcome: .more(progress: 0.5))
        scheduler.setMode(.ending, sweep: 1)
        #expect(scheduler.schedule() == [.drop(trial: 1001)])
        scheduler.finished(trial: 1000, worker: 0, seconds: 1, outcome: .more(progress: 0.5))
        #expect(scheduler.schedule() == [.drop(trial: 1000), .drained(sweep: 1)])
        #expect(scheduler.memoryUsed == 0)
    }

    @Test func whatHasStartedMayEndInASweepThatLostTheRest() {
        var scheduler = Self.scheduler(workers: 1)
        Self.add(4, to: &scheduler, maxParallel: 2)
        _ = scheduler.schedule()
        #expect(scheduler.dropUnstarted(sweep: 1) == [1002, 1003, 1001])
        scheduler.finished(trial: 1000, worker: 0, seconds: 1, outcome: .more(progress: 0.5))
        #expect(Self.trained(scheduler.schedule()) == [1000])
        scheduler.finished(trial: 1000, worker: 0, seconds: 1, outcome: .ended)
        #expect(scheduler.schedule() == [.drained(sweep: 1)])
    }

    @Test func aTrialThatMakesRoomForAHigherPriorityIsNotLost() {
        var scheduler = Self.scheduler(workers: 1, memory: 10)
        Self.add(1, sweep: 1, to: &scheduler, memory: 6)
        _ = scheduler.schedule()
        Self.add(1, sweep: 2, to: &scheduler, priority: 5, memory: 10)
        scheduler.finished(trial: 1000, worker: 0, seconds: 1, outcome: .more(progress: 0.1))
        #expect(scheduler.schedule() == [.save(trial: 1000, worker: 0)])
        scheduler.finished(trial: 1000, worker: 0, seconds: 0, outcome: .saved)
        scheduler.requeue(1000)
        #expect(scheduler.schedule() == [.train(trial: 2000, worker: 0, first: true)])
        scheduler.finished(trial: 2000, worker: 0, seconds: 1, outcome: .ended)
        #expect(scheduler.schedule() == [.train(trial: 1000, worker: 0, first: true), .drained(sweep: 2)])
    }

    @Test func aResumedSweepDoesNotCatchUpOnWhatItMissed() {
        var scheduler = Self.scheduler(workers: 1)
        Self.add(100, sweep: 1, to: &scheduler)
        Self.add(100, sweep: 2, to: &scheduler)
        scheduler.setMode(.paused, sweep: 2)
        var served: [Int64: Int] = [:]
        for step in 0..<30 {
            if step == 20 { scheduler.setMode(.open, sweep: 2) }
            let trial = Self.trained(scheduler.schedule())[0]
            if step >= 20 { served[trial / 1000, default: 0] += 1 }
            scheduler.finished(trial: trial, worker: 0, seconds: 1, outcome: .more(progress: 0.1))
        }
        #expect(served == [1: 5, 2: 5])
    }

    @Test func aSuspendedSchedulerStartsNoSlice() {
        var scheduler = Self.scheduler()
        Self.add(3, to: &scheduler)
        scheduler.isSuspended = true
        #expect(scheduler.schedule().isEmpty)
        scheduler.isSuspended = false
        #expect(Self.trained(scheduler.schedule()).count == 2)
    }

    @Test func shuttingDownSavesWhatHasStartedAndReportsNoSweepAsDrained() {
        var scheduler = Self.scheduler(workers: 2)
        Self.add(100, to: &scheduler)
        _ = scheduler.schedule()
        scheduler.shutDown()
        #expect(scheduler.schedule() == [])
        scheduler.finished(trial: 1000, worker: 0, seconds: 1, outcome: .more(progress: 0.1))
        scheduler.finished(trial: 1001, worker: 1, seconds: 1, outcome: .more(progress: 0.1))
        #expect(scheduler.schedule() == [.save(trial: 1000, worker: 0), .save(trial: 1001, worker: 1)])
        scheduler.finished(trial: 1000, worker: 0, seconds: 0, outcome: .saved)
        scheduler.finished(trial: 1001, worker: 1, seconds: 0, outcome: .saved)
        #expect(scheduler.schedule() == [])
        #expect(scheduler.isIdle)
    }
}
