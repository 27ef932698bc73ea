public import FoundationEssentials
import GRDB
public import SweepModel

extension SQLiteStore {
    public func begin(boot: String, crash: CrashEvidence?, at: Date) async throws(StoreError) -> Recovery {
        let recovery = try await write(.begin) { database in
            let cleanStop =
                try Bool.fetchOne(
                    database, sql: "SELECT stopped_at IS NOT NULL FROM boots ORDER BY seq DESC LIMIT 1") ?? true
            let charge = try crash.flatMap { try Suspects.charge($0, at: at, database) }
            try database.run(
                "INSERT INTO boots (id, started_at) VALUES (?, ?)", [boot, at.timeIntervalSince1970])
            let started = EventContent(.daemonStarted, detail: cleanStop ? "" : "the last stop was not a clean one")
            _ = try EventRecord.insert([started], at: at, database)
            let orphans = try Orphans.recover(at: at, database)
            return Recovery(
                orphaned: orphans, cleanStop: cleanStop, suspect: charge?.trial,
                isQuarantined: charge?.isQuarantined ?? false)
        }
        setBoot(boot)
        return recovery
    }

    /// A checkpoint that a reader holds up is left to the next start; the mark itself is durable by then.
    public func markCleanStop(at: Date) async throws(StoreError) {
        let boot = try boot()
        try await write(.cleanStop) { database in
            try database.run("UPDATE boots SET stopped_at = ? WHERE id = ?", [at.timeIntervalSince1970, boot])
            _ = try EventRecord.insert([EventContent(.daemonStopped)], at: at, database)
        }
        try await maintain { database in
            try database.execute(sql: "PRAGMA optimize")
            do {
                try database.checkpoint(.truncate)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                return
            }
        }
    }
}
