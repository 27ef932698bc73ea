import Dispatch
import Synchronization

/// Threads that start together, each on a core of its own.
enum Threads {
    /// Calls `body` with 0, 1, … on `cores[0]`, `cores[1]`, …; all begin once all are there.
    static func run<R: Sendable>(
        on cores: [Int], _ body: @escaping @Sendable (Int) throws -> R
    ) throws -> [R] {
        let allowed = Pinning.allowed
        let meeting = Meeting(count: cores.count)
        let results = Mutex<[Int: Result<R, any Error>]>([:])
        let group = DispatchGroup()
        for (number, core) in cores.enumerated() {
            // A serial queue has a thread of its own while it is busy, as the daemon's workers have.
            DispatchQueue(label: "kernel-bench.\(number)").async(group: group) {
                let pinned = Result { try Pinning.pin(to: [core]) }
                // Also after a failure: the others wait.
                meeting.arrive()
                let result = Result { () throws -> R in
                    defer { try? Pinning.pin(to: allowed) }
                    try pinned.get()
                    return try body(number)
                }
                results.withLock { $0[number] = result }
            }
        }
        group.wait()
        return try results.withLock { found in try cores.indices.compactMap { try found[$0]?.get() } }
    }

    /// Where threads wait for each other, spinning: waking up would cost more than what is measured.
    private final class Meeting: Sendable {
        private let missing: Atomic<Int>

        init(count: Int) { missing = Atomic(count) }

        func arrive() {
            missing.subtract(1, ordering: .acquiringAndReleasing)
            while missing.load(ordering: .acquiring) > 0 {}
        }
    }
}
