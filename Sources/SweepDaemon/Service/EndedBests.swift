import FoundationEssentials
import SweepAPI
import SweepModel
import Synchronization

/// The best configurations of sweeps that have ended: they stay as they are until such a sweep runs on. To find one again
/// takes the sweep's file, and with replicates all its trials.
final class EndedBests: Sendable {
    private struct Known {
        let endedAt: Date
        let best: BestTrial
    }

    private static let most = 1000
    private let known = Mutex<[Int64: Known]>([:])

    func best(of sweep: Sweep) -> BestTrial? {
        known.withLock { $0[sweep.id].flatMap { $0.endedAt == sweep.endedAt ? $0.best : nil } }
    }

    /// One without an interval is not kept: its data set may only be away.
    func keep(_ best: BestTrial, of sweep: Sweep) {
        guard let endedAt = sweep.endedAt, best.basis != nil else { return }
        known.withLock { known in
            if known.count >= Self.most { known = [:] }
            known[sweep.id] = Known(endedAt: endedAt, best: best)
        }
    }
}
