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
        let configurations: [TrainingConfiguration]

        /// Bytes of the trials that live together at most.
        func memoryBytes(together: Int) -> Int {
            memoryOfEach.sorted(by: >).prefix(together).reduce(0, +)
        }

        var memoryOfEach: [Int] { configurations.map { data.memoryBytes(of: $0) } }

        var flop: Double {
            configurations.reduce(0) { $0 + $1.flopPerIteration(dimension: data.dimension) * Double($1.iterations) }
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
        if !submission.isReplay { try await takeUp(submission.sweep) }
        return submission
    }

    /// What ``submit(_:caller:)`` would run; stores nothing.
    func prepare(_ request: Request) async throws(EngineError) -> Prepared {
        guard request.key.map({ (1...200).contains($0.utf8.count) }) ?? true else {
            throw EngineError(.invalidRequest, "a key has 1 to 200 characters")
        }
        let (spec, trials) = try await blocking.run { () throws(EngineError) in
            try Self.parse(request.file, request.allOverrides, name: request.name)
        }
        let data = try await self.data.data(spec.reference, probe: spec.probe)
        let configurations = try await blocking.run { () throws(EngineError) in
            try Self.configurations(spec, trials, data)
        }
        let prepared = Prepared(spec: spec, data: data, trials: trials, configurations: configurations)
        if let largest = prepared.memoryOfEach.max(), largest > options.memoryBudgetBytes {
            throw EngineError(
                .invalidSweep,
                "a trial needs \(largest >> 20) MiB and the budget is \(options.memoryBudgetBytes >> 20) MiB; "
                    + "lower hidden_size, or raise memory_budget_mb in the daemon's configuration")
        }
        return prepared
    }

    /// Makes the trials of a stored sweep known to the scheduler: after its submission, a restart, or a retry.
    func takeUp(_ sweep: Sweep) async throws(EngineError) {
        let rows = try await storing { () async throws(StoreError) in
            try await store.trials(TrialQuery(sweep: sweep.id, states: [.queued, .running]))
        }
        guard contexts[sweep.id] == nil else { return }
        let context: SweepContext
        do throws(EngineError) {
            context = try await self.context(for: sweep, rows)
        } catch {
            try await hold(sweep, because: error.message)
            return
        }
        guard contexts[sweep.id] == nil else { return }
        contexts[sweep.id] = context
        scheduler.add(
            Scheduler.SweepPlan(
                id: sweep.id, priority: sweep.priority, maxParallel: context.spec.maxParallel,
                order: context.spec.order, mode: context.mode),
            trials: rows.compactMap { row in context.trials[row.id].map { plan($0, in: context) } })
        dispatch()
        hub.publish(moved: sweep.id)
    }

    /// Trials of a sweep that is already known, queued again after they had ended.
    func takeUpRetried(_ context: SweepContext) async throws(EngineError) {
        let rows = try await storing { () async throws(StoreError) in
            try await store.trials(TrialQuery(sweep: context.id, states: [.queued]))
        }
        guard contexts[context.id] === context, let data = context.data else { return }
        for row in rows where context.trials[row.id] == nil {
            let plan = SweepModel.TrialPlan(index: row.index, parameters: row.parameters, seed: row.seed)
            guard let configuration = try Self.configurations(context.spec, [plan], data).first else { continue }
            let pending = context.add(row, configuration, dimension: data.dimension)
            scheduler.add(self.plan(pending, in: context))
        }
        dispatch()
        hub.publish(moved: context.id)
    }

    func plan(_ pending: PendingTrial, in context: SweepContext) -> Scheduler.TrialPlan {
        Scheduler.TrialPlan(
            id: pending.trial.id, sweep: context.id, index: pending.trial.index,
            memory: context.data.map { $0.memoryBytes(of: pending.configuration) } ?? 0, progress: pending.progress)
    }

    func context(for sweep: Sweep, _ rows: [Trial]) async throws(EngineError) -> SweepContext {
        let (spec, plans) = try await blocking.run { () throws(EngineError) in try Self.read(sweep) }
        let data = try await self.data.data(spec.reference, probe: spec.probe)
        if let digest = sweep.datasetDigest, digest != data.loaded.digest {
            throw EngineError(
                .datasetUnavailable,
                "the data set \(spec.dataset.name) is not the one that this sweep began with; put it back, then resume")
        }
        let all = try await blocking.run { () throws(EngineError) in
            try Self.configurations(spec, plans, data)
        }
        let context = SweepContext(sweep, spec: spec)
        context.data = data
        for row in rows where all.indices.contains(row.index) {
            _ = context.add(row, all[row.index], dimension: data.dimension)
        }
        context.totalFlop = all.reduce(0) {
            $0 + $1.flopPerIteration(dimension: data.dimension) * Double($1.iterations)
        }
        return context
    }

    /// A sweep whose data cannot be read is paused, and says why; `resume` tries again.
    private func hold(_ sweep: Sweep, because reason: String) async throws(EngineError) {
        logger.error("a sweep is paused", metadata: ["sweep": "\(sweep.id)", "reason": "\(reason)"])
        guard sweep.state != .paused || sweep.reason != reason else { return }
        let report = try await storing { () async throws(StoreError) in
            try await store.change(
                sweep: sweep.id, expected: [.queued, .running, .paused], SweepChange(state: .paused, reason: reason),
                events: [EventContent(.sweepPaused, sweep: sweep.id, detail: reason)], at: .now)
        }
        hub.publish(report.events)
    }
}

// MARK: Reading

extension SweepEngine {
    private nonisolated static func parse(
        _ file: String, _ overrides: [SweepOverride], name: String?
    ) throws(EngineError) -> (spec: SweepSpec, trials: [SweepModel.TrialPlan]) {
        do throws(SweepFileError) {
            let spec = try SweepSpec(parsing: file, overrides: overrides, name: name)
            return (spec, try spec.expand())
        } catch {
            throw EngineError(error)
        }
    }

    private nonisolated static func configurations(
        _ spec: SweepSpec, _ trials: [SweepModel.TrialPlan], _ data: SweepData
    ) throws(EngineError) -> [TrainingConfiguration] {
        var configurations: [TrainingConfiguration] = []
        configurations.reserveCapacity(trials.count)
        for trial in trials {
            let hyperparameters: Hyperparameters
            do throws(SweepFileError) {
                hyperparameters = try spec.hyperparameters(for: trial.parameters)
            } catch {
                throw EngineError(error)
            }
            configurations.append(
                TrainingConfiguration(hyperparameters, spec: spec, trialSeed: trial.seed, training: data.loaded.training))
        }
        return configurations
    }

    private nonisolated static func encode(_ request: Request) throws(EngineError) -> String {
        do {
            return String(decoding: try JSONEncoder().encode(request.allOverrides), as: UTF8.self)
        } catch {
            throw EngineError(.failed, "the overrides cannot be written: \(error)")
        }
    }

    /// Reads a stored sweep again, to the same trials.
    nonisolated static func read(
        _ sweep: Sweep
    ) throws(EngineError) -> (spec: SweepSpec, trials: [SweepModel.TrialPlan]) {
        try parse(sweep.file, try decode(sweep.overrides), name: sweep.name)
    }

    private nonisolated static func decode(_ overrides: String) throws(EngineError) -> [SweepOverride] {
        do {
            return try JSONDecoder().decode([SweepOverride].self, from: Data(overrides.utf8))
        } catch {
            throw EngineError(.damaged, "the overrides of this sweep cannot be read: \(error)")
        }
    }
}

extension EngineError {
    init(_ error: SweepFileError) {
        self.init(error.code == .tooLarge ? .tooLarge : .invalidSweep, error.issues.first?.description ?? "the sweep file is not valid", issues: error.issues)
    }
}

extension SweepData {
    /// Of one live trial, its optimizer's state and kept weights included.
    func memoryBytes(of configuration: TrainingConfiguration) -> Int {
        TrainingRun.memoryBytes(configuration, dimension: dimension, classes: classes)
    }
}
