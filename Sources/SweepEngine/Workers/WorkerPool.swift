import CPlatform
import Dispatch
import NeuralCore

/// The workers: one serial Dispatch queue each, with the scratch memory that its slices share.
///
/// This is the one bridge from asynchronous code to the training core: nothing else runs a slice, and slices run
/// nowhere else. A concurrent queue would grow slowly and share its width with others on Linux; serial ones do neither.
final class WorkerPool: Sendable {
    /// One worker's queue and scratch.
    private struct Worker: @unchecked Sendable {
        // SAFETY: `workspace` is touched only by blocks on `queue`, which is serial.
        let queue: DispatchQueue
        let workspace: Workspace
    }

    private let workers: [Worker]
    private let pins: Bool

    /// - Parameter pins: each worker keeps to a processor of its own while it works.
    init(count: Int, pins: Bool = false) {
        self.pins = pins
        workers = (0..<count).map { index in
            Worker(queue: DispatchQueue(label: "sweepd.worker.\(index)", qos: .utility), workspace: Workspace())
        }
    }

    var count: Int { workers.count }

    /// Runs `work` on worker `index`; calls `completion` there when it is done.
    func run<Result: Sendable>(
        on index: Int, _ work: @escaping @Sendable (Workspace) -> Result,
        completion: @escaping @Sendable (Result) -> Void
    ) {
        let worker = workers[index]
        worker.queue.async { [pins] in
            // The thread is Dispatch's, which may give it to anyone between two slices.
            let isPinned = pins && affinity_pin(Int32(truncatingIfNeeded: index)) >= 0
            let result = work(worker.workspace)
            if isPinned { affinity_unpin() }
            completion(result)
        }
    }
}

/// A serial queue for work that blocks: files, reading a data set, an evaluation outside the schedule.
public struct BlockingQueue: Sendable {
    private let queue: DispatchQueue

    public init(_ label: String) { queue = DispatchQueue(label: "sweepd.\(label)", qos: .userInitiated) }

    public func run<Success: Sendable, Failure: Error>(
        _ work: @escaping @Sendable () throws(Failure) -> Success
    ) async throws(Failure) -> Success {
        let result: Result<Success, Failure> = await withCheckedContinuation { continuation in
            queue.async {
                do throws(Failure) {
                    continuation.resume(returning: .success(try work()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}
