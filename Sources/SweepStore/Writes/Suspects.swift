import FoundationEssentials
import GRDB
import SweepModel

/// The trial whose slice a fatal signal has hit.
enum Suspects {
    /// Marks the trial that `crash` names, unless it has ended, and ends it when it has crashed the daemon too often.
    ///
    /// A crash counts against a suspect that ran alone: before that, others may have damaged its memory. Its row may still
    /// be `queued`: that it has begun is written while its first slice runs. Evidence of any boot but the last one was
    /// dealt with before. Called ahead of the new boot's row.
    static func charge(
        _ crash: CrashEvidence, at: Date, _ database: Database
    ) throws -> (trial: Int64, isQuarantined: Bool)? {
        let last = try String.fetchOne(database, sql: "SELECT id FROM boots ORDER BY seq DESC LIMIT 1")
        guard let id = crash.trial, crash.boot == last else { return nil }
        let changed = try database.run(
            """
            UPDATE trials SET crashes = crashes + (is_suspect AND ?), is_suspect = 1
            WHERE id = ? AND state IN ('queued', 'running')
            """, [crash.wasAlone, id])
        guard changed == 1,
            let (sweep, crashes) = try database.row(
                "SELECT sweep, crashes FROM trials WHERE id = ?", [id],
                { row in
                    (try row.next(as: Int64.self), try row.next(as: Int.self))
                })
        else { return nil }
        let times = crashes == 1 ? "once" : "\(crashes) times"
        guard crashes >= CrashEvidence.quarantineAfter else {
            let detail =
                "\(crash.signal) in its slice; it runs alone until it has ended"
                + (crashes > 0 ? "; so it has crashed the daemon \(times)" : "")
            _ = try EventRecord.insert(
                [EventContent(.trialSuspected, sweep: sweep, trial: id, detail: detail)], at: at, database)
            return (id, false)
        }
        let reason = "quarantined: it has crashed the daemon \(times) while it ran alone (\(crash.signal))"
        try database.run(
            """
            UPDATE trials SET state = 'failed', boot = NULL, reason = ?, ended_at = ?, is_suspect = 0,
                \(TrialSQL.noCheckpoint)
            WHERE id = ?
            """, [reason, at.timeIntervalSince1970, id])
        _ = try EventRecord.insert(
            [EventContent(.trialEnded, sweep: sweep, trial: id, detail: "failed: \(reason)")], at: at, database)
        return (id, true)
    }
}
