import SweepAPI
import Synchronization

/// How many event streams each user has open.
final class StreamSlots: Sendable {
    private let counts = Mutex<[Int: Int]>([:])
    private let each: Int

    /// - Parameter each: that one user may have.
    init(each: Int) { self.each = each }

    /// A stream's place, given back with the last reference.
    final class Slot: Sendable {
        private let slots: StreamSlots
        private let uid: Int

        fileprivate init(_ slots: StreamSlots, _ uid: Int) { (self.slots, self.uid) = (slots, uid) }

        deinit { slots.giveBack(uid) }
    }

    /// - Throws: a ``Problem`` when this user has all of them.
    func take(_ uid: Int) throws(Problem) -> Slot {
        let isFree = counts.withLock { counts in
            guard counts[uid, default: 0] < each else { return false }
            counts[uid, default: 0] += 1
            return true
        }
        guard isFree else {
            throw Problem(.refusedForNow, "\(each) event streams of yours are open; close one, then try again")
        }
        return Slot(self, uid)
    }

    private func giveBack(_ uid: Int) {
        counts.withLock { counts in
            let left = counts[uid, default: 1] - 1
            counts[uid] = left > 0 ? left : nil
        }
    }
}
