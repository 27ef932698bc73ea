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
}
