import SweepModel
import SweepModelTestKit
import Testing

@Suite("Boots and recovery, in every store")
struct BootTests {
    @Test("Trials that a crash left running are queued with the next attempt", arguments: StoreKind.allCases)
    func orphansAreQueued(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 4))
            try await store.update(trials[0], .start, .checkpointed(checkpoint(40), seconds: 10))
            try await store.update(trials[1], .start)
            try await store.update(trials[2], .start, .complete(0.5))
            let sequence = try await store.lastEventSequence()
            let recovery = try await store.begin(boot: "boot-2", at: .at(10))
            #expect(recovery.orphaned == [1, 2])
            #expect(!recovery.cleanStop)
            let after = try await store.trials(TrialQuery(sweep: 1))
            #expect(after.map(\.state) == [.queued, .queued, .completed, .queued])
            #expect(after.map(\.attempt) == [2, 2, 1, 1])
            #expect(after[0].checkpoint == checkpoint(40))
            #expect(after[0].boot == nil)
            let events = try await store.events(after: sequence, sweep: nil, limit: 10)
            #expect(events.map(\.content.kind) == [.daemonStarted, .trialRecovered, .trialRecovered])
            #expect(events.map(\.content.trial) == [nil, 1, 2])
        }
    }

    @Test(
        "Orphans of a sweep that was ending them are cancelled, those of a stopping one go on",
        arguments: StoreKind.allCases, SweepClosing.allCases)
    func orphansOfAClosingSweep(kind: StoreKind, closing: SweepClosing) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 1))
            try await store.update(trials[0], .start, .checkpointed(checkpoint(40), seconds: 10))
            _ = try await store.change(
                sweep: 1, expected: [.queued], SweepChange(state: .running, closing: closing, reason: "enough"),
                events: [], at: .at(6))
            let recovery = try await store.begin(boot: "boot-2", at: .at(10))
            let trial = try #require(try await store.trial(1))
            if closing.endsRunningTrials {
                #expect(recovery.orphaned.isEmpty)
                #expect(trial.state == .cancelled)
                #expect(trial.reason == "enough")
                #expect(trial.endedAt == .at(10))
                #expect(trial.checkpoint == nil)
                #expect(trial.attempt == 1)
            } else {
                #expect(recovery.orphaned == [1])
                #expect(trial.state == .queued)
            }
        }
    }

    @Test(
        "A trial whose slice a signal hit is a suspect; three crashes while it ran alone are its end",
        arguments: StoreKind.allCases)
    func suspectsAreQuarantined(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 2))
            for trial in trials { try await store.update(trial, .start, .checkpointed(checkpoint(40), seconds: 10)) }
            func crash(in boot: Int, alone: Bool) async throws -> Recovery {
                let evidence = CrashEvidence(boot: "boot-\(boot)", signal: "SIGILL", trial: 2, wasAlone: alone)
                let recovery = try await store.begin(boot: "boot-\(boot + 1)", crash: evidence, at: .at(10))
                #expect(recovery.suspect == 2)
                return recovery
            }
            // Nothing is counted while others ran in the process too.
            #expect(try await crash(in: 1, alone: true).orphaned == [1, 2])
            var trial = try #require(try await store.trial(2))
            #expect(trial.isSuspect && trial.crashes == 0 && trial.state == .queued)
            for boot in 2...4 {
                // A crash may come before it is written that the trial has begun.
                if boot != 3 { try await store.update(trial, .start) }
                let recovery = try await crash(in: boot, alone: true)
                #expect(recovery.isQuarantined == (boot == 4))
                trial = try #require(try await store.trial(2))
                #expect(trial.crashes == boot - 1)
            }
            #expect(trial.state == .failed)
            #expect(trial.reason?.hasPrefix("quarantined: it has crashed the daemon 3 times") == true)
            #expect(trial.checkpoint == nil && trial.boot == nil && trial.endedAt == .at(10))
            #expect(try await store.trial(1)?.isSuspect == false)
            let kinds = try await store.events(after: 0, sweep: 1, limit: 100).map(\.content.kind)
            #expect(kinds.filter { $0 == .trialSuspected }.count == 3)
            #expect(kinds.last == .trialEnded)
        }
    }

    @Test(
        "Evidence of another boot, of no trial or of one that has ended charges nobody",
        arguments: StoreKind.allCases,
        [
            CrashEvidence(boot: "boot-0", signal: "SIGILL", trial: 1, wasAlone: true),
            CrashEvidence(boot: "boot-1", signal: "SIGILL", trial: nil, wasAlone: true),
            CrashEvidence(boot: "boot-1", signal: "SIGILL", trial: 2, wasAlone: true),
            CrashEvidence(boot: "boot-1", signal: "SIGILL", trial: 99, wasAlone: true),
        ])
    func otherEvidenceChargesNobody(kind: StoreKind, crash: CrashEvidence) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 2))
            try await store.update(trials[0], .start)
            try await store.update(trials[1], .start, .complete(0.5))
            #expect(try await store.begin(boot: "boot-2", crash: crash, at: .at(10)).suspect == nil)
            #expect(try await store.trials(TrialQuery(sweep: 1)).allSatisfy { !$0.isSuspect && $0.crashes == 0 })
        }
    }

    @Test("A quarantined trial that is tried again runs alone", arguments: StoreKind.allCases)
    func retriedSuspectsStaySuspects(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 1))
            var trial = trials[0]
            for boot in 1...4 {
                try await store.update(trial, .start)
                let crash = CrashEvidence(boot: "boot-\(boot)", signal: "SIGSEGV", trial: 1, wasAlone: true)
                _ = try await store.begin(boot: "boot-\(boot + 1)", crash: crash, at: .at(10))
                trial = try #require(try await store.trial(1))
            }
            #expect(trial.state == .failed)
            _ = try await store.retry(
                sweep: 1, states: [.failed], event: EventContent(.trialsRetried, sweep: 1), at: .at(11))
            trial = try #require(try await store.trial(1))
            #expect(trial.isSuspect && trial.crashes == 0)
            try await store.update(trial, .start, .complete(0.5))
            #expect(try await store.trial(1)?.isSuspect == false)
        }
    }

    @Test("A clean stop is known to the next boot, and only to that one", arguments: StoreKind.allCases)
    func cleanStopIsKnown(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.markCleanStop(at: .at(2))
            #expect(try await store.begin(boot: "boot-2", at: .at(3)).cleanStop)
            #expect(try await !store.begin(boot: "boot-3", at: .at(4)).cleanStop)
            #expect(try await storeErrorCode { _ = try await store.begin(boot: "boot-2", at: .at(5)) } == .conflict)
        }
    }

    @Test("A new store counts as cleanly stopped, and takes no trial's write before it has begun")
    func nothingBeforeBegin() async throws {
        try await withFolder { folder in
            for store in [InMemoryStore(), try openStore(folder)] as [any SweepStore] {
                let code = try await storeErrorCode { _ = try await store.apply([], events: [], at: .at(1)) }
                #expect(code == .conflict)
                #expect(try await store.begin(boot: "boot-1", at: .at(0)).cleanStop)
            }
        }
    }
}
