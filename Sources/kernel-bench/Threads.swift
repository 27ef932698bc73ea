import CPlatform
import Dispatch
import Synchronization

/// Threads that start together, each on a core of its own.
enum Threads {
    /// Cores that this process may use, ascending; none where the system does not say.
    static var cores: [Int] {
        var numbers = [Int32](repeating: 0, count: 1024)
        let count = affinity_processors(&numbers, Int32(numbers.count))
        return numbers.prefix(Int(count)).map { Int($0) }
    }

    /// Calls `body` with 0, 1, … on `cores[0]`, `cores[1]`, …; all begin once all are there.
    static func run<R: Sendable>(
        on cores: [Int], _ body: @escaping @Sendable (Int) throws -> R
    ) throws -> [R] {
        let meeting = Meeting(count: cores.count)
        let results = Mutex<[Int: Result<R, any Error>]>([:])
        let group = DispatchGroup()
        for (number, core) in cores.enumerated() {
            // A serial queue has a thread of its own while it is busy, as the daemon's workers have.
            DispatchQueue(label: "kernel-bench.\(number)").async(group: group) {
                let isPinned = affinity_keep_to(Int32(core)) == 0
                // Also after a failure: the others wait.
                meeting.arrive()
                let result = Result { () throws -> R in
                    guard isPinned else { throw BenchError("cannot run on core \(core) here") }
                    defer { affinity_unpin() }
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
