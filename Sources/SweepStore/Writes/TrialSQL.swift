import FoundationEssentials
import GRDB
import SweepModel

/// The statements behind ``TrialUpdate``. Each names attempt and boot, so that a trial that was lost to a restart or a
/// retry cannot be written by the one who had it before.
enum TrialSQL {
    static let noCheckpoint = """
        checkpoint_path = NULL, checkpoint_bytes = NULL, checkpoint_digest = NULL, checkpoint_iteration = NULL,
        \(noPrevious)
        """
    private static let noPrevious = """
        previous_path = NULL, previous_bytes = NULL, previous_digest = NULL, previous_iteration = NULL
        """
    private static let fence = "WHERE id = ? AND attempt = ? AND boot = ? AND state = 'running'"

    /// Returns false when the row was not this boot's to write.
    static func apply(_ write: TrialWrite, boot: String, at: Date, _ database: Database) throws -> Bool {
        let owner: StatementArguments = [write.trial, write.attempt, boot]
        switch write.update {
        case .chosen(let parameters, let seed):
            return try database.run(
                """
                UPDATE trials SET parameters = ?, seed = ?
                WHERE id = ? AND attempt = ? AND state = 'queued' AND parameters = '{}'
                """,
                [parameters.jsonObjectText, Int64(bitPattern: seed), write.trial, write.attempt]) == 1
        case .pruned(let reason, let iteration):
            return try database.run(
                """
                UPDATE trials SET state = 'pruned', boot = NULL, reason = ?, iteration = ?, ended_at = ?, is_suspect = 0,
                    pruned_path = checkpoint_path, pruned_bytes = checkpoint_bytes,
                    pruned_digest = checkpoint_digest, pruned_iteration = checkpoint_iteration, \(noCheckpoint)
                WHERE id = ? AND attempt = ? AND (state = 'queued' OR (state = 'running' AND boot = ?))
                """, [reason, iteration, at.timeIntervalSince1970] + owner) == 1
        case .started(let instructionSet, let iterations, let iteration):
            return try database.run(
                """
                UPDATE trials SET state = 'running', boot = ?, instruction_set = ?, iterations = ?, iteration = ?,
                    started_at = coalesce(started_at, ?)
                WHERE id = ? AND attempt = ? AND state = 'queued'
                """,
                [boot, instructionSet, iterations, iteration, at.timeIntervalSince1970, write.trial, write.attempt])
                == 1
        case .epoch(let point):
            return try record(point, write.trial, owner, database)
        case .checkpointed(let file, let seconds):
            // The same file again (nothing was trained between two pauses) does not become its own predecessor.
            try database.run(
                """
                UPDATE trials SET previous_path = checkpoint_path, previous_bytes = checkpoint_bytes,
                    previous_digest = checkpoint_digest, previous_iteration = checkpoint_iteration
                \(fence) AND checkpoint_path <> ?
                """, owner + [file.path])
            return try database.run(
                """
                UPDATE trials SET checkpoint_path = ?, checkpoint_bytes = ?, checkpoint_digest = ?,
                    checkpoint_iteration = ?, iteration = max(iteration, ?), seconds = ?
                \(fence)
                """, arguments(file) + [file.iteration, duration(seconds)] + owner) == 1
        case .fellBack:
            return try database.run(
                """
                UPDATE trials SET checkpoint_path = previous_path, checkpoint_bytes = previous_bytes,
                    checkpoint_digest = previous_digest, checkpoint_iteration = previous_iteration, \(noPrevious)
                \(fence)
                """, owner) == 1
        case .requeued:
            return try database.run("UPDATE trials SET state = 'queued', boot = NULL \(fence)", owner) == 1
        case .restarted(let reason):
            return try restart(write.trial, reason, "", owner, database)
        case .retried(let reason):
            return try restart(
                write.trial, reason, ", state = 'queued', boot = NULL, attempt = attempt + 1", owner, database)
        case .ended(
            let state, let reason, let iteration, let metrics, let model, let deadUnits, let seconds, let isKept):
            guard state.isEnded else {
                throw StoreError(.conflict, "trial \(write.trial) cannot end as \(state.rawValue)")
            }
            // Without new metrics those of the last epoch stay.
            let measured = metrics == nil ? "" : ", \(metricColumns)"
            return try database.run(
                """
                UPDATE trials SET state = ?, boot = NULL, reason = ?, iteration = ?, seconds = ?, ended_at = ?,
                    is_suspect = 0, model_kept = ?, is_pinned = 0, model_path = ?, model_bytes = ?, model_digest = ?, model_iteration = ?, dead_units = ?,
                    \(noCheckpoint)\(measured)
                \(fence)
                """,
                [state.rawValue, reason, iteration, duration(seconds), at.timeIntervalSince1970, isKept]
                    + arguments(model) + [deadUnits] + (metrics.map(arguments) ?? []) + owner) == 1
        }
    }

    private static let metricColumns = "val_accuracy = ?, train_accuracy = ?, val_loss = ?, train_loss = ?"

    private static func record(
        _ point: EpochPoint, _ trial: Int64, _ owner: StatementArguments, _ database: Database
    ) throws -> Bool {
        let owned = try database.run(
            "UPDATE trials SET iteration = ?, seconds = ?, \(metricColumns) \(fence)",
            [point.iteration, duration(point.seconds)] + arguments(point.metrics) + owner)
        guard owned == 1 else { return false }
        try database.run(
            """
            INSERT OR REPLACE INTO epochs (trial, \(EpochRecord.columns), losses)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [trial, point.epoch, point.iteration] + arguments(point.metrics)
                + [point.learningRate, duration(point.seconds), point.weightNorm, point.updateRatio]
                + [LossBlob.encode(point.losses)])
        return true
    }

    /// How far the curve of a trial that was pruned, and let go on, has been judged by: that part stays.
    static func judged(or least: Int) -> String {
        "coalesce((SELECT resumed_iteration FROM trials WHERE id = epochs.trial), \(least))"
    }

    private static func restart(
        _ trial: Int64, _ reason: String, _ more: String, _ owner: StatementArguments, _ database: Database
    ) throws -> Bool {
        let owned = try database.run(
            """
            UPDATE trials SET reason = ?, iteration = 0, seconds = 0, val_accuracy = NULL, train_accuracy = NULL,
                val_loss = NULL, train_loss = NULL, \(noCheckpoint)\(more)
            \(fence)
            """, [reason] + owner)
        guard owned == 1 else { return false }
        try database.run("DELETE FROM epochs WHERE trial = ? AND iteration > \(judged(or: 0))", [trial])
        return true
    }

    private static func arguments(_ file: StoredFile?) -> StatementArguments {
        [file?.path, file?.bytes, file?.digest, file?.iteration]
    }

    /// SQLite keeps a NaN as NULL.
    private static func arguments(_ metrics: TrialMetrics) -> StatementArguments {
        [metrics.valAccuracy, metrics.trainAccuracy, metrics.valLoss, metrics.trainLoss]
    }

    /// Seconds that a table takes: a clock that misbehaved must not cost a trial's result.
    static func duration(_ seconds: Double) -> Double { seconds.isFinite && seconds > 0 ? seconds : 0 }
}
