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
        var memoryOfEach: [Int] {
            let known = configurations.map { data.memoryBytes(of: $0) }
            let unknown = trials.count - known.count
            guard unknown > 0, let largest = spec.largest(of: configurations).map(data.memoryBytes).max() else {
                return known
            }
            return known + Array(repeating: largest, count: unknown)
        }

        /// Those whose parameters are not known count as the mean of the others.
        var flop: Double {
            let known = configurations.reduce(0) { $0 + data.flop(of: $1) }
            guard !configurations.isEmpty else { return 0 }
            return known * Double(trials.count) / Double(configurations.count)
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
        if let largest = prepared.memoryOfEach.max(), largest > options.memoryBudgetBytes {
            throw EngineError(
                .invalidSweep,
                "a trial needs \(largest >> 20) MiB and the budget is \(options.memoryBudgetBytes >> 20) MiB; "
                    + "lower hidden_size, or raise memory_budget_mb in the daemon's configuration")
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

    /// Runs `body` when nobody else takes up or changes this sweep.
    func inTurn<R>(_ sweep: Int64, _ body: () async throws(EngineError) -> R) async throws(EngineError) -> R {
        if !sweepTurns.take(sweep) { await withCheckedContinuation { sweepTurns.wait(for: sweep, $0) } }
        defer { sweepTurns.giveBack(sweep) }
        return try await body()
    }

    /// Makes the trials of a stored sweep known to the scheduler: after its submission, a restart, or a retry.
    ///
    /// In the sweep's turn: what is read here is still so when it is used.
    func takeUp(_ sweep: Sweep) async throws(EngineError) {
        guard contexts[sweep.id] == nil else { return }
        if let closing = sweep.closing, closing.endsRunningTrials {
            // A stop of the daemon came between its closing and its end; none of its trials is running any more.
            return try await endStored(sweep, closing, reason: sweep.reason, events: [])
        }
        let rows = try await storing { () async throws(StoreError) in
            try await store.trials(TrialQuery(sweep: sweep.id))
        }
        let context: SweepContext
        do throws(EngineError) {
            context = try await self.context(for: sweep, rows)
        } catch {
            return try await hold(sweep, because: error.message)
        }
        contexts[sweep.id] = context
        // With a sweep that was stopped, those are left that were running: the others were cancelled at once.
        scheduler.add(
            Scheduler.SweepPlan(
                id: sweep.id, priority: sweep.priority, maxParallel: context.spec.maxParallel,
                order: context.spec.order, mode: context.mode),
            trials: rows.compactMap { row in
                context.undecided[row.index] == nil
                    ? context.trials[row.id].map { plan($0, in: context) } : plan(undecided: row)
            })
        decide(context)
        dispatch()
        hub.publish(moved: sweep.id)
    }

    private func takeUpOrRemember(_ id: Int64) async {
        do throws(EngineError) {
            try await inTurn(id) { () async throws(EngineError) in
                if let sweep = try await row(id), !sweep.state.isEnded { try await takeUp(sweep) }
            }
            strays.remove(id)
        } catch {
            logger.error(
                "a sweep is stored and waits until it can be taken up",
                metadata: ["sweep": "\(id)", "error": "\(error.message)"])
            strays.insert(id)
        }
    }

    func takeUpStrays() async {
        for id in strays.sorted() { await takeUpOrRemember(id) }
    }

    /// Trials of a sweep that is already known, queued again after they had ended.
    func takeUpRetried(_ context: SweepContext) async throws(EngineError) {
        let rows = try await storing { () async throws(StoreError) in
            try await store.trials(TrialQuery(sweep: context.id, states: [.queued]))
        }
        for row in rows where context.isNew(row) {
            if row.resumedIteration == nil {
                context.history?.begin(row.index)
            } else {
                context.history?.freeze(row.index)
            }
            guard !row.isUndecided else {
                context.add(undecided: row)
                scheduler.add(plan(undecided: row))
                continue
            }
            let configuration = try Self.configuration(of: row, context.spec, context.data)
            scheduler.add(plan(context.add(row, configuration), in: context))
        }
        decide(context)
        dispatch()
        hub.publish(moved: context.id)
    }

    func plan(_ pending: PendingTrial, in context: SweepContext) -> Scheduler.TrialPlan {
        Scheduler.TrialPlan(
            id: pending.trial.id, sweep: context.id, index: pending.trial.index,
            memory: context.data.memoryBytes(of: pending.configuration),
            shared: context.data.shared(of: pending.configuration), progress: pending.progress,
            isSuspect: pending.trial.isSuspect, isHeld: context.history?.rung(of: pending.trial.index) != nil)
    }

    /// It takes no memory as long as nobody knows how much.
    private func plan(undecided row: Trial) -> Scheduler.TrialPlan {
        Scheduler.TrialPlan(id: row.id, sweep: row.sweep, index: row.index, memory: 0, progress: 0, isHeld: true)
    }

    /// - Parameter rows: all trials of the sweep; those that are `queued` are taken in.
    private func context(for sweep: Sweep, _ rows: [Trial]) async throws(EngineError) -> SweepContext {
        let (spec, data) = try await material(of: sweep)
        // From the rows rather than from the file: what a row says is what is trained.
        let all = try await blocking.run { () throws(EngineError) in
            var all: [TrainingConfiguration?] = []
            all.reserveCapacity(rows.count)
            for row in rows { all.append(row.isUndecided ? nil : try Self.configuration(of: row, spec, data)) }
            return all
        }
        let flop = all.reduce(0) { $0 + ($1.map(data.flop) ?? 0) }
        let context = SweepContext(
            sweep, spec: spec, data: data, flop: flop, undecidedFlop: flop / Double(max(1, all.count { $0 != nil })))
        context.history = try await history(of: sweep, spec, data, rows, all)
        for (row, configuration) in zip(rows, all) where row.state == .queued {
            if let configuration {
                recorder.knows(row.checkpoints, of: row.id)
                _ = context.add(row, configuration)
            } else {
                context.add(undecided: row)
            }
        }
        for (row, configuration) in zip(rows, all) where row.state.isEnded {
            if let configuration { context.count(ended: row, configuration) }
        }
        for row in rows where row.state == .completed {
            guard let metrics = row.metrics else { continue }
            _ = context.leaders.admit(metrics, index: row.index, by: sweep.metric, keep: options.keepModels)
        }
        return context
    }

    /// What was decided before is decided again from the rows, in the same way.
    private func history(
        of sweep: Sweep, _ spec: SweepSpec, _ data: SweepData, _ rows: [Trial], _ all: [TrainingConfiguration?]
    ) async throws(EngineError) -> SweepHistory? {
        guard SweepHistory.isNeeded(for: spec, count: rows.count) else { return nil }
        var curves: [Int64: [EpochPoint]] = [:]
        if SweepHistory.needsCurves(for: spec) {
            curves = try await storing { () async throws(StoreError) in
                try await store.curves(sweep: sweep.id, withLosses: false)
            }
        }
        var history = SweepHistory(spec, count: rows.count)
        for (row, configuration) in zip(rows, all) {
            history.restore(row, configuration?.shape(data), curves[row.id] ?? [])
        }
        return history
    }

    /// What a stored sweep's trials are trained with.
    func material(of sweep: Sweep) async throws(EngineError) -> (spec: SweepSpec, data: SweepData) {
        let spec = try await blocking.run { () throws(EngineError) in try Self.spec(of: sweep) }
        let data = try await self.data.data(spec.reference, probe: spec.probe)
        if let digest = sweep.datasetDigest, digest != data.loaded.digest {
            throw EngineError(
                .datasetUnavailable,
                "the data set \(spec.dataset.name) is not the one that this sweep began with; put it back, then resume")
        }
        return (spec, data)
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
    ) throws(EngineError) -> SweepSpec {
        do throws(SweepFileError) {
            return try SweepSpec(parsing: file, overrides: overrides, name: name)
        } catch {
            throw EngineError(error)
        }
    }

    nonisolated static func expand(_ spec: SweepSpec) throws(EngineError) -> [SweepModel.TrialPlan] {
        do throws(SweepFileError) { return try spec.expand() } catch { throw EngineError(error) }
    }

    nonisolated static func configuration(
        of row: Trial, _ spec: SweepSpec, _ data: SweepData
    ) throws(EngineError) -> TrainingConfiguration {
        try configuration(row.parameters, row.seed, spec, data)
    }

    nonisolated static func configuration(
        _ parameters: ParameterAssignment, _ seed: UInt64, _ spec: SweepSpec, _ data: SweepData
    ) throws(EngineError) -> TrainingConfiguration {
        let hyperparameters: Hyperparameters
        do throws(SweepFileError) { hyperparameters = try spec.hyperparameters(for: parameters) } catch {
            throw EngineError(error)
        }
        return try TrainingConfiguration(
            checking: hyperparameters, spec: spec, trialSeed: seed, training: data.loaded.training,
            image: data.loaded.imageShape)
    }

    private nonisolated static func encode(_ request: Request) throws(EngineError) -> String {
        // A key is compared by this text: the same overrides must always make the same one.
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        do {
            return String(decoding: try encoder.encode(request.allOverrides), as: UTF8.self)
        } catch {
            throw EngineError(.failed, "the overrides cannot be written: \(error)")
        }
    }

    /// Reads a stored sweep's file again.
    public nonisolated static func spec(of sweep: Sweep) throws(EngineError) -> SweepSpec {
        try parse(sweep.file, try decode(sweep.overrides), name: sweep.name)
    }

    /// A stored sweep's file with its overrides applied; its name may be the sweep's own.
    public nonisolated static func file(of sweep: Sweep) throws(EngineError) -> String {
        let overrides = try decode(sweep.overrides)
        do throws(SweepFileError) { return try SweepOverride.apply(overrides, to: sweep.file) } catch {
            throw EngineError(error)
        }
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
        self.init(
            error.code == .tooLarge ? .tooLarge : .invalidSweep,
            error.issues.first?.description ?? "the sweep file is not valid", issues: error.issues)
    }
}

extension SweepData {
    /// Of one live trial, its optimizer's state and kept weights included.
    func memoryBytes(of configuration: TrainingConfiguration) -> Int {
        TrainingRun.memoryBytes(configuration, dimension: dimension(of: configuration), classes: classes)
    }

    /// Floating-point operations of the whole training.
    func flop(of configuration: TrainingConfiguration) -> Double {
        configuration.flopPerIteration(dimension: dimension(of: configuration)) * Double(configuration.iterations)
    }

    /// Bytes that are needed while images are prepared.
    func scratchBytes(of preparation: Preparation) -> Int {
        sharedBytes(of: preparation)
            + preparation.canonical.scratchBytes(
                train: loaded.training.train.count, dimension: loaded.training.dimension, image: loaded.imageShape)
    }

    /// What live trials with the same preparation hold together.
    func shared(of configuration: TrainingConfiguration) -> Scheduler.SharedMemory? {
        let bytes = sharedBytes(of: configuration.preparation)
        return bytes > 0 ? Scheduler.SharedMemory(name: sharedName(of: configuration.preparation), bytes: bytes) : nil
    }
}

extension SweepSpec {
    /// The configurations with as many hidden units as the file allows.
    func largest(of configurations: [TrainingConfiguration]) -> [TrainingConfiguration] {
        let most = parameters.first { $0.name == "hidden_size" }?.domain.largest.map { Int($0) }
        return configurations.map { configuration in
            var configuration = configuration
            if let most { configuration.hiddenSize = max(configuration.hiddenSize, most) }
            return configuration
        }
    }
}
