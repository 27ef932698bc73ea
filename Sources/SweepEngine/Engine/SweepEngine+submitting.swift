import Datasets
import FoundationEssentials
import Logging
import NeuralCore
public import SweepModel

/// Taking sweeps in, anew or after a restart.
extension SweepEngine {
    /// A sweep file with what is to be changed in it.
    public struct Request: Sendable {
        public var file: String
        public var overrides: [SweepOverride]
        public var name: String?
        public var priority: Int?
        public var key: String?

        public init(
            file: String, overrides: [SweepOverride] = [], name: String? = nil, priority: Int? = nil,
            key: String? = nil
        ) {
            (self.file, self.overrides, self.name) = (file, overrides, name)
            (self.priority, self.key) = (priority, key)
        }

        /// Priority as one more override, so that one reader checks it and the sweep can be read again from its row.
        var allOverrides: [SweepOverride] {
            overrides + (priority.map { [SweepOverride(key: "priority", value: String($0))] } ?? [])
        }
    }

    /// A sweep file that was read, with its data and all its trials.
    struct Prepared: Sendable {
        let spec: SweepSpec
        let data: SweepData
        let trials: [SweepModel.TrialPlan]
        /// Of those trials whose parameters the file decides; the first ones.
        let configurations: [TrainingConfiguration]

        /// Bytes of the trials that live together at most.
        func memoryBytes(together: Int) -> Int {
            memoryOfEach.sorted(by: >).prefix(together).reduce(0, +)
        }

        /// Those whose parameters are not known count as the largest that the file allows.
        private var memoryOfEach: [Int] {
            let known = configurations.map { data.memoryBytes(of: $0) }
            let unknown = trials.count - known.count
            guard unknown > 0, let largest = largest.map(data.memoryBytes).max() else { return known }
            return known + Array(repeating: largest, count: unknown)
        }

        /// Among them is that which takes most memory.
        private var largest: [TrainingConfiguration] {
            configurations.count < trials.count ? spec.largest(of: configurations) : configurations
        }

        /// Bytes of the trial that takes most, and of the scratch memory that it makes of `workers` at most.
        func mostMemory(workers: Int) -> Int {
            (configurations + largest).map { data.memoryBytes(of: $0) + workers * data.workspaceBytes(of: $0) }.max()
                ?? 0
        }

        /// Those whose parameters are not known count as the mean of the others.
        var flop: Double {
            let known = configurations.reduce(0) { $0 + data.flop(of: $1) }
            guard !configurations.isEmpty else { return 0 }
            return known * Double(trials.count) / Double(configurations.count)
        }

        /// Until all images are prepared, by rule of thumb; workers help each other.
        func preparationSeconds(operationsPerSecond: Double, threads: Int) -> Double {
            Set(configurations.map(\.preparation.canonical)).reduce(0) {
                $0 + data.preparationSeconds($1, operationsPerSecond: operationsPerSecond, threads: threads)
            }
        }

        /// Bytes of prepared images, each kind once.
        var preparedBytes: Int {
            Set(configurations.map(\.preparation.canonical)).reduce(0) { $0 + data.sharedBytes(of: $1) }
        }
    }

    /// Checks the sweep, stores it with all its trials in one transaction, and queues them.
    public func submit(_ request: Request, caller: Caller) async throws(EngineError) -> Submission {
        if let trouble { throw EngineError(.full, "no new sweeps for now: \(trouble)") }
        if isStopping { throw EngineError(.refused, "the daemon is stopping; submit again when it is back") }
        let prepared = try await prepare(request)
        let new = NewSweep(
            name: prepared.spec.name, file: request.file, overrides: try Self.encode(request),
            priority: prepared.spec.priority, metric: prepared.spec.metric.name,
            datasetDigest: prepared.data.loaded.digest, version: programVersion, caller: caller, key: request.key,
            submittedAt: .now,
            trials: prepared.trials.map { .init(parameters: $0.parameters, seed: $0.seed) })
        let submission = try await storing { () async throws(StoreError) in try await store.submit(new) }
        // It is stored: whatever hinders it now, the caller has its sweep.
        if !submission.isReplay { await takeUpOrRemember(submission.sweep.id) }
        return submission
    }

    /// What a sweep file says to no effect, a sentence each; nil for nothing, and for a file that is refused.
    public nonisolated static func notes(on request: Request) -> [String]? {
        guard let spec = try? parse(request.file, request.allOverrides, name: request.name) else { return nil }
        return spec.notes.isEmpty ? nil : spec.notes
    }

    /// What ``submit(_:caller:)`` would run; stores nothing.
    func prepare(_ request: Request) async throws(EngineError) -> Prepared {
        guard request.key.map({ (1...200).contains($0.utf8.count) }) ?? true else {
            throw EngineError(.invalidRequest, "a key has 1 to 200 characters")
        }
        let (spec, trials) = try await blocking.run { () throws(EngineError) in
            let spec = try Self.parse(request.file, request.allOverrides, name: request.name)
            return (spec, try Self.expand(spec))
        }
        let data = try await self.data.data(spec.reference, probe: spec.probe)
        let configurations = try await blocking.run { () throws(EngineError) in
            var configurations: [TrainingConfiguration] = []
            configurations.reserveCapacity(trials.count)
            for trial in trials where !trial.parameters.entries.isEmpty {
                configurations.append(try Self.configuration(trial.parameters, trial.seed, spec, data))
            }
            return configurations
        }
        let prepared = Prepared(spec: spec, data: data, trials: trials, configurations: configurations)
        let most = prepared.mostMemory(workers: workers)
        if most > options.memoryBudgetBytes {
            throw EngineError(
                .invalidSweep,
                "a trial needs \(most >> 20) MiB with the scratch memory of \(workers) workers, and the budget is "
                    + "\(options.memoryBudgetBytes >> 20) MiB; lower hidden_size or batch_size, or raise memory_budget_mb "
                    + "in the daemon's configuration")
        }
        try refusePreparation(tooLargeIn: prepared)
        return prepared
    }

    /// The images of a preparation must fit beside one trial, and so must what is needed to make them.
    private func refusePreparation(tooLargeIn prepared: Prepared) throws(EngineError) {
        let (data, budget) = (prepared.data, options.memoryBudgetBytes)
        var largest: (need: Int, configuration: TrainingConfiguration)?
        for configuration in prepared.configurations {
            let shared = data.sharedBytes(of: configuration.preparation)
            guard shared > 0 || !configuration.preparation.isPlain else { continue }
            let need = max(
                shared + data.memoryBytes(of: configuration), data.scratchBytes(of: configuration.preparation))
            if need > largest?.need ?? 0 { largest = (need, configuration) }
        }
        guard let largest, largest.need > budget else { return }
        let preparation = largest.configuration.preparation
        let views = preparation.viewCount
        throw EngineError(
            .invalidSweep,
            "\(data.loaded.training.train.count) images in \(views == 1 ? "one view" : "\(views) views") of "
                + "\(data.dimension(of: largest.configuration)) inputs need \(largest.need >> 20) MiB with a trial, and the "
                + "budget is \(budget >> 20) MiB; lower shift or pca_components, write store \"byte\", or raise "
                + "memory_budget_mb in the daemon's configuration")
    }
}
