import FoundationEssentials
import GRDB
public import SweepModel

extension SQLiteStore {
    public func submit(_ sweep: NewSweep) async throws(StoreError) -> Submission {
        try await write(.submit) { database in
            if let key = sweep.key, let known = try Self.sweep(uid: sweep.caller.uid, key: key, database) {
                guard known.file == sweep.file, known.overrides == sweep.overrides else {
                    throw StoreError(
                        .conflict,
                        "the key `\(key)` stands for sweep \(known.id), which was made from another file; use a new key"
                    )
                }
                return Submission(sweep: known, isReplay: true)
            }
            let id = try Self.insert(sweep, database)
            if let key = sweep.key {
                try database.run(
                    "INSERT INTO submission_keys (uid, key, sweep) VALUES (?, ?, ?)", [sweep.caller.uid, key, id])
            }
            for (index, trial) in sweep.trials.enumerated() { try Self.insert(trial, index, of: id, database) }
            let event = EventContent(
                .sweepSubmitted, sweep: id, caller: sweep.caller, detail: "\(sweep.name): \(sweep.trials.count) trials")
            _ = try EventRecord.insert([event], at: sweep.submittedAt, database)
            return Submission(sweep: try SweepRecord.get(id, database), isReplay: false)
        }
    }

    /// The rows keep file and overrides as sent, so that equal requests are told by comparing them, without a digest.
    private static func sweep(uid: Int, key: String, _ database: Database) throws -> Sweep? {
        let id = try database.row("SELECT sweep FROM submission_keys WHERE uid = ? AND key = ?", [uid, key]) { row in
            try row.next(as: Int64.self)
        }
        return try id.map { try SweepRecord.get($0, database) }
    }

    private static func insert(_ sweep: NewSweep, _ database: Database) throws -> Int64 {
        try database.run(
            """
            INSERT INTO sweeps (name, state, file, overrides, trials, priority, metric, dataset_digest, version, uid,
                pid, submitted_at)
            VALUES (?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                sweep.name, sweep.file, sweep.overrides, sweep.trials.count, sweep.priority, sweep.metric.rawValue,
                sweep.datasetDigest, sweep.version, sweep.caller.uid, sweep.caller.pid,
                sweep.submittedAt.timeIntervalSince1970,
            ])
        return database.lastInsertedRowID
    }

    private static func insert(
        _ trial: NewSweep.NewTrial, _ index: Int, of sweep: Int64, _ database: Database
    ) throws {
        try database.run(
            "INSERT INTO trials (sweep, idx, parameters, seed) VALUES (?, ?, ?, ?)",
            // A seed beyond 2^63 becomes negative here, and the table refuses it as it refuses those from 2^53.
            [sweep, index, trial.parameters.jsonObjectText, Int64(bitPattern: trial.seed)])
    }
}
