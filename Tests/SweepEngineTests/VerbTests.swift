import FoundationEssentials
import SweepModel
import SweepModelTestKit
import Synchronization
import Testing

@testable import SweepEngine

@Suite struct VerbTests {
    private static func states(_ trials: [Trial]) -> [TrialState] { trials.map(\.state) }

    /// In an ended sweep nothing is left that has not ended, no checkpoint stays, and the audit is content.
    private func expectSound(_ box: Box, _ daemon: Daemon, _ sweep: Int64) async throws {
        let audit = try await daemon.engine.audit(sweep)
        #expect(audit.findings == [])
        #expect(audit.ended == audit.trials)
        #expect(await daemon.engine.live.isEmpty)
        #expect(await daemon.engine.scheduler.memoryUsed == 0)
        #expect(await daemon.engine.progress(of: sweep) == nil)
        #expect(try await box.memory.referencedFiles() == Set(box.folder.files()))
    }

    @Test func cancelEndsEverythingAndKeepsWhatWasReached() async throws {
        try await Box.with { box in
            let daemon = try await box.start(maxParallel: 3)
            let sweep = try await daemon.submit(Files.endless(6))
            try await daemon.wait(for: sweep, "three trials run") { _, trials in
                trials.prefix(3).allSatisfy { $0.iteration > 10 && $0.seconds > 0 }
            }
            try await daemon.engine.cancel(sweep, reason: "enough", caller: Daemon.user)
            let trials = try await daemon.ends(sweep)
            #expect(trials.allSatisfy { $0.state == .cancelled && $0.reason == "enough" })
            #expect(trials.map { $0.seconds > 0 } == [true, true, true, false, false, false])
            #expect(try await box.memory.sweep(sweep)?.state == .cancelled)
            try await expectSound(box, daemon, sweep)
            try await daemon.stop()
        }
    }

    @Test func stopLetsRunningTrialsEndAndCancelsTheOthers() async throws {
        try await Box.with { box in
            let daemon = try await box.start(maxParallel: 2)
            let sweep = try await daemon.submit(Files.row(5, iterations: 3000))
            try await daemon.wait(for: sweep, "two trials run") { _, trials in
                trials.prefix(2).allSatisfy { $0.iteration > 10 }
            }
            try await daemon.engine.stop(sweep, reason: nil, caller: Daemon.user)
            let trials = try await daemon.ends(sweep)
            #expect(Self.states(trials) == [.completed, .completed, .cancelled, .cancelled, .cancelled])
            #expect(trials[4].reason == "stopped by uid 1000")
            #expect(try await box.memory.sweep(sweep)?.state == .completed)
            try await expectSound(box, daemon, sweep)
            try await daemon.stop()
        }
    }

    @Test func aQueuedSweepCanBeStopped() async throws {
        try await Box.with { box in
            let daemon = try await box.start(maxParallel: 1)
            let first = try await daemon.submit(Files.endless(1))
            try await daemon.grows(first, to: 1)
            let second = try await daemon.submit(Files.endless(2))
            try await daemon.engine.stop(second, reason: nil, caller: Daemon.user)
            #expect(Self.states(try await daemon.ends(second)) == [.cancelled, .cancelled])
            #expect(try await box.memory.sweep(second)?.startedAt == nil)
            try await daemon.engine.cancel(first, reason: nil, caller: Daemon.user)
            try await daemon.ends(first)
            try await expectSound(box, daemon, second)
            try await daemon.stop()
        }
    }

    @Test func aPausedSweepCanBeStopped() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Files.endless(5))
            try await daemon.grows(sweep, to: 11)
            try await daemon.engine.pause(sweep, reason: nil, caller: Daemon.user)
            try await daemon.wait(for: sweep, "all are saved") { _, trials in
                trials.allSatisfy { $0.state == .queued && $0.checkpoint != nil }
            }
            try await daemon.engine.stop(sweep, reason: nil, caller: Daemon.user)
            let trials = try await daemon.ends(sweep)
            #expect(trials.allSatisfy { $0.state == .cancelled })
            #expect(try await box.memory.sweep(sweep)?.state == .completed)
            try await expectSound(box, daemon, sweep)
            try await daemon.stop()
        }
    }

    /// Its last slices are not over yet: what is about to end does not go on.
    @Test func aPausedSweepThatIsBeingCancelledIsNotResumed() async throws {
        try await Box.with { box in
            let daemon = try await box.start(workers: 1, slice: 3)
            let sweep = try await daemon.submit(Files.endless(1))
            try await daemon.wait(for: sweep, "it runs") { _, trials in trials.allSatisfy { $0.state == .running } }
            try await daemon.engine.pause(sweep, reason: nil, caller: Daemon.user)
            try await daemon.engine.cancel(sweep, reason: "enough", caller: Daemon.user)
            let error = await #expect(throws: EngineError.self) {
                try await daemon.engine.resume(sweep, caller: Daemon.user)
            }
            #expect(error?.code == .conflict)
            try await daemon.ends(sweep)
            #expect(try await box.memory.sweep(sweep)?.state == .cancelled)
            try await daemon.stop()
        }
    }

    @Test func pausingBeforeMostTrialsHaveBegunPausesAtOnce() async throws {
        try await Box.with { box in
            let daemon = try await box.start(workers: 1)
            let sweep = try await daemon.submit(Files.endless(40))
            try await daemon.engine.pause(sweep, reason: "lunch", caller: Daemon.user)
            try await daemon.wait(for: sweep, "it is paused") { row, trials in
                row.state == .paused && row.reason == "lunch" && trials.allSatisfy { $0.state == .queued }
            }
            #expect(await daemon.engine.scheduler.liveTrials == 0)
            try await daemon.stop()
        }
    }

    @Test func theDaemonStopsThoughMostAdmittedTrialsHaveNotBegun() async throws {
        try await Box.with { box in
            let daemon = try await box.start(workers: 1)
            let sweep = try await daemon.submit(Files.endless(100))
            try await daemon.stop()
            let trials = try await box.memory.trials(TrialQuery(sweep: sweep))
            #expect(trials.allSatisfy { $0.state == .queued })
        }
    }

    @Test(arguments: [
        "pause cancel", "pause resume cancel", "pause stop cancel", "stop cancel", "cancel stop", "cancel cancel",
    ])
    func verbsInQuickSuccessionEndTheSweep(verbs: String) async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Files.endless(5))
            try await daemon.grows(sweep, to: 11)
            for (place, verb) in verbs.split(separator: " ").enumerated() {
                do throws(EngineError) {
                    switch verb {
                    case "pause": try await daemon.engine.pause(sweep, reason: nil, caller: Daemon.user)
                    case "resume": try await daemon.engine.resume(sweep, caller: Daemon.user)
                    case "stop": try await daemon.engine.stop(sweep, reason: nil, caller: Daemon.user)
                    default: try await daemon.engine.cancel(sweep, reason: "gone", caller: Daemon.user)
                    }
                } catch {
                    // The sweep has ended already.
                    #expect(error.code == .conflict && place > 0, "\(error.message)")
                }
            }
            let trials = try await daemon.ends(sweep)
            #expect(trials.allSatisfy { $0.state == .cancelled })
            let row = try #require(try await box.memory.sweep(sweep))
            // What a stop has emptied ends before the cancellation comes, or because of it.
            #expect(row.state == .cancelled || verbs == "pause stop cancel")
            try await expectSound(box, daemon, sweep)
            try await daemon.stop()
        }
    }

    @Test func verbsThatDoNotFitTheStateAreConflicts() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Files.endless(2))
            try await daemon.grows(sweep, to: 1)
            await expect(.conflict) { try await daemon.engine.resume(sweep, caller: Daemon.user) }
            try await daemon.engine.pause(sweep, reason: nil, caller: Daemon.user)
            await expect(.conflict) { try await daemon.engine.pause(sweep, reason: nil, caller: Daemon.user) }
            try await daemon.engine.cancel(sweep, reason: nil, caller: Daemon.user)
            try await daemon.ends(sweep)
            await expect(.conflict) { try await daemon.engine.pause(sweep, reason: nil, caller: Daemon.user) }
            await expect(.conflict) { try await daemon.engine.cancel(sweep, reason: nil, caller: Daemon.user) }
            await expect(.conflict) { try await daemon.engine.resume(sweep, caller: Daemon.user) }
            await expect(.notFound) { try await daemon.engine.resume(99, caller: Daemon.user) }
            await expect(.notFound) { try await daemon.engine.stop(99, reason: nil, caller: Daemon.user) }
            await expect(.invalidRequest) {
                try await daemon.engine.stop(sweep, reason: String(repeating: "x", count: 201), caller: Daemon.user)
            }
            try await daemon.stop()
        }
    }

    @Test func aTrialOfAStoppedSweepEndsAfterACrash() async throws {
        try await Box.with { box in
            let first = try await box.start(maxParallel: 2)
            let sweep = try await first.submit(Files.row(4, iterations: 20_000), whenBegun: 2) { sweep in
                first.store.after { if case .change = $0 { first.store.cutOff() } }
                try await first.engine.stop(sweep, reason: "no more", caller: Daemon.user)
            }
            await first.kill()
            #expect(try await box.memory.sweep(sweep)?.closing == .stop)
            let second = try await box.start()
            let trials = try await second.ends(sweep)
            #expect(Self.states(trials) == [.completed, .completed, .cancelled, .cancelled])
            #expect(try await box.memory.sweep(sweep)?.reason == "no more")
            try await expectSound(box, second, sweep)
            try await second.stop()
        }
    }

    @Test(arguments: [true, false])
    func aCancelledSweepEndsAfterACrashEvenWithoutItsData(withData: Bool) async throws {
        try await Box.with { box in
            let first = try await box.start()
            let sweep = try await first.submit(Files.endless(4))
            try await first.grows(sweep, to: 1)
            // The closing is stored, the end of the sweep is not.
            first.store.before { call in
                guard case .change(_, let change) = call, change.state?.isEnded == true else { return nil }
                return StoreError(.io, "later")
            }
            try await first.engine.cancel(sweep, reason: "gone", caller: Daemon.user)
            await first.kill()
            #expect(try await box.memory.sweep(sweep)?.closing == .cancel)
            if !withData {
                _ = try await box.memory.change(
                    sweep: sweep, expected: [.running], SweepChange(datasetDigest: "of another one"), events: [],
                    at: .now)
            }
            let second = try await box.start()
            let trials = try await second.ends(sweep)
            #expect(trials.allSatisfy { $0.state == .cancelled })
            #expect(try await box.memory.sweep(sweep)?.state == .cancelled)
            try await expectSound(box, second, sweep)
            try await second.stop()
        }
    }

    @Test func aConfirmationWantsTheDataThatItsSweepHad() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Files.row(1, iterations: 10))
            try await daemon.ends(sweep)
            var row = try #require(try await box.memory.sweep(sweep))
            try await daemon.engine.requireTestData(of: row)
            row.datasetDigest = "of another one"
            await expect(.datasetUnavailable) { try await daemon.engine.requireTestData(of: row) }
            try await daemon.stop()
        }
    }

    @Test(arguments: ["1e-4", "1e6"]) func aPlanTellsHowLongItTakesBeforeAnythingWasTrained(rate: String) async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            func seconds(_ iterations: Int) async throws -> Double {
                let overrides = [
                    SweepOverride(key: "learning_rate", value: rate), SweepOverride(key: "weight_scale", value: "he"),
                ]
                let plan = try await daemon.engine.plan(
                    .init(file: Files.row(1, iterations: iterations), overrides: overrides))
                return try #require(plan.estimateSeconds)
            }
            #expect(try await seconds(1000) > 0)
            #expect(try await seconds(100_000_000) > 6)
            try await daemon.stop()
        }
    }

    @Test func scratchMemoryOfAllWorkersCountsTowardsTheBudget() async throws {
        try await Box.with { box in
            let daemon = try await box.start(workers: 2, memory: 1 << 30)
            var request = SweepEngine.Request(
                file: Files.row(1, iterations: 10), overrides: [SweepOverride(key: "hidden_size", value: "4096")])
            _ = try await daemon.engine.plan(request)
            request.overrides.append(SweepOverride(key: "batch_size", value: "65536"))
            do {
                _ = try await daemon.engine.plan(request)
                Issue.record("two times 65536 rows of 4096 units fit into 1 GiB")
            } catch let error as EngineError {
                #expect(error.code == .invalidSweep && error.message.contains("scratch memory of 2 workers"))
            }
            try await daemon.stop()
        }
    }

    @Test(arguments: [true, false]) func aStoppedSweepThatLostItsDataEndsOnceTheyAreBack(byItself: Bool) async throws {
        try await Box.with { box in
            let first = try await box.start()
            let sweep = try await first.submit(Files.row(3, iterations: 20_000))
            try await first.grows(sweep, to: 11)
            try await first.engine.stop(sweep, reason: "enough", caller: Daemon.user)
            await first.kill()
            let digest = try await box.memory.sweep(sweep)?.datasetDigest
            _ = try await box.memory.change(
                sweep: sweep, expected: [.running], SweepChange(datasetDigest: "of another one"), events: [], at: .now)
            var daemon = try await box.start()
            let row = try #require(try await box.memory.sweep(sweep))
            #expect(row.state == .paused && row.closing == .stop && row.reason == "enough")
            await expect(.datasetUnavailable) { try await daemon.engine.resume(sweep, caller: Daemon.user) }
            _ = try await box.memory.change(
                sweep: sweep, expected: [.paused], SweepChange(datasetDigest: digest), events: [], at: .now)
            if byItself {
                try await daemon.stop()
                daemon = try await box.start()
            } else {
                try await daemon.engine.resume(sweep, caller: Daemon.user)
            }
            let trials = try await daemon.ends(sweep)
            #expect(trials.contains { $0.state == .completed })
            let ended = try #require(try await box.memory.sweep(sweep))
            #expect(ended.state == .completed && ended.reason == "enough")
            try await expectSound(box, daemon, sweep)
            try await daemon.stop()
        }
    }

    @Test func theWrongDataSetPausesTheSweepAndItCanBeCancelled() async throws {
        try await Box.with { box in
            let first = try await box.start()
            let sweep = try await first.submit(Files.endless(3))
            try await first.grows(sweep, to: 11)
            try await first.stop()
            let digest = try await box.memory.sweep(sweep)?.datasetDigest
            _ = try await box.memory.change(
                sweep: sweep, expected: [.running], SweepChange(datasetDigest: "of another one"), events: [], at: .now)
            let second = try await box.start()
            let row = try #require(try await box.memory.sweep(sweep))
            #expect(row.state == .paused)
            #expect(row.reason?.contains("put it back") == true)
            await expect(.datasetUnavailable) { try await second.engine.resume(sweep, caller: Daemon.user) }
            _ = try await box.memory.change(
                sweep: sweep, expected: [.paused], SweepChange(datasetDigest: digest), events: [], at: .now)
            try await second.engine.resume(sweep, caller: Daemon.user)
            try await second.wait(for: sweep, "it goes on") { row, trials in
                row.state == .running && trials.contains { $0.state == .running }
            }
            try await second.stop()
            _ = try await box.memory.change(
                sweep: sweep, expected: [.running], SweepChange(datasetDigest: "gone"), events: [], at: .now)
            let third = try await box.start()
            try await third.engine.cancel(sweep, reason: "no data", caller: Daemon.user)
            let trials = try await third.ends(sweep)
            #expect(trials.allSatisfy { $0.state == .cancelled })
            try await expectSound(box, third, sweep)
            try await third.stop()
        }
    }
}

/// `body` throws an engine's error of this code.
func expect(
    _ code: EngineError.Code, location: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async {
    do {
        try await body()
        Issue.record("nothing was refused", sourceLocation: location)
    } catch {
        #expect((error as? EngineError)?.code == code, "\(error)", sourceLocation: location)
    }
}
