import FoundationEssentials
import SweepModel
import SweepModelTestKit
import Synchronization
import Testing

@testable import SweepEngine

@Suite struct RecorderTests {
    @Test func manyTrialsShareOneCommit() async throws {
        try await RecorderBench.with { bench in
            for trial: Int64 in 1...3 { bench.ended(trial) }
            bench.start()
            #expect(await bench.recorder.flush())
            let states = try await bench.states()
            #expect(states == [.completed, .completed, .completed])
            #expect(await bench.memory.applyCount == 1)
            #expect(bench.recorder.pendingBytes == 0)
        }
    }

    @Test func whoAppendsLearnsThatTheDiskIsBehindAndWhenItNoLongerIs() async throws {
        try await RecorderBench.with { bench in
            for iteration in 1..<Recorder.itemsAtMost { bench.checkpoint(1, iteration) }
            // The three starts of the bench count.
            #expect(bench.recorder.isBehind)
            bench.start()
            while bench.told.caughtUp == 0 { await Task.yield() }
            #expect(!bench.recorder.isBehind)
            #expect(await bench.recorder.flush())
            #expect(bench.told.caughtUp == 1)
        }
    }

    @Test func whatIsAppendedIsStoredInThatOrder() async throws {
        try await RecorderBench.with { bench in
            bench.ended(1)
            bench.sweep(SweepChange(state: .running))
            bench.requeued(2)
            bench.sweep(SweepChange(state: .completed, cancelQueued: "over"), cancelled: [2])
            bench.ended(3)
            bench.start()
            #expect(await bench.recorder.flush())
            let states = try await bench.states()
            #expect(states == [.completed, .cancelled, .completed])
            let kinds = try await bench.memory.events(after: 2, sweep: nil, limit: 10).map(\.content.kind)
            #expect(kinds == [.trialEnded, .sweepEnded, .sweepEnded, .trialEnded])
            #expect(bench.told.requeued == [2])
            #expect(try Set(bench.folder.files()) == ["models/t1-a1", "models/t3-a1"])
        }
    }

    @Test(arguments: [StoreError.Code.full, .io, .corrupt])
    func nothingIsLostWhileTheStoreFails(code: StoreError.Code) async throws {
        try await RecorderBench.with { bench in
            await bench.memory.failWrites(with: StoreError(code, "no space"))
            bench.start()
            bench.ended(1)
            await bench.hasTrouble()
            bench.ended(2)
            bench.requeued(3)
            #expect(await bench.recorder.flush() == false)
            #expect(bench.told.troubles.first == "no space")
            var states = try await bench.states()
            #expect(states == [.queued, .queued, .queued])
            await bench.memory.failWrites(with: nil)
            while bench.told.troubles.last != .some(nil) { await Task.yield() }
            #expect(await bench.recorder.flush())
            states = try await bench.states()
            #expect(states == [.completed, .completed, .queued])
            #expect(bench.told.requeued == [3])
            #expect(bench.told.troubles.count { $0 == nil } == 1)
            #expect(bench.recorder.pendingBytes == 0)
        }
    }

    @Test func whoWaitsLearnsOfTheTroubleAtOnce() async throws {
        try await RecorderBench.with { bench in
            await bench.memory.failWrites(with: StoreError(.full, "no space"))
            bench.start()
            // The fence stands behind rows that cannot be stored.
            #expect(await bench.recorder.flush() == false)
            #expect(await bench.recorder.flush() == false)
            await bench.memory.failWrites(with: nil)
        }
    }

    @Test func troubleEndsEvenWhenTheRecordIsRefusedInTheEnd() async throws {
        try await RecorderBench.with { bench in
            bench.start()
            #expect(await bench.recorder.flush())
            await bench.memory.failWrites(with: StoreError(.full, "no space"))
            bench.recorder.append(.sweep(1, expected: [.paused], SweepChange(state: .running), events: []))
            await bench.hasTrouble()
            await bench.memory.failWrites(with: nil)
            // The sweep is not paused: a conflict.
            while bench.told.troubles.last != .some(nil) { await Task.yield() }
            #expect(await bench.recorder.flush())
        }
    }

    @Test func aFolderThatCannotBeWrittenIsWaitedFor() async throws {
        try await RecorderBench.with { bench in
            let models = bench.folder.absolute(StateFolder.models)
            try FileManager.default.removeItem(atPath: models)
            bench.start()
            bench.ended(1)
            await bench.hasTrouble()
            #expect(try await bench.states()[0] == .queued)
            try bench.folder.prepare()
            while bench.told.troubles.last != .some(nil) { await Task.yield() }
            #expect(await bench.recorder.flush())
            #expect(try await bench.states()[0] == .completed)
        }
    }

    @Test func oneRowThatIsRefusedCostsNoOtherTrialItsResult() async throws {
        try await RecorderBench.with { bench in
            bench.store.before { call in
                guard case .apply(let writes) = call else { return nil }
                let isBad = writes.contains { write in
                    if case .ended(.completed, _, _, _, _, _, _, _) = write.update { write.trial == 2 } else { false }
                }
                return isBad ? StoreError(.conflict, "CHECK constraint failed") : nil
            }
            for trial: Int64 in 1...3 { bench.ended(trial) }
            bench.start()
            #expect(await bench.recorder.flush())
            let trials = try await bench.memory.trials(TrialQuery(sweep: 1))
            #expect(trials.map(\.state) == [.completed, .failed, .completed])
            #expect(trials[1].reason == "its record was refused: CHECK constraint failed")
            #expect(bench.told.lost == [2])
            let ended = try await bench.memory.events(after: 0, sweep: 1, limit: 10).filter {
                $0.content.kind == .trialEnded
            }
            #expect(ended.map(\.content.trial) == [1, 3])
        }
    }

    @Test func theFilesOfManyTrialsAreWrittenTogetherAndThoseOfOneInTheirOrder() async throws {
        try await RecorderBench.with { bench in
            for iteration in 1...40 { bench.checkpoint(1, iteration) }
            for iteration in 1...40 { bench.checkpoint(2, iteration) }
            bench.ended(3)
            bench.start()
            #expect(await bench.recorder.flush())
            #expect(
                try bench.folder.files().sorted() == [
                    "checkpoints/t1-a1-i39", "checkpoints/t1-a1-i40", "checkpoints/t2-a1-i39", "checkpoints/t2-a1-i40",
                    "models/t3-a1",
                ])
            let last = try #require(bench.recorder.checkpoints(of: 2).first)
            #expect(try bench.folder.read(last) == [UInt8](repeating: 40, count: 100))
            #expect(await bench.memory.applyCount == 1)
        }
    }

    @Test func aCheckpointThatATrialComesToAgainIsNotRemoved() async throws {
        try await RecorderBench.with { bench in
            bench.checkpoint(1, 3)
            bench.restarted(1)
            bench.checkpoint(1, 3)
            bench.start()
            #expect(await bench.recorder.flush())
            #expect(try bench.folder.files() == ["checkpoints/t1-a1-i3"])
            let file = try #require(bench.recorder.checkpoints(of: 1).first)
            #expect(try bench.folder.read(file).count == 100)
        }
    }

    @Test func aCheckpointIsRemovedOnlyWhenTheRowNamesTwoLaterOnes() async throws {
        try await RecorderBench.with { bench in
            bench.start()
            bench.checkpoint(1, 3)
            #expect(await bench.recorder.flush())
            var files = try bench.folder.files()
            #expect(files == ["checkpoints/t1-a1-i3"])
            bench.checkpoint(1, 6)
            #expect(await bench.recorder.flush())
            await bench.memory.failWrites(with: StoreError(.full, "no space"))
            bench.checkpoint(1, 9)
            await bench.hasTrouble()
            files = try bench.folder.files().sorted()
            #expect(files == ["checkpoints/t1-a1-i3", "checkpoints/t1-a1-i6", "checkpoints/t1-a1-i9"])
            await bench.memory.failWrites(with: nil)
            while bench.told.troubles.last != .some(nil) { await Task.yield() }
            #expect(await bench.recorder.flush())
            files = try bench.folder.files().sorted()
            #expect(files == ["checkpoints/t1-a1-i6", "checkpoints/t1-a1-i9"])
            #expect(bench.recorder.checkpoints(of: 1).map(\.iteration) == [9, 6])
            bench.ended(1)
            #expect(await bench.recorder.flush())
            files = try bench.folder.files()
            #expect(files == ["models/t1-a1"])
        }
    }

    @Test func aTrialOfAnotherOwnerIsReportedAndItsCheckpointStays() async throws {
        try await RecorderBench.with { bench in
            bench.start()
            bench.checkpoint(1, 3)
            #expect(await bench.recorder.flush())
            // Another attempt takes the row over.
            _ = try await bench.memory.apply(
                [TrialWrite(trial: 1, attempt: 1, update: .retried(reason: "by another"))], events: [], at: .now)
            bench.checkpoint(1, 6)
            bench.ended(1)
            bench.requeued(2)
            #expect(await bench.recorder.flush())
            #expect(bench.told.lost == [1])
            #expect(bench.told.requeued == [2])
            #expect(try bench.folder.files().contains("checkpoints/t1-a1-i3"))
            let kinds = try await bench.memory.events(after: 2, sweep: 1, limit: 10).map(\.content.kind)
            #expect(kinds == [])
        }
    }

    @Test func closingWritesWhatIsLeft() async throws {
        try await RecorderBench.with { bench in
            bench.ended(1)
            bench.ended(2)
            bench.start()
            #expect(await bench.close() == true)
            let states = try await bench.states()
            #expect(states == [.completed, .completed, .running])
            #expect(await bench.recorder.flush() == false)
        }
    }

    @Test func closingGivesUpWhenItsPatienceIsOver() async throws {
        try await RecorderBench.with { bench in
            await bench.memory.failWrites(with: StoreError(.full, "no space"))
            bench.start()
            bench.ended(1)
            await bench.hasTrouble()
            #expect(await bench.close(patience: .zero) == false)
            #expect(await bench.recorder.flush() == false)
            let states = try await bench.states()
            #expect(states == [.queued, .queued, .queued])
        }
    }
}
