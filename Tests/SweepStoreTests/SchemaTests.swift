import GRDB
import SweepModel
import SweepStore
import Testing

@Suite("What the tables themselves refuse")
struct SchemaTests {
    @Test(
        "Promotions can be neither changed, removed nor replaced, whoever asks",
        arguments: [
            "UPDATE promotions SET correct = 1000", "DELETE FROM promotions",
            """
            INSERT OR REPLACE INTO promotions SELECT id, sweep, trial, model_digest, dataset_digest, val_accuracy, 1000,
                test_examples, uid, pid, at, confusion FROM promotions
            """,
            """
            INSERT OR REPLACE INTO promotions (sweep, trial, model_digest, dataset_digest, val_accuracy, correct,
                test_examples, uid, pid, at)
            SELECT sweep, trial, model_digest, dataset_digest, val_accuracy, 1000, test_examples, uid, pid, at
            FROM promotions
            """, "DELETE FROM sweeps", "DELETE FROM trials",
        ])
    func promotionsStay(sql: String) async throws {
        try await withSQLiteStore { store, _ in
            _ = try await store.submit(newSweep(trials: 1))
            let (stored, _) = try await store.promote(promotion(), event: EventContent(.promoted, sweep: 1))
            await #expect(throws: DatabaseError.self) {
                try await store.pool.write { database in try database.execute(sql: sql) }
            }
            #expect(try await store.promotions(sweep: nil, limit: 9) == [stored])
        }
    }

    @Test(
        "Members of an ensemble can be neither changed, removed nor replaced, whoever asks",
        arguments: [
            "UPDATE promotion_members SET weight = 2", "DELETE FROM promotion_members",
            "INSERT OR REPLACE INTO promotion_members SELECT promotion, position, 1, 'x', 1, 1 FROM promotion_members",
            "INSERT INTO promotion_members VALUES (1, 9, 1, 'm', 0, 0.5)",
            "INSERT INTO promotion_members VALUES (9, 0, 1, 'm', 1, 0.5)",
        ])
    func membersStay(sql: String) async throws {
        try await withSQLiteStore { store, _ in
            _ = try await store.submit(newSweep(trials: 1))
            var ensemble = promotion()
            ensemble.members = [.init(trial: 1, modelDigest: "m", weight: 1, valAccuracy: 0.5)]
            let (stored, _) = try await store.promote(ensemble, event: EventContent(.promoted, sweep: 1))
            await #expect(throws: DatabaseError.self) {
                try await store.pool.write { database in try database.execute(sql: sql) }
            }
            #expect(try await store.promotions(sweep: nil, limit: 9) == [stored])
        }
    }

    @Test(
        "Rows that cannot be are refused",
        arguments: [
            "UPDATE sweeps SET state = 'sleeping'",
            "UPDATE sweeps SET state = 'completed'",
            "UPDATE sweeps SET closing = 'later'",
            "UPDATE trials SET state = 'running'",
            "UPDATE trials SET boot = 'boot-1'",
            "UPDATE trials SET state = 'completed'",
            "UPDATE trials SET checkpoint_path = 'a'",
            "UPDATE trials SET iteration = 'many'",
            "UPDATE trials SET parameters = '{'",
            "UPDATE trials SET idx = 0",
            "UPDATE trials SET sweep = 99",
            "INSERT INTO epochs (trial, epoch, iteration, seconds) VALUES (99, 0, 0, 0)",
            "INSERT INTO epochs (trial, epoch, iteration, seconds, losses) VALUES (1, 0, 0, 0, x'01020304')",
            "INSERT INTO epochs (trial, epoch, iteration, seconds, losses) VALUES (1, 0, 0, 0, x'')",
            "UPDATE trials SET dead_units = -1",
            "UPDATE events SET detail = 'nothing happened'",
        ])
    func impossibleRowsAreRefused(sql: String) async throws {
        try await withSQLiteStore { store, _ in
            _ = try await store.submit(newSweep(trials: 2))
            await #expect(throws: DatabaseError.self) {
                try await store.pool.write { database in try database.execute(sql: sql) }
            }
        }
    }

    @Test("Numbers of sweeps are never used again")
    func numbersAreNotReused() async throws {
        try await withSQLiteStore { store, _ in
            for _ in 1...2 { _ = try await store.submit(newSweep(trials: 1)) }
            try await store.pool.write { database in
                try database.execute(
                    sql: """
                        DELETE FROM events WHERE sweep = 2; DELETE FROM trials WHERE sweep = 2;
                        DELETE FROM sweeps WHERE id = 2;
                        """)
            }
            #expect(try await store.submit(newSweep(trials: 1)).sweep.id == 3)
        }
    }

    @Test("The words of the tables are those of the program")
    func wordsAgree() async throws {
        try await withSQLiteStore { store, _ in
            _ = try await store.submit(newSweep(trials: 1))
            try await store.pool.write { database in
                for state in TrialState.allCases {
                    let (boot, ended) = (state == .running ? "'boot-1'" : "NULL", state.isEnded ? "1.0" : "NULL")
                    try database.execute(
                        sql: "UPDATE trials SET state = '\(state.rawValue)', boot = \(boot), ended_at = \(ended)")
                }
                for state in SweepState.allCases {
                    let ended = state.isEnded ? "1.0" : "NULL"
                    try database.execute(
                        sql: "UPDATE sweeps SET state = '\(state.rawValue)', ended_at = \(ended)")
                }
                try database.execute(sql: "UPDATE sweeps SET state = 'running', ended_at = NULL")
                for closing in SweepClosing.allCases {
                    try database.execute(sql: "UPDATE sweeps SET closing = '\(closing.rawValue)'")
                }
                for metric in RankingMetric.allCases {
                    try database.execute(sql: "UPDATE sweeps SET metric = '\(metric.rawValue)'")
                }
            }
        }
    }

    @Test("Counts come from an index alone")
    func countsUseAnIndex() async throws {
        try await withSQLiteStore { store, _ in
            let plan = try await plan(store, Summarizer.countsSQL, [1, 100])
            #expect(plan == ["SEARCH trials USING COVERING INDEX trials_progress (sweep>? AND sweep<?)"])
        }
    }

    @Test(
        "The best trial is the first entry of an index, nothing is sorted",
        arguments: zip(RankingMetric.allCases, ["trials_by_accuracy", "trials_by_loss"]))
    func bestUsesAnIndex(metric: RankingMetric, index: String) async throws {
        try await withSQLiteStore { store, _ in
            let plan = try await plan(store, Summarizer.bestSQL(metric), [1])
            #expect(plan.count == 1)
            #expect(plan.first?.hasPrefix("SEARCH trials USING INDEX \(index) (sweep=? AND \(metric.rawValue)") == true)
        }
    }

    @Test("Curves are read in their order, nothing is sorted", arguments: [true, false])
    func curvesUseAnIndex(losses: Bool) async throws {
        try await withSQLiteStore { store, _ in
            let plan = try await plan(store, CurveQuery.sql(withLosses: losses), [1])
            #expect(plan.count == 2)
            #expect(
                plan.first?.hasPrefix("SEARCH trials USING COVERING INDEX sqlite_autoindex_trials_1 (sweep=?") == true)
            #expect(plan.last?.hasPrefix("SEARCH epochs USING PRIMARY KEY (trial=?") == true)
        }
    }

    @Test("Recovery looks at running trials only")
    func recoveryUsesAnIndex() async throws {
        try await withSQLiteStore { store, _ in
            let plan = try await plan(store, Orphans.runningSQL, [])
            #expect(plan.first?.contains("trials USING INDEX trials_running") == true)
            #expect(plan.dropFirst().first?.hasPrefix("SEARCH sweeps USING INTEGER PRIMARY KEY") == true)
        }
    }

    private func plan(_ store: SQLiteStore, _ sql: String, _ arguments: StatementArguments) async throws -> [String] {
        try await store.pool.read { database in
            try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments).map { $0["detail"] }
        }
    }
}
