import Foundation
import Testing

@testable import SweepEngine

@Suite struct WorkerPoolTests {
    /// Processors that the calling thread may run on.
    private static func allowed() -> Int {
        guard let status = try? String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed:") })
        else { return 0 }
        return line.dropFirst("Cpus_allowed:".count).compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount }
    }

    private func processors(of pool: WorkerPool, _ worker: Int) async -> (during: Int, after: Int) {
        await withCheckedContinuation { continuation in
            pool.run(on: worker) { _ in
                Self.allowed()
            } completion: { during in
                continuation.resume(returning: (during, Self.allowed()))
            }
        }
    }

    @Test func aPinnedWorkerKeepsToOneProcessorWhileItWorks() async {
        let all = Self.allowed()
        let pool = WorkerPool(count: all + 1, pins: true)
        // One worker more than there are processors shares the first.
        for worker in 0...all {
            let found = await processors(of: pool, worker)
            #expect(found.during == 1)
            #expect(found.after == all)
        }
    }

    @Test func otherWorkersRunAnywhere() async {
        let found = await processors(of: WorkerPool(count: 1), 0)
        #expect(found.during == Self.allowed())
    }
}
