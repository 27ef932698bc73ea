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
    }

    public struct Plan: Sendable {
        public var spec: SweepSpec
        public var trials: Int
        public var together: Int
        public var memoryBytes: Int
        public var datasetBytes: Int
        public var flop: Double
        public var estimateSeconds: Double?
    }

    /// Nil when the sweep is not live: it has ended, or waits for its data set.
    public func progress(of id: Int64) -> Progress? {
        guard let context = contexts[id] else { return nil }
        let now = clock.now
        let share = context.totalFlop > 0 ? 1 - context.remainingFlop / context.totalFlop : 0
        // Those with the same or a higher priority use the workers too.
        let ahead = contexts.values.filter { $0.mode != .paused && $0.priority >= context.priority }
            .reduce(0) { $0 + $1.remainingFlop }
        let eta = context.mode == .paused ? nil : rate.rate(at: now).flatMap { $0 > 0 ? ahead / $0 : nil }
        return Progress(
            fraction: min(1, max(0, share)), etaSeconds: eta, activeSeconds: context.activeSeconds(at: now))
    }

    /// What ``submit(_:caller:)`` would run; stores nothing.
    public func plan(_ request: Request) async throws(EngineError) -> Plan {
        let prepared = try await prepare(request)
        let together = min(prepared.trials.count, prepared.spec.maxParallel ?? .max, options.maxParallel)
        let memory = prepared.memoryBytes(together: together)
        return Plan(
            spec: prepared.spec, trials: prepared.trials.count, together: together,
            memoryBytes: min(memory, options.memoryBudgetBytes),
            datasetBytes: prepared.data.loaded.training.train.samples.byteCount
                + prepared.data.loaded.training.validation.samples.byteCount,
            flop: prepared.flop, estimateSeconds: rate.rate(at: clock.now).map { prepared.flop / $0 })
    }

    public var busyWorkers: Int { scheduler.busyWorkers }
    public var currentTrouble: String? { trouble }
    public nonisolated var workers: Int { options.workers }
    public nonisolated var stateDirectory: String { folder.path }
    public nonisolated var dataPool: DataPool { data }
    public nonisolated var kernelRevision: Int { TrainingRun.kernelRevision }
    public nonisolated var instructionSet: InstructionSet { InstructionSet.current }

    /// Reads, checks, and compares: each file that a row names must be there and whole.
    public func checkFiles() async throws(EngineError) -> (findings: [String], files: Int) {
        let problems = try await storing { () async throws(StoreError) in try await store.check() }
        let names = try await storing { () async throws(StoreError) in try await store.referencedFiles() }
        let missing = try await blocking.run { [folder] () throws(EngineError) in
            let there = Set(try folder.files())
            return names.filter { !there.contains($0) }.sorted()
        }
        return (problems + missing.map { "\($0) is named by a row and is not there" }, names.count)
    }

    /// Everything before this call is on disk when it returns, so that what is read next is up to date.
    public func settle() async { await recorder.flush() }
}
