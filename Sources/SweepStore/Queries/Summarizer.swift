import GRDB
package import SweepModel

/// Derives counts, progress and the best trial of sweeps; nothing of it is stored twice.
package enum Summarizer {
    /// Answered from the index alone, over a range of sweeps: the sweeps of a page follow one another.
    package static let countsSQL = """
        SELECT sweep, state, count(*), sum(iteration) FROM trials INDEXED BY trials_progress
        WHERE sweep BETWEEN ? AND ? GROUP BY sweep, state
        """

    /// The first entry of the index. `state` must stand here as a literal, or the partial index does not apply.
    package static func bestSQL(_ metric: RankingMetric) -> String {
        let index = metric == .valAccuracy ? "trials_by_accuracy" : "trials_by_loss"
        let (column, direction) = (metric.rawValue, metric.maximizes ? "DESC" : "ASC")
        return """
            SELECT \(TrialRecord.columns) FROM trials INDEXED BY \(index)
            WHERE sweep = ? AND state = 'completed' AND \(column) IS NOT NULL
            ORDER BY \(column) \(direction), idx LIMIT 1
            """
    }

    static func summaries(of sweeps: [Sweep], _ database: Database) throws -> [SweepSummary] {
        guard let lowest = sweeps.map(\.id).min(), let highest = sweeps.map(\.id).max() else { return [] }
        var counts: [Int64: [TrialState: Int]] = [:]
        var iterations: [Int64: Int] = [:]
        let groups = try database.rows(countsSQL, [lowest, highest]) { row in
            (
                sweep: try row.next(as: Int64.self), state: try row.word(as: TrialState.self),
                trials: try row.next(as: Int.self), iterations: try row.next(as: Int.self)
            )
        }
        for group in groups {
            counts[group.sweep, default: [:]][group.state] = group.trials
            iterations[group.sweep, default: 0] += group.iterations
        }
        return try sweeps.map { sweep in
            SweepSummary(
                sweep: sweep, counts: counts[sweep.id] ?? [:],
                best: try database.row(bestSQL(sweep.metric), [sweep.id], TrialRecord.read),
                iterationsDone: iterations[sweep.id] ?? 0)
        }
    }
}
