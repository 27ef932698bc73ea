public import FoundationEssentials
import GRDB
public import SweepModel

extension SQLiteStore {
    public func change(
        sweep id: Int64, expected: Set<SweepState>, _ change: SweepChange, events: [EventContent], at: Date
    ) async throws(StoreError) -> ApplyReport {
        try await write(.change) { database in
            let sweep = try SweepRecord.get(id, database)
            guard expected.contains(sweep.state) else {
                let allowed = expected.map(\.rawValue).sorted().joined(separator: " or ")
                throw StoreError(.conflict, "sweep \(id) is \(sweep.state.rawValue), not \(allowed)")
            }
            try Self.update(sweep, change, at: at, database)
            if let reason = change.cancelQueued {
                try database.run(
                    """
                    UPDATE trials SET state = 'cancelled', reason = ?, ended_at = ?, \(TrialSQL.noCheckpoint)
                    WHERE sweep = ? AND state = 'queued'
                    """, [reason, at.timeIntervalSince1970, id])
            }
            return ApplyReport(events: try EventRecord.insert(events, at: at, database))
        }
    }

    private static func update(_ sweep: Sweep, _ change: SweepChange, at: Date, _ database: Database) throws {
        let state = change.state ?? sweep.state
        let isFirstStart = state == .running && sweep.startedAt == nil
        let isEnding = state.isEnded && !sweep.state.isEnded
        try database.run(
            """
            UPDATE sweeps SET state = ?, closing = ?, reason = ?, dataset_digest = ?, active_seconds = ?,
                started_at = ?, ended_at = ?
            WHERE id = ?
            """,
            [
                state.rawValue, state.isEnded ? nil : (change.closing ?? sweep.closing)?.rawValue,
                change.reason ?? sweep.reason, change.datasetDigest ?? sweep.datasetDigest,
                change.activeSeconds.map(TrialSQL.duration) ?? sweep.activeSeconds,
                (isFirstStart ? at : sweep.startedAt)?.timeIntervalSince1970,
                state.isEnded ? (isEnding ? at : sweep.endedAt)?.timeIntervalSince1970 : nil, sweep.id,
            ])
    }

    /// Only `failed` and `cancelled` trials are taken from `states`: others are never retried. Their learning curves
    /// and metrics go with the checkpoint. Nothing changes when there is none; a sweep that is closing throws
    /// `.conflict`.
    public func retry(
        sweep id: Int64, states: Set<TrialState>, event: EventContent, at: Date
    ) async throws(StoreError) -> (count: Int, report: ApplyReport) {
        try await write(.retry) { database in
            let sweep = try SweepRecord.get(id, database)
            guard sweep.closing == nil else {
                throw StoreError(.conflict, "sweep \(id) is about to end; retry once it has")
            }
            let words = states.intersection([.failed, .cancelled]).map { "'\($0.rawValue)'" }.sorted()
            guard !words.isEmpty else { return (0, ApplyReport()) }
            let chosen = "sweep = ? AND state IN (\(words.joined(separator: ", ")))"
            try database.run(
                """
                DELETE FROM epochs
                WHERE trial IN (SELECT id FROM trials WHERE \(chosen)) AND iteration > \(TrialSQL.judged(or: -1))
                """, [id])
            let count = try database.run(
                """
                UPDATE trials SET state = 'queued', attempt = attempt + 1, reason = NULL, iteration = 0, seconds = 0,
                    val_accuracy = NULL, train_accuracy = NULL, val_loss = NULL, train_loss = NULL,
                    model_path = NULL, model_bytes = NULL, model_digest = NULL, model_iteration = NULL,
                    model_kept = 1, is_pinned = 0, is_suspect = crashes > 0, crashes = 0, dead_units = NULL,
                    instruction_set = NULL, started_at = NULL, ended_at = NULL, \(TrialSQL.noCheckpoint)
                WHERE \(chosen)
                """, [id])
            guard count > 0 else { return (0, ApplyReport()) }
            try Self.reopen(sweep, at: at, database)
            return (count, ApplyReport(events: try EventRecord.insert([event], at: at, database)))
        }
    }

    public func resume(
        trial id: Int64, event: EventContent, at: Date
    ) async throws(StoreError) -> ApplyReport {
        try await write(.resume) { database in
            guard
                let trial = try database.row(
                    "SELECT \(TrialRecord.columns) FROM trials WHERE id = ?", [id], TrialRecord.read)
            else { throw StoreError(.notFound, "there is no trial \(id)") }
            guard trial.state == .pruned else {
                throw StoreError(.conflict, "trial \(id) is \(trial.state.rawValue), not pruned")
            }
            let sweep = try SweepRecord.get(trial.sweep, database)
            guard sweep.closing == nil else {
                throw StoreError(.conflict, "sweep \(sweep.id) is about to end; let the trial go on once it has")
            }
            try database.run(
                """
                UPDATE trials SET state = 'queued', attempt = attempt + 1, reason = NULL, ended_at = NULL,
                    resumed_iteration = iteration, checkpoint_path = pruned_path, checkpoint_bytes = pruned_bytes,
                    checkpoint_digest = pruned_digest, checkpoint_iteration = pruned_iteration, pruned_path = NULL,
                    pruned_bytes = NULL, pruned_digest = NULL, pruned_iteration = NULL
                WHERE id = ?
                """, [id])
            try Self.reopen(sweep, at: at, database)
            return ApplyReport(events: try EventRecord.insert([event], at: at, database))
        }
    }

    /// An ended sweep some of whose trials are queued again runs on.
    private static func reopen(_ sweep: Sweep, at: Date, _ database: Database) throws {
        guard sweep.state.isEnded else { return }
        try database.run(
            """
            UPDATE sweeps SET state = 'running', closing = NULL, reason = NULL, ended_at = NULL,
                started_at = coalesce(started_at, ?)
            WHERE id = ?
            """, [at.timeIntervalSince1970, sweep.id])
    }
}
