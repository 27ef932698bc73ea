import GRDB
import SweepModel

/// A row of `trials`.
enum TrialRecord {
    static let columns = """
        id, sweep, idx, state, reason, parameters, seed, attempt, boot, iteration, iterations, \
        val_accuracy, train_accuracy, val_loss, train_loss, \
        coalesce(checkpoint_path, pruned_path), coalesce(checkpoint_bytes, pruned_bytes), \
        coalesce(checkpoint_digest, pruned_digest), coalesce(checkpoint_iteration, pruned_iteration), \
        previous_path, previous_bytes, previous_digest, previous_iteration, \
        model_path, model_bytes, model_digest, model_iteration, model_kept, is_pinned, is_suspect, crashes, \
        resumed_iteration, instruction_set, dead_units, seconds, started_at, ended_at
        """

    static func read(_ row: inout RowReader) throws -> Trial {
        Trial(
            id: try row.next(), sweep: try row.next(), index: try row.next(), state: try row.word(),
            reason: try row.optional(), parameters: try parameters(row.next()), seed: try row.next(),
            attempt: try row.next(), boot: try row.optional(), iteration: try row.next(),
            iterations: try row.optional(), metrics: try metrics(&row), checkpoint: try file(&row),
            previousCheckpoint: try file(&row), model: try file(&row), isModelKept: try row.next(),
            isPinned: try row.next(), isSuspect: try row.next(), crashes: try row.next(),
            resumedIteration: try row.optional(),
            instructionSet: try row.optional(), deadUnits: try row.optional(),
            seconds: try row.next(), startedAt: try row.optionalDate(), endedAt: try row.optionalDate())
    }

    private static func parameters(_ text: String) throws -> ParameterAssignment {
        do { return try ParameterAssignment(jsonObjectText: text) } catch {
            throw StoreError(.corrupt, "the database holds parameters that cannot be read: \(text)")
        }
    }

    /// Four NULLs mean that there are no metrics; a NULL among numbers is a NaN, as a diverged trial may have.
    private static func metrics(_ row: inout RowReader) throws -> TrialMetrics? {
        let values: [Double?] = [
            try row.optional(), try row.optional(), try row.optional(), try row.optional(),
        ]
        guard values.contains(where: { $0 != nil }) else { return nil }
        return TrialMetrics(
            valAccuracy: values[0] ?? .nan, trainAccuracy: values[1] ?? .nan, valLoss: values[2] ?? .nan,
            trainLoss: values[3] ?? .nan)
    }

    private static func file(_ row: inout RowReader) throws -> StoredFile? {
        let path: String? = try row.optional()
        let bytes: Int? = try row.optional()
        let digest: String? = try row.optional()
        let iteration: Int? = try row.optional()
        guard let path, let bytes, let digest, let iteration else { return nil }
        return StoredFile(path: path, bytes: bytes, digest: digest, iteration: iteration)
    }
}
