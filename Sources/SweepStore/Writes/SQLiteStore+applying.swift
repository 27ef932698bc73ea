public import FoundationEssentials
import GRDB
public import SweepModel

extension SQLiteStore {
    /// Events about a trial whose write was fenced are not stored: what they tell did not happen.
    public func apply(
        _ writes: [TrialWrite], events: [EventContent], at: Date
    ) async throws(StoreError) -> ApplyReport {
        let boot = try boot()
        return try await write(.apply) { database in
            var fenced: [Int64] = []
            for write in writes where try !TrialSQL.apply(write, boot: boot, at: at, database) {
                if !fenced.contains(write.trial) { fenced.append(write.trial) }
            }
            let kept = events.filter { event in event.trial.map { !fenced.contains($0) } ?? true }
            return ApplyReport(fenced: fenced, events: try EventRecord.insert(kept, at: at, database))
        }
    }
}
