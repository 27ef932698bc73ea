import Datasets
import FoundationEssentials
import Logging
import NeuralCore
import SweepModel

/// Sweeps come into memory, when they are submitted, resumed, or found at the start.
extension SweepEngine {
    /// Runs `body` when nobody else takes up or changes this sweep.
    func inTurn<R>(_ sweep: Int64, _ body: () async throws(EngineError) -> R) async throws(EngineError) -> R {
        if !sweepTurns.take(sweep) { await withCheckedContinuation { sweepTurns.wait(for: sweep, $0) } }
        defer { sweepTurns.giveBack(sweep) }
        return try await body()
    }

    /// Makes the trials of a stored sweep known to the scheduler: after its submission, a restart, or a retry.
    ///
    /// In the sweep's turn: what is read here is still so when it is used.
    ///
    /// - Returns: why it is held back instead, if it is: its data cannot be read.
    @discardableResult
    func takeUp(_ sweep: Sweep) async throws(EngineError) -> String? {
        guard contexts[sweep.id] == nil else { return nil }
        if let closing = sweep.closing, closing.endsRunningTrials {
            // A stop of the daemon came between its closing and its end; none of its trials is running any more.
            try await endStored(sweep, closing, reason: sweep.reason, events: [])
            return nil
        }
        let rows = try await storing { () async throws(StoreError) in
            try await store.trials(TrialQuery(sweep: sweep.id))
        }
        let context: SweepContext
        do throws(EngineError) {
            context = try await self.context(for: sweep, rows)
        } catch {
            try await hold(sweep, because: error.message)
            return error.message
        }
        contexts[sweep.id] = context
        reserveWorkspaces(for: context.trials.values.lazy.map(\.configuration), context.data)
        if context.closing != nil, context.state == .paused {
            // It was held back after its stop: those of its trials that were running may still end.
            context.state = .running
            context.startClock(at: clock.now)
            record(
                SweepChange(state: .running), of: context, EventContent(.sweepResumed, sweep: sweep.id))
        }
        // With a sweep that was stopped, those are left that were running: the others were cancelled at once.
        scheduler.add(
            Scheduler.SweepPlan(
                id: sweep.id, priority: sweep.priority, maxParallel: context.spec.maxParallel,
                order: context.spec.order, mode: context.mode),
            trials: rows.compactMap { row in
                context.undecided[row.index] == nil
                    ? context.trials[row.id].map { plan($0, in: context) } : plan(undecided: row)
            })
        closeIfTargetWasReached(context, by: rows)
        decide(context)
        dispatch()
        hub.publish(moved: sweep.id)
        return nil
    }

    func takeUpOrRemember(_ id: Int64) async {
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
            recorder.knows(row.checkpoints, of: row.id)
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
        let isReopened = try await storing { () async throws(StoreError) in try await store.hasEnded(sweep: sweep.id) }
        let context = SweepContext(
            sweep, isReopened: isReopened, spec: spec, data: data, flop: flop,
            undecidedFlop: flop / Double(max(1, all.count { $0 != nil })))
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
        for row in rows.filter(\.state.isEnded).sorted(by: { ($0.endedAt ?? .now, $0.id) < ($1.endedAt ?? .now, $1.id) }
        ) {
            context.count(row.state)
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
                "the data set \(spec.dataset.name) is not the one that this sweep began with; put it back")
        }
        return (spec, data)
    }

    /// A sweep whose data cannot be read is paused, and says why; `resume` tries again. One that was stopped keeps that
    /// reason.
    private func hold(_ sweep: Sweep, because reason: String) async throws(EngineError) {
        logger.error("a sweep is paused", metadata: ["sweep": "\(sweep.id)", "reason": "\(reason)"])
        let shown = sweep.closing == nil ? reason : sweep.reason
        guard sweep.state != .paused || sweep.reason != shown else { return }
        let report = try await storing { () async throws(StoreError) in
            try await store.change(
                sweep: sweep.id, expected: [.queued, .running, .paused], SweepChange(state: .paused, reason: shown),
                events: [EventContent(.sweepPaused, sweep: sweep.id, detail: reason)], at: .now)
        }
        hub.publish(report.events)
    }
}
