import FoundationEssentials
import GRDB
import SweepModel

/// Trials that a boot which has ended left `running`. One process owns the store, so every such row is one.
package enum Orphans {
    /// Up to this many are named one by one in the events; beyond, each sweep gets one event with their number.
    static let namedAtMost = 20

    /// Costs what ran, not what the store has ever held: the planner would walk all trials in order of id.
    package static let runningSQL = """
        SELECT trials.id, trials.sweep, trials.idx, trials.checkpoint_iteration, sweeps.closing
        FROM trials INDEXED BY trials_running JOIN sweeps ON sweeps.id = trials.sweep
        WHERE trials.state = 'running' ORDER BY trials.id
        """

    private struct Orphan {
        var trial: Int64
        var sweep: Int64
        var index: Int
        var iteration: Int?
        var closing: SweepClosing?

        var isCancelled: Bool { closing?.endsRunningTrials ?? false }
    }

    /// Queues them again with the next attempt, or ends those of a sweep that was about to end them.
    ///
    /// Returns the numbers of the former.
    static func recover(at: Date, _ database: Database) throws -> [Int64] {
        let orphans = try database.rows(runningSQL) { row in
            Orphan(
                trial: try row.next(), sweep: try row.next(), index: try row.next(), iteration: try row.optional(),
                closing: try row.optionalWord())
        }
        for orphan in orphans {
            if orphan.isCancelled {
                try database.run(
                    """
                    UPDATE trials SET state = 'cancelled', boot = NULL, ended_at = ?, \(TrialSQL.noCheckpoint),
                        reason = coalesce((SELECT reason FROM sweeps WHERE id = trials.sweep), 'the sweep was closing')
                    WHERE id = ?
                    """, [at.timeIntervalSince1970, orphan.trial])
            } else {
                try database.run(
                    "UPDATE trials SET state = 'queued', boot = NULL, attempt = attempt + 1 WHERE id = ?",
                    [orphan.trial])
            }
        }
        _ = try EventRecord.insert(events(for: orphans), at: at, database)
        return orphans.filter { !$0.isCancelled }.map(\.trial)
    }

    private static func events(for orphans: [Orphan]) -> [EventContent] {
        if orphans.count <= namedAtMost {
            return orphans.map { orphan in
                orphan.isCancelled
                    ? EventContent(.trialEnded, sweep: orphan.sweep, trial: orphan.trial, detail: "cancelled")
                    : EventContent(
                        .trialRecovered, sweep: orphan.sweep, trial: orphan.trial,
                        detail: "goes on from iteration \(orphan.iteration ?? 0)")
            }
        }
        let sweeps = Dictionary(grouping: orphans, by: \.sweep).sorted { $0.key < $1.key }
        return sweeps.flatMap { sweep, orphans in
            let cancelled = orphans.count(where: \.isCancelled)
            let recovered = orphans.count - cancelled
            return [
                recovered == 0 ? nil : EventContent(.trialRecovered, sweep: sweep, detail: "\(recovered) trials"),
                cancelled == 0 ? nil : EventContent(.trialEnded, sweep: sweep, detail: "\(cancelled) trials cancelled"),
            ].compactMap { $0 }
        }
    }
}
