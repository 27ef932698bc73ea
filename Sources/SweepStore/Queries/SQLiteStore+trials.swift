import GRDB
public import SweepModel

extension SQLiteStore {
    public func trial(_ id: Int64) async throws(StoreError) -> Trial? {
        try await read { database in
            try database.row("SELECT \(TrialRecord.columns) FROM trials WHERE id = ?", [id], TrialRecord.read)
        }
    }

    public func trials(_ query: TrialQuery) async throws(StoreError) -> [Trial] {
        try await read { database in
            try database.rows(
                query.sql, [query.sweep, max(0, query.limit), max(0, query.offset)], TrialRecord.read)
        }
    }

    public func epochs(trial: Int64) async throws(StoreError) -> [EpochPoint] {
        try await read { database in
            try database.rows(
                "SELECT \(EpochRecord.columns), losses FROM epochs WHERE trial = ? ORDER BY epoch", [trial],
                EpochRecord.read)
        }
    }

    public func curves(sweep: Int64, withLosses: Bool) async throws(StoreError) -> [Int64: [EpochPoint]] {
        try await read { database in
            let points = try database.rows(CurveQuery.sql(withLosses: withLosses), [sweep]) { row in
                (trial: try row.next(as: Int64.self), point: try EpochRecord.read(&row))
            }
            var curves: [Int64: [EpochPoint]] = [:]
            for (trial, point) in points { curves[trial, default: []].append(point) }
            return curves
        }
    }
}

/// Walks from the trials of a sweep to the points of each, in their order; nothing is sorted.
package enum CurveQuery {
    package static func sql(withLosses: Bool) -> String {
        """
        SELECT trials.id, \(EpochRecord.qualifiedColumns), \(withLosses ? "epochs.losses" : "NULL")
        FROM trials CROSS JOIN epochs ON epochs.trial = trials.id
        WHERE trials.sweep = ? ORDER BY trials.idx, epochs.epoch
        """
    }
}

extension TrialQuery {
    /// Takes sweep, limit and offset. Words and columns come from closed enums, so that nothing needs quoting.
    fileprivate var sql: String {
        let condition: String
        let sequence: String
        switch order {
        case .index: (condition, sequence) = (stateCondition, "idx")
        case .metric(let metric): (condition, sequence) = (stateCondition, metric.bestFirst)
        case .ranking(let metric):
            (condition, sequence) = ("\(stateCondition) AND state = 'completed'", metric.bestFirst)
        }
        return """
            SELECT \(TrialRecord.columns) FROM trials WHERE sweep = ? AND \(condition)
            ORDER BY \(sequence) LIMIT ? OFFSET ?
            """
    }

    private var stateCondition: String {
        // In the enum's order, so that equal queries share one prepared statement.
        let words = TrialState.allCases.filter(states.contains).map { "'\($0.rawValue)'" }
        return words.isEmpty ? "TRUE" : "state IN (\(words.joined(separator: ", ")))"
    }
}
