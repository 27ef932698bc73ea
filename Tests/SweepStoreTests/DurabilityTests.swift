import Foundation
import GRDB
import SweepModel
import SweepStore
import Testing

@Suite("Durability of the SQLite store")
struct DurabilityTests {
    /// Copies database and log while they are in use: what the disk holds when the process is killed at this moment.
    private func asAfterAKill(_ folder: String, _ body: (SQLiteStore) async throws -> Void) async throws {
        try await withFolder { other in
            for name in ["sweepd.db", "sweepd.db-wal"] {
                try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: "\(other)/\(name)")
            }
            let store = try openStore(other)
            try await body(store)
            try store.close()
        }
    }

    @Test("What a call has returned survives a kill, and running trials are recovered")
    func returnedMeansStored() async throws {
        try await withSQLiteStore { store, folder in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 50))
            for trial in trials.prefix(30) { try await store.update(trial, .start) }
            try await store.update(trials[0], .complete(0.5))
            let before = try await store.trials(TrialQuery(sweep: 1))
            try await asAfterAKill(folder) { survivor in
                #expect(try await survivor.trials(TrialQuery(sweep: 1)) == before)
                let recovery = try await survivor.begin(boot: "boot-2", at: .at(10))
                #expect(recovery.orphaned == trials[1..<30].map(\.id))
                #expect(!recovery.cleanStop)
                #expect(try await survivor.summary(1)?.counts == [.completed: 1, .queued: 49])
                // More than twenty: one event for the sweep.
                let events = try await survivor.events(after: 0, sweep: 1, limit: 100)
                #expect(events.last?.content == EventContent(.trialRecovered, sweep: 1, detail: "29 trials"))
                #expect(events.count == 2)
                #expect(try await survivor.check().isEmpty)
            }
        }
    }

    @Test("A log whose tail was torn off opens at an earlier commit, at any length")
    func tornLog() async throws {
        try await withSQLiteStore { store, folder in
            for _ in 1...8 { _ = try await store.submit(newSweep(trials: 1)) }
            let log = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/sweepd.db-wal"))
            let database = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/sweepd.db"))
            var seen: [Int64] = []
            // A frame is a page and 24 bytes; the odd lengths fall within one.
            for cut in stride(from: 0, through: 30 * 4120, by: 4120 * 3 / 2 + 1) where cut < log.count {
                try await withFolder { other in
                    try database.write(to: URL(fileURLWithPath: "\(other)/sweepd.db"))
                    try log.prefix(log.count - cut).write(to: URL(fileURLWithPath: "\(other)/sweepd.db-wal"))
                    let survivor = try openStore(other)
                    #expect(try await survivor.check().isEmpty)
                    let last = try await survivor.latestSweepID() ?? 0
                    for sweep in 1...max(1, last) where last > 0 {
                        #expect(try await survivor.trials(TrialQuery(sweep: sweep)).count == 1)
                    }
                    seen.append(last)
                    try survivor.close()
                }
            }
            #expect(seen.first == 8)
            #expect(seen == seen.sorted(by: >))
            #expect(seen.last ?? 8 < 8)
        }
    }

    @Test("On a full disk a submission is refused, nothing is lost, and it goes on by itself")
    func fullDisk() async throws {
        try await withSQLiteStore { store, _ in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 10))
            try await store.update(trials[0], .start)
            let before = try await store.trials(TrialQuery(sweep: 1))
            let sequence = try await store.lastEventSequence()
            try await store.pool.writeWithoutTransaction { database in
                let pages = try #require(try Int.fetchOne(database, sql: "PRAGMA page_count"))
                try database.execute(sql: "PRAGMA max_page_count = \(pages)")
            }
            #expect(try await storeErrorCode { _ = try await store.submit(newSweep(trials: 5000)) } == .full)
            #expect(try await store.trials(TrialQuery(sweep: 1)) == before)
            #expect(try await store.latestSweepID() == 1)
            #expect(try await store.lastEventSequence() == sequence)
            #expect(try await store.check().isEmpty)
            try await store.pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA max_page_count = 1073741823")
            }
            #expect(try await store.submit(newSweep(trials: 5000)).sweep.id == 2)
            #expect(try await store.update(trials[0], .complete(0.5)))
        }
    }

    @Test("A daemon that still runs cannot write what a later boot has started, though the attempt is the same")
    func laterBootOwns() async throws {
        try await withSQLiteStore { first, folder in
            let (_, trials) = try await first.submitTrials(newSweep(trials: 1))
            try await first.update(trials[0], .start, .requeued)
            let second = try openStore(folder)
            _ = try await second.begin(boot: "boot-2", at: .at(10))
            #expect(try await second.update(trials[0], .start))
            #expect(try await !first.update(trials[0], .epoch(point(1, iteration: 10))))
            #expect(try await !first.update(trials[0], .complete(0.75)))
            #expect(try await second.trial(1)?.state == .running)
            #expect(try await second.update(trials[0], .complete(0.5)))
            try second.close()
            #expect(try await first.trial(1)?.metrics?.valAccuracy == 0.5)
        }
    }

    @Test("A write is not undone when its task is cancelled")
    func cancellationDoesNotUndo() async throws {
        try await withSQLiteStore { store, _ in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 1))
            let write = Task {
                while !Task.isCancelled { await Task.yield() }
                try await store.update(trials[0], .start, .complete(0.5))
                return try await store.trial(1)?.state
            }
            write.cancel()
            #expect(try await write.value == .completed)
        }
    }

    @Test("A backup opens and equals the database, and never overwrites a file")
    func backupEquals() async throws {
        try await withSQLiteStore { store, folder in
            let (_, trials) = try await store.submitTrials(newSweep(trials: 200))
            try await store.update(trials[0], .start, .epoch(point(1, iteration: 10)), .complete(0.5))
            let copy = "\(folder)/copy.db"
            let report = try await store.backup(to: copy) { _ in nil }
            #expect(report == BackupReport(sweeps: 1, trials: 200))
            #expect(try await storeErrorCode { _ = try await store.backup(to: copy) { _ in nil } } == .conflict)
            #expect(!FileManager.default.fileExists(atPath: copy + ".partial"))
            let opened = try SQLiteStore.open(path: copy, backupFolder: nil) { _ in }
            #expect(try await opened.check().isEmpty)
            #expect(try await opened.summaries(before: nil, limit: 9) == store.summaries(before: nil, limit: 9))
            #expect(try await opened.trials(TrialQuery(sweep: 1)) == store.trials(TrialQuery(sweep: 1)))
            #expect(try await opened.epochs(trial: 1) == store.epochs(trial: 1))
            #expect(
                try await opened.events(after: 0, sweep: nil, limit: 99)
                    == store.events(after: 0, sweep: nil, limit: 99))
            try opened.close()
            let missing = try await storeErrorCode {
                _ = try await store.backup(to: "\(folder)/missing/copy.db") { _ in nil }
            }
            #expect(missing == .io)
        }
    }

    @Test("Calls on a closed store throw")
    func closedStoreThrows() async throws {
        try await withFolder { folder in
            let store = try openStore(folder)
            try store.close()
            #expect(try await storeErrorCode { _ = try await store.latestSweepID() } == .io)
            #expect(try await storeErrorCode { _ = try await store.submit(newSweep(trials: 1)) } == .io)
        }
    }
}
