import FoundationEssentials
import SweepModel
import SweepModelTestKit
import Testing

@testable import SweepEngine

/// The disk is full, or a record is refused.
@Suite struct TroubleTests {
    private static let full = StoreError(.full, "the disk is full")

    /// Returns once the engine knows of the trouble and no slice runs any more.
    private func isStuck(_ daemon: Daemon) async {
        while await daemon.engine.currentTrouble == nil { await Task.yield() }
        while await daemon.engine.busyWorkers > 0 { await Task.yield() }
    }

    @Test func aFullDiskHoldsTheSweepUpAndCostsNothing() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Files.grid())
            try await daemon.grows(sweep, to: 21)
            await box.memory.failWrites(with: Self.full)
            await isStuck(daemon)
            let before = try await box.bits(of: sweep)
            #expect(await daemon.engine.progress(of: sweep)?.etaSeconds == nil)
            let active = await daemon.engine.progress(of: sweep)?.activeSeconds
            await expect(.full) { _ = try await daemon.submit(Files.grid()) }
            await expect(.full) {
                _ = try await daemon.engine.promote(sweep: sweep, trial: nil, caller: Daemon.user)
            }
            await expect(.full) {
                _ = try await daemon.engine.retry(sweep, states: [.failed], caller: Daemon.user)
            }
            #expect(try await daemon.engine.audit(sweep).trials == 12)
            #expect(try await box.bits(of: sweep) == before)
            #expect(await daemon.engine.progress(of: sweep)?.activeSeconds == active)
            await box.memory.failWrites(with: nil)
            try await daemon.ends(sweep)
            #expect(await daemon.engine.currentTrouble == nil)
            #expect(try await box.bits(of: sweep) == EngineBitsTests.expected.value)
            try await daemon.stop()
        }
    }

    @Test func slicesWaitForADiskThatFallsBehind() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let (opened, open) = AsyncStream<Never>.makeStream()
            daemon.store.before { call in
                if case .apply = call { for await _ in opened {} }
                return nil
            }
            let sweep = try await daemon.submit(Files.row(1000, iterations: 2))
            while await !daemon.engine.recorder.isBehind { await Task.yield() }
            while await daemon.engine.busyWorkers > 0 { await Task.yield() }
            #expect(await daemon.engine.currentTrouble == nil)
            open.finish()
            try await daemon.ends(sweep)
            let trials = try await box.memory.trials(TrialQuery(sweep: sweep))
            #expect(trials.count == 1000 && trials.allSatisfy { $0.state == .completed })
            try await daemon.stop()
        }
    }

    @Test(arguments: ["pause", "stop", "cancel"])
    func verbsTakeEffectWhileTheDiskIsFull(verb: String) async throws {
        try await Box.with { box in
            let daemon = try await box.start(maxParallel: 2)
            let sweep = try await daemon.submit(Files.endless(4))
            try await daemon.wait(for: sweep, "two run") { _, trials in
                trials.prefix(2).allSatisfy { $0.iteration > 10 }
            }
            await box.memory.failWrites(with: Self.full)
            await isStuck(daemon)
            switch verb {
            case "pause": try await daemon.engine.pause(sweep, reason: "wait", caller: Daemon.user)
            case "stop": try await daemon.engine.stop(sweep, reason: "wait", caller: Daemon.user)
            default: try await daemon.engine.cancel(sweep, reason: "wait", caller: Daemon.user)
            }
            // It holds, and the store does not know yet.
            #expect(await daemon.engine.currentTrouble != nil)
            #expect(try await box.memory.sweep(sweep)?.reason == nil)
            if verb == "cancel" { #expect(await daemon.engine.scheduler.liveTrials == 0) }
            if verb == "stop" { #expect(await daemon.engine.pendingTrials(of: sweep) == 2) }
            await box.memory.failWrites(with: nil)
            switch verb {
            case "pause":
                try await daemon.wait(for: sweep, "it is paused") { row, trials in
                    row.state == .paused && trials.allSatisfy { $0.state == .queued }
                }
            case "stop":
                try await daemon.wait(for: sweep, "it is stopping") { row, trials in
                    row.closing == .stop && trials.map(\.state) == [.running, .running, .cancelled, .cancelled]
                }
            default:
                let trials = try await daemon.ends(sweep)
                #expect(trials.allSatisfy { $0.state == .cancelled && $0.reason == "wait" })
            }
            try await daemon.stop()
        }
    }

    @Test func aShutdownGivesUpOnAFullDiskAndTheNextStartGoesOn() async throws {
        try await Box.with { box in
            let first = try await box.start(shutdown: 0)
            let sweep = try await first.submit(Files.grid())
            try await first.grows(sweep, to: 31)
            await box.memory.failWrites(with: Self.full)
            await isStuck(first)
            await expect(.full) { try await first.stop() }
            await box.memory.failWrites(with: nil)
            let states = try await box.memory.trials(TrialQuery(sweep: sweep)).map(\.state)
            #expect(states.contains(.running))
            let second = try await box.start()
            try await second.ends(sweep)
            #expect(try await box.bits(of: sweep) == EngineBitsTests.expected.value)
            try await second.stop()
        }
    }

    @Test func aShutdownWaitsForADiskThatHasSpaceAgain() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Files.endless(3))
            try await daemon.grows(sweep, to: 11)
            await box.memory.failWrites(with: Self.full)
            await isStuck(daemon)
            daemon.run.cancel()
            while await !daemon.engine.scheduler.isIdle { await Task.yield() }
            await box.memory.failWrites(with: nil)
            try await daemon.run.value
            let trials = try await box.memory.trials(TrialQuery(sweep: sweep))
            #expect(trials.allSatisfy { $0.state == .queued && $0.checkpoint != nil })
        }
    }

    @Test func aSweepThatCouldNotBeTakenUpIsTakenUpLater() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            daemon.store.before { if case .trials = $0 { StoreError(.io, "a read error") } else { nil } }
            let sweep = try await daemon.submit(Files.grid())
            #expect(try await box.memory.sweep(sweep)?.state == .queued)
            daemon.store.before(nil)
            await daemon.engine.takeUpStrays()
            try await daemon.ends(sweep)
            #expect(try await box.bits(of: sweep) == EngineBitsTests.expected.value)
            try await daemon.stop()
        }
    }

    @Test func aTrialWhoseRecordIsRefusedFailsAndTheSweepEnds() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            daemon.store.before { call in
                guard case .apply(let writes) = call else { return nil }
                let isBad = writes.contains { write in
                    if case .epoch(let point) = write.update { write.trial == 3 && point.epoch == 2 } else { false }
                }
                return isBad ? StoreError(.conflict, "CHECK constraint failed") : nil
            }
            let sweep = try await daemon.submit(Files.grid())
            let trials = try await daemon.ends(sweep)
            #expect(trials.map { $0.state == .failed } == trials.map { $0.id == 3 })
            #expect(trials.allSatisfy { $0.state == .failed || $0.state == .completed })
            #expect(await daemon.engine.live.isEmpty)
            try await daemon.stop()
        }
    }
}

extension SweepEngine {
    fileprivate func pendingTrials(of sweep: Int64) -> Int? { contexts[sweep]?.trials.count }
}
