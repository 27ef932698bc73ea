import FoundationEssentials
import GRDB
import SweepModel

/// The trial whose slice a fatal signal has hit.
enum Suspects {
    /// Marks the trial that `crash` names, if it is still the running one of that boot, and ends it when it has crashed the
    /// daemon too often while nothing else ran. Trials beside it may have damaged its memory: only a crash while it ran
    /// alone counts against it.
    ///
    /// Before the orphans are recovered: they lose their boot.
    static func charge(
        _ crash: CrashEvidence, at: Date, _ database: Database
    ) throws -> (trial: Int64, isQuarantined: Bool)? {
        guard let id = crash.trial else { return nil }
        let changed = try database.run(
            """
            UPDATE trials SET is_suspect = 1, crashes = crashes + ? WHERE id = ? AND boot = ? AND state = 'running'
            """, [crash.wasAlone ? 1 : 0, id, crash.boot])
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
                "\(crash.signal) in its slice; from now on it runs alone"
                + (crashes > 0 ? ", and has crashed the daemon so \(times)" : "")
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
