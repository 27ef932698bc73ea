import Datasets
import FoundationEssentials
public import NeuralCore
public import SweepModel

/// What the engine knows beyond the store: how far, how fast, how much memory.
extension SweepEngine {
    public struct Progress: Sendable, Equatable {
        /// Fraction of the sweep's work that is done, 0…1.
        public var fraction: Double
        /// Nil when nothing is known yet, or nothing runs.
        public var etaSeconds: Double?
        public var activeSeconds: Double
        /// How much is done of the preparation of images that its trials wait for, 0…1; nil where they wait for none.
        public var preparing: Double?
    }

    public struct Plan: Sendable {
        public var spec: SweepSpec
        public var trials: Int
        public var together: Int
        public var memoryBytes: Int
        /// Of these, what prepared images take.
        public var preparedBytes: Int
        public var datasetBytes: Int
        public var flop: Double
        public var estimateSeconds: Double?
    }

    /// Nil when the sweep is not in memory: it has ended, or waits for its data set.
    public func progress(of id: Int64) -> Progress? {
        guard let context = contexts[id] else { return nil }
        let now = clock.now
        let share = context.totalFlop > 0 ? 1 - context.remainingFlop / context.totalFlop : 0
        // Those with the same or a higher priority use the workers too.
        let others = contexts.values.filter { $0.mode == .open && $0.priority >= context.priority }
        let ahead = others.reduce(0) { $0 + $1.remainingFlop }
        let busy = Double(min(workers, others.reduce(0) { $0 + $1.open.count }))
        let isMoving = context.mode == .open && trouble == nil
        let eta = isMoving ? rate.rate.map { ahead / ($0 * max(busy, 1)) } : nil
        return Progress(
            fraction: min(1, max(0, share)), etaSeconds: eta, activeSeconds: context.activeSeconds(at: now),
            preparing: live.values.lazy.filter { $0.sweep == id }.compactMap(\.preparing).min())
    }

    /// What ``submit(_:caller:)`` would run; stores nothing.
    public func plan(_ request: Request) async throws(EngineError) -> Plan {
        let prepared = try await prepare(request)
        let together = min(prepared.trials.count, prepared.spec.maxParallel ?? .max, options.maxParallel)
        let memory = prepared.memoryBytes(together: together) + prepared.preparedBytes
        let workers = workers
        let seconds = await blocking.run { () -> Double? in
            guard let speed = SpeedSample.flopPerSecond(of: prepared.configurations, on: prepared.data) else {
                return nil
            }
            return prepared.preparationSeconds(operationsPerSecond: speed, threads: workers)
                + prepared.flop / (speed * Double(min(together, workers)))
        }
        return Plan(
            spec: prepared.spec, trials: prepared.trials.count, together: together,
            memoryBytes: min(memory, options.memoryBudgetBytes),
            preparedBytes: min(prepared.preparedBytes, options.memoryBudgetBytes),
            datasetBytes: prepared.data.loaded.training.train.samples.byteCount
                + prepared.data.loaded.training.validation.samples.byteCount,
            flop: prepared.flop, estimateSeconds: seconds)
    }

    public var busyWorkers: Int { scheduler.busyWorkers }
    public var currentTrouble: String? { trouble }
    public nonisolated var workers: Int { pool.count }
    public nonisolated var stateDirectory: String { folder.path }
    public nonisolated var dataPool: DataPool { data }
    public nonisolated var kernelRevision: Int { TrainingRun.kernelRevision }
    public nonisolated var instructionSet: InstructionSet { InstructionSet.current }
}
