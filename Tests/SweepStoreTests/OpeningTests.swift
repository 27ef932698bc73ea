import Foundation
import GRDB
import Migrations
import SweepModel
import SweepStore
import Testing

@Suite("Opening a database")
struct OpeningTests {
    @Test("Commits are durable: WAL, FULL, foreign keys, read back on the connection that writes")
    func pragmasAreAsPromised() async throws {
        try await withSQLiteStore { store, _ in
            let values = try await store.pool.writeWithoutTransaction { database in
                try [
                    "journal_mode", "synchronous", "foreign_keys", "trusted_schema", "cell_size_check",
                    "application_id", "journal_size_limit",
                ].map { try String.fetchOne(database, sql: "PRAGMA \($0)") }
            }
            #expect(values == ["wal", "2", "1", "0", "1", "1937207396", "67108864"])
            let reader = try await store.pool.unsafeRead { database in
                try [
                    String.fetchOne(database, sql: "PRAGMA foreign_keys"),
                    String.fetchOne(database, sql: "PRAGMA trusted_schema"),
                ]
            }
            #expect(reader == ["1", "0"])
        }
    }

    @Test("Every table is strict")
    func tablesAreStrict() async throws {
        try await withSQLiteStore { store, _ in
            let loose = try await store.pool.read { database in
                try String.fetchAll(
                    database,
                    sql: """
                        SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict
                        AND name NOT LIKE 'sqlite_%' AND name <> 'grdb_migrations'
                        """)
            }
            #expect(loose == [])
        }
    }

    @Test("What was stored is there when the database is opened again")
    func opensAgain() async throws {
        try await withFolder { folder in
            var store = try openStore(folder)
            _ = try await store.begin(boot: "boot-1", at: .at(0))
            _ = try await store.submit(newSweep(trials: 3))
            try await store.markCleanStop(at: .at(5))
            let trials = try await store.trials(TrialQuery(sweep: 1))
            try store.close()
            store = try openStore(folder)
            #expect(try await store.begin(boot: "boot-2", at: .at(6)).cleanStop)
            #expect(try await store.trials(TrialQuery(sweep: 1)) == trials)
            try store.close()
            // No migration was pending, so no copy was made.
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/backups"))
        }
    }

    @Test("A clean stop leaves an empty write-ahead log")
    func cleanStopTruncates() async throws {
        try await withSQLiteStore { store, folder in
            _ = try await store.submit(newSweep(trials: 100))
            try await store.markCleanStop(at: .at(5))
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/sweepd.db-wal")
            #expect(attributes[.size] as? Int == 0)
        }
    }

    @Test("A file that is no database is refused and stays as it is")
    func garbageIsRefused() async throws {
        try await withFolder { folder in
            let garbage = Data(repeating: 0x61, count: 8192)
            try garbage.write(to: URL(fileURLWithPath: "\(folder)/sweepd.db"))
            let error = try #require(throws: StoreError.self) { _ = try openStore(folder) }
            #expect(error.code == .corrupt)
            #expect(error.message.contains("\(folder)/sweepd.db"))
            #expect(error.message.contains("backup"))
            #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/sweepd.db")) == garbage)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["sweepd.db"])
        }
    }

    @Test("A database with a damaged page is refused after a crash and stays as it is")
    func damageIsRefused() async throws {
        try await withFolder { folder in
            let store = try openStore(folder)
            _ = try await store.begin(boot: "boot-1", at: .at(0))
            _ = try await store.submit(newSweep(trials: 2000))
            try store.close()
            let file = URL(fileURLWithPath: "\(folder)/sweepd.db")
            var bytes = try Data(contentsOf: file)
            let middle = bytes.count / 2 / 4096 * 4096
            try #require(bytes.count > 20 * 4096)
            for offset in middle..<middle + 3 * 4096 { bytes[offset] = 0xA5 }
            try bytes.write(to: file)
            let error = try #require(throws: StoreError.self) { _ = try openStore(folder) }
            #expect(error.code == .corrupt)
            #expect(try Data(contentsOf: file) == bytes)
        }
    }

    @Test("A database of another program is refused and stays as it is")
    func othersAreRefused() async throws {
        try await withFolder { folder in
            let queue = try DatabaseQueue(path: "\(folder)/sweepd.db")
            try await queue.write { database in try database.execute(sql: "CREATE TABLE recipes (name TEXT)") }
            try queue.close()
            let before = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/sweepd.db"))
            let error = try #require(throws: StoreError.self) { _ = try openStore(folder) }
            #expect(error.code == .corrupt)
            #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/sweepd.db")) == before)
        }
    }

    @Test("A folder that is not there is told as such")
    func missingFolder() async throws {
        try await withFolder { folder in
            let error = try #require(throws: StoreError.self) { _ = try openStore("\(folder)/missing") }
            #expect(error.code == .io)
            #expect(error.message.contains("\(folder)/missing/sweepd.db"))
        }
    }

    @Test("A database that was cut off is refused and stays as it is, also after a clean stop")
    func truncatedIsRefused() async throws {
        for isClean in [true, false] {
            try await withFolder { folder in
                let store = try openStore(folder)
                _ = try await store.begin(boot: "boot-1", at: .at(0))
                _ = try await store.submit(newSweep(trials: 2000))
                if isClean { try await store.markCleanStop(at: .at(1)) }
                try store.close()
                let file = URL(fileURLWithPath: "\(folder)/sweepd.db")
                let bytes = try Data(contentsOf: file)
                for length in [bytes.count / 2 / 4096 * 4096, bytes.count / 2 + 100, 100] {
                    try bytes.prefix(length).write(to: file)
                    let before = try names(folder)
                    let error = try #require(throws: StoreError.self) { _ = try openStore(folder) }
                    #expect(error.code == .corrupt)
                    #expect(error.message.contains("sweepd restore"), "\(error.message)")
                    #expect(error.message.contains(".recover"), "\(error.message)")
                    #expect(try Data(contentsOf: file) == bytes.prefix(length))
                    #expect(try names(folder) == before)
                }
            }
        }
    }

    @Test("A damaged database's log stays as it is, too")
    func logOfDamagedStays() async throws {
        try await withSQLiteStore { store, folder in
            _ = try await store.submit(newSweep(trials: 2000))
            try await store.pool.writeWithoutTransaction { database in _ = try database.checkpoint(.truncate) }
            _ = try await store.submit(newSweep(trials: 5))
            try await withFolder { other in
                for name in ["sweepd.db", "sweepd.db-wal"] {
                    try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: "\(other)/\(name)")
                }
                let file = URL(fileURLWithPath: "\(other)/sweepd.db")
                var bytes = try Data(contentsOf: file)
                for offset in 9 * 4096..<12 * 4096 { bytes[offset] = 0xA5 }
                try bytes.write(to: file)
                let log = try Data(contentsOf: URL(fileURLWithPath: "\(other)/sweepd.db-wal"))
                try #require(log.count > 4096)
                let error = try #require(throws: StoreError.self) { _ = try openStore(other) }
                #expect(error.code == .corrupt)
                #expect(try Data(contentsOf: file) == bytes)
                #expect(try Data(contentsOf: URL(fileURLWithPath: "\(other)/sweepd.db-wal")) == log)
            }
        }
    }

    @Test("An empty or missing database is not begun anew beside the models of the one that was there")
    func emptyBesideModels() async throws {
        try await withFolder { folder in
            for kind in ["checkpoints", "models"] {
                try FileManager.default.createDirectory(atPath: "\(folder)/\(kind)", withIntermediateDirectories: true)
            }
            // Nothing there: a first start.
            try openStore(folder).close()
            try FileManager.default.removeItem(atPath: "\(folder)/sweepd.db")
            try Data("weights".utf8).write(to: URL(fileURLWithPath: "\(folder)/models/t1-a1"))
            for isMissing in [true, false] {
                if !isMissing { try Data().write(to: URL(fileURLWithPath: "\(folder)/sweepd.db")) }
                let before = try names(folder)
                let error = try #require(throws: StoreError.self) { _ = try openStore(folder) }
                #expect(error.code == .corrupt)
                #expect(error.message.contains("\(folder)/models"), "\(error.message)")
                #expect(error.message.contains("sweepd restore"), "\(error.message)")
                #expect(try names(folder) == before)
                #expect(try names("\(folder)/models") == ["t1-a1"])
            }
        }
    }
}

@Suite("Migrating a database")
struct MigratingTests {
    private let next = Migration(name: "0003_add_note", sql: "ALTER TABLE sweeps ADD COLUMN note TEXT;")

    private func open(
        _ folder: String, _ migrations: [Migration], log: (String) -> Void = { _ in }
    ) throws(StoreError) -> SQLiteStore {
        try SQLiteStore.open(
            path: "\(folder)/sweepd.db", backupFolder: "\(folder)/backups", migrations: migrations, log: log)
    }

    @Test("A database from a newer version is refused and stays as it is")
    func newerIsRefused() async throws {
        try await withFolder { folder in
            try open(folder, Migration.all + [next]).close()
            let before = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/sweepd.db"))
            let error = try #require(throws: StoreError.self) { _ = try openStore(folder) }
            #expect(error.code == .newer)
            #expect(error.message.contains("0003_add_note"))
            #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/sweepd.db")) == before)
        }
    }

    @Test("An older database is copied before it is migrated, and the copy opens")
    func copyBeforeMigrating() async throws {
        try await withFolder { folder in
            var store = try openStore(folder)
            _ = try await store.begin(boot: "boot-1", at: .at(0))
            _ = try await store.submit(newSweep(trials: 3))
            let trials = try await store.trials(TrialQuery(sweep: 1))
            try store.close()
            var lines: [String] = []
            store = try open(folder, Migration.all + [next]) { lines.append($0) }
            #expect(try await store.trials(TrialQuery(sweep: 1)) == trials)
            try store.close()
            #expect(lines.contains { $0.contains("before-0003_add_note.db") })
            #expect(lines.contains { $0.contains("applied 0003_add_note") })
            let copy = try SQLiteStore.open(
                path: "\(folder)/backups/before-0003_add_note.db", backupFolder: nil
            ) { _ in }
            #expect(try await copy.trials(TrialQuery(sweep: 1)) == trials)
            try copy.close()
        }
    }

    /// `Fixtures/v1.db` was written by version 0.1.0: a sweep of three trials, one of them diverged, and a promotion.
    @Test("A database of the first version opens, migrates and reads, and takes what is new")
    func firstVersion() async throws {
        try await withFolder { folder in
            let fixture = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/v1.db")
            try FileManager.default.copyItem(atPath: fixture.path, toPath: "\(folder)/sweepd.db")
            let store = try openStore(folder)
            #expect(try await store.check().isEmpty)
            #expect(FileManager.default.fileExists(atPath: "\(folder)/backups/before-0002_add_learning_details.db"))
            let trials = try await store.trials(TrialQuery(sweep: 1))
            #expect(trials.map(\.state) == [.completed, .completed, .diverged])
            #expect(trials.map(\.deadUnits) == [nil, nil, nil])
            #expect(trials[1].parameters["learning_rate"] == .number(3e-3))
            #expect(trials[1].metrics?.valLoss == 1.3861488064912388)
            #expect(trials[2].reason == "loss not finite at iteration 1; last finite loss 1.3862948368246506")
            let curves = try await store.curves(sweep: 1, withLosses: true)
            #expect(
                curves.mapValues { $0.map(\.iteration) } == [1: [1, 9, 17, 25, 33], 2: [1, 9, 17, 25, 33], 3: [1]])
            let points = try #require(curves[2])
            #expect(points == (try await store.epochs(trial: 2)))
            #expect(points[4].metrics.valLoss == 1.3862244700224755 && points[4].learningRate == 0.0024435187499999996)
            #expect(points.allSatisfy { $0.losses.isEmpty && $0.weightNorm == nil && $0.updateRatio == nil })
            let promotion = try #require(try await store.promotions(sweep: 1, limit: 9).first)
            #expect(promotion.correct == 25 && promotion.trial == 1 && promotion.confusion == nil)
            #expect(try await store.events(after: 0, sweep: nil, limit: 99).count == 9)

            _ = try await store.begin(boot: "boot-2", at: .at(0))
            let (_, more) = try await store.submitTrials(newSweep(trials: 1))
            try await store.update(more[0], .start, .epoch(point(1, iteration: 10)))
            #expect(try await store.epochs(trial: more[0].id) == [point(1, iteration: 10)])
            await #expect(throws: DatabaseError.self) {
                try await store.pool.write { database in
                    try database.execute(sql: "UPDATE promotions SET confusion = '{}'")
                }
            }
            try store.close()
        }
    }

    @Test("A migration that fails changes nothing, and a second try keeps the first copy")
    func failedMigration() async throws {
        try await withFolder { folder in
            try openStore(folder).close()
            let broken = Migration(
                name: "0003_break", sql: "CREATE TABLE extra (a TEXT) STRICT; INSERT INTO nowhere VALUES (1);")
            for _ in 1...2 {
                let error = try #require(throws: StoreError.self) { _ = try open(folder, Migration.all + [broken]) }
                #expect(error.code == .io)
            }
            let copies = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/backups")
            #expect(copies.sorted() == ["before-0003_break-2.db", "before-0003_break.db"])
            let store = try openStore(folder)
            let extra = try await store.pool.read { database in try database.tableExists("extra") }
            #expect(!extra)
            try store.close()
        }
    }

    @Test("A migration that breaks a reference is refused")
    func brokenReferences() async throws {
        try await withFolder { folder in
            let store = try openStore(folder)
            _ = try await store.begin(boot: "boot-1", at: .at(0))
            _ = try await store.submit(newSweep(trials: 1))
            try store.close()
            let careless = Migration(name: "0003_forget_sweeps", sql: "DELETE FROM sweeps;")
            let error = try #require(throws: StoreError.self) { _ = try open(folder, Migration.all + [careless]) }
            #expect(error.code == .conflict)
            let again = try openStore(folder)
            #expect(try await again.latestSweepID() == 1)
            try again.close()
        }
    }

    /// `Fixtures/v2` is the state folder that version 0.1.0 left when it was killed: two sweeps, one of them running, a
    /// promotion, four models, two checkpoints, and a log that was not checkpointed.
    @Test("The state folder of the second version opens, migrates and goes on")
    func secondVersion() async throws {
        try await withFolder { folder in
            let state = "\(folder)/state"
            try FileManager.default.copyItem(atPath: fixture("v2"), toPath: state)
            let store = try openStore(state)
            #expect(try await store.check().isEmpty)
            let copy = "\(state)/backups/before-0003_add_safety.db"
            #expect(FileManager.default.fileExists(atPath: copy))
            let trials = try await store.trials(TrialQuery(sweep: 1))
            #expect(trials.map(\.state) == [.completed, .completed, .completed, .completed, .diverged, .diverged])
            #expect(trials.allSatisfy { $0.isModelKept && !$0.isPinned && !$0.isSuspect && $0.crashes == 0 })
            let running = try await store.trials(TrialQuery(sweep: 2))
            #expect(running.map(\.checkpoint?.path) == ["checkpoints/t7-a2-i675001", "checkpoints/t8-a2-i675001"])
            #expect(running.allSatisfy { $0.state == .running && $0.previousCheckpoint == nil })
            for file in try await store.storedFiles() {
                let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(state)/\(file.path)"))
                #expect(bytes.count == file.bytes)
            }
            #expect(try await store.storedFiles().count == 6)
            let recovery = try await store.begin(boot: "boot-3", at: .at(0))
            #expect(recovery.orphaned == [7, 8] && !recovery.cleanStop)
            // The promoted one is the best one, which stays anyhow.
            #expect(
                try await store.prunable(sweep: 1, keep: 1).map(\.path)
                    == ["t1-a1", "t2-a1", "t3-a1"].map { "models/\($0)" })
            try store.close()
            let old = try SQLiteStore.open(path: copy, backupFolder: nil) { _ in }
            #expect(try await old.trials(TrialQuery(sweep: 1)) == trials)
            try old.close()
        }
    }

    @Test("A disk that is full while migrating leaves the old version as it was")
    func fullDiskWhileMigrating() async throws {
        try await withFolder { folder in
            let store = try openStore(folder)
            _ = try await store.begin(boot: "boot-1", at: .at(0))
            _ = try await store.submit(newSweep(trials: 30))
            let trials = try await store.trials(TrialQuery(sweep: 1))
            try store.close()
            // No page beyond those that are there.
            let hungry = Migration(
                name: "9000_add_bulk",
                sql: """
                    PRAGMA max_page_count = 1;
                    CREATE TABLE bulk (content BLOB) STRICT;
                    INSERT INTO bulk VALUES (zeroblob(1000000));
                    """)
            let error = try #require(throws: StoreError.self) { _ = try open(folder, Migration.all + [hungry]) }
            #expect(error.code == .full)
            let again = try openStore(folder)
            #expect(try await again.check().isEmpty)
            #expect(try await again.trials(TrialQuery(sweep: 1)) == trials)
            let hasBulk = try await again.pool.read { database in try database.tableExists("bulk") }
            #expect(!hasBulk)
            try again.close()
            let ready = try open(folder, Migration.all + [Migration(name: "9000_add_bulk", sql: "SELECT 1;")])
            #expect(try await ready.trials(TrialQuery(sweep: 1)) == trials)
            try ready.close()
        }
    }
}
