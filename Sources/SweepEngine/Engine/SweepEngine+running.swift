import CPlatform
import FoundationEssentials
import Logging
import NeuralCore
import SweepModel

/// Slices: from the scheduler's decisions to what they have to tell.
extension SweepEngine {
    /// Does what the scheduler decides now.
    func dispatch() {
        scheduler.isSuspended = !isRecording || trouble != nil || recorder.isBehind
        while case let actions = scheduler.schedule(), !actions.isEmpty {
            for action in actions {
                switch action {
                case .train(let trial, let worker, let first): train(trial, on: worker, first: first)
                case .save(let trial, let worker): save(trial, on: worker)
                case .drop(let trial): drop(trial)
                case .drained(let sweep): end(sweep)
                }
            }
        }
        resumeWhenIdle()
    }

    private func train(_ id: Int64, on worker: Int, first: Bool) {
        guard let (pending, context) = pending(id) else {
            scheduler.finished(trial: id, worker: worker, seconds: 0, outcome: .ended)
            return
        }
        let trial = live[id] ?? liveTrial(pending, context.data)
        live[id] = trial
        if first { begin(pending, context) }
        let budget = options.sliceSeconds
        // While the disk is behind, a checkpoint would only queue up behind the others.
        let interval = recorder.pendingBytes < 256 << 20 ? options.checkpointSeconds : .infinity
        let stop = context.history?.stop(of: trial.index)
        pool.run(on: worker) { workspace in
            crash_note_slice_begin(id)
            defer { crash_note_slice_end() }
            return trial.train(using: workspace, budget: budget, checkpointEvery: interval, until: stop)
        } completion: { [weak self] result in
            Task { await self?.finished(trial, on: worker, result) }
        }
    }

    private func save(_ id: Int64, on worker: Int) {
        guard let trial = live[id] else {
            scheduler.finished(trial: id, worker: worker, seconds: 0, outcome: .ended)
            return
        }
        pool.run(on: worker) { _ in
            trial.save()
        } completion: { [weak self] result in
            Task { await self?.finished(trial, on: worker, result) }
        }
    }

    private func liveTrial(_ pending: PendingTrial, _ data: SweepData) -> LiveTrial {
        let trial = pending.trial
        recorder.knows(trial.checkpoints, of: trial.id)
        // What was prepared for trials that have ended stays for later ones, where memory is left.
        data.trim(
            to: max(0, scheduler.memoryBudget - scheduler.memoryUsed), inUse: Set(scheduler.sharers.keys))
        return LiveTrial(
            trial, configuration: pending.configuration,
            data: data.data(for: pending.configuration), folder: folder)
    }

    private func begin(_ pending: PendingTrial, _ context: SweepContext) {
        let trial = pending.trial
        if context.state == .queued {
            context.state = .running
            recorder.append(
                .sweep(
                    context.id, expected: [.queued], SweepChange(state: .running),
                    events: [EventContent(.sweepStarted, sweep: context.id)]))
        }
        context.startClock(at: clock.now)
        recorder.append(
            .trial(
                TrialWrite(
                    trial: trial.id, attempt: trial.attempt,
                    update: .started(
                        instructionSet: InstructionSet.current.rawValue, iterations: pending.configuration.iterations,
                        iteration: trial.iteration))))
        hub.publish(moved: context.id)
    }

    private func finished(_ trial: LiveTrial, on worker: Int, _ result: SliceResult) {
        let id = trial.id
        note(result, of: trial, on: worker)
        guard live[id] === trial, let (pending, context) = pending(id) else {
            // Dropped meanwhile.
            scheduler.finished(trial: id, worker: worker, seconds: result.sliceSeconds, outcome: .ended)
            dispatch()
            return
        }
        record(result, of: pending, in: context)
        if result.ending?.isStanding == true {
            stand(trial, on: worker, result, context.trials[id] ?? pending, in: context)
            closeIfOverdue(context)
            dispatch()
            hub.publish(moved: context.id)
            return
        }
        if result.ending != nil { live[id] = nil }
        let outcome: Scheduler.Outcome
        switch result.ending {
        case nil, .standing: outcome = .more(progress: context.trials[id]?.progress ?? 1)
        case .saved: outcome = .saved
        case .failed(let message) where mayRetry(pending, in: context):
            outcome = .again
            retry(pending, because: message, in: context)
        case .completed, .diverged, .failed: outcome = .ended
        }
        // The worker gets its next slice before anything else happens.
        scheduler.finished(trial: id, worker: worker, seconds: result.sliceSeconds, outcome: outcome)
        if outcome == .ended { close(pending, result, in: context) }
        closeIfOverdue(context)
        dispatch()
        hub.publish(moved: context.id)
    }

    /// Appends what the slice has to tell, in the order in which it happened.
    private func record(_ result: SliceResult, of pending: PendingTrial, in context: SweepContext) {
        let trial = pending.trial
        func append(_ update: TrialUpdate, event: EventContent? = nil) {
            recorder.append(.trial(TrialWrite(trial: trial.id, attempt: trial.attempt, update: update), event: event))
        }
        if let fellBack = result.fellBack {
            logger.warning(
                "a checkpoint is damaged", metadata: ["trial": "\(trial.id)", "reason": "\(fellBack.reason)"])
            context.update(trial.id) {
                ($0.trial.checkpoint, $0.trial.previousCheckpoint) = (fellBack.to, nil)
                $0.trial.iteration = fellBack.to.iteration
            }
            append(
                .fellBack,
                event: EventContent(.trialFellBack, sweep: trial.sweep, trial: trial.id, detail: fellBack.reason))
        }
        if let reason = result.restarted {
            logger.warning("a trial starts again", metadata: ["trial": "\(trial.id)", "reason": "\(reason)"])
            context.update(trial.id) { $0.begin() }
            append(
                .restarted(reason: reason),
                event: EventContent(.trialRestarted, sweep: trial.sweep, trial: trial.id, detail: reason))
        }
        let done = context.update(trial.id) {
            ($0.trial.iteration, $0.trial.seconds) = (result.iteration, result.seconds)
        }
        rate.add(done, seconds: result.trainingSeconds)
        for epoch in result.epochs {
            context.history?.note(epoch, of: trial.index)
            append(.epoch(epoch))
        }
        if case .saved = result.ending {
            recorder.append(
                .requeued(
                    trial: trial.id, attempt: trial.attempt, checkpoint: result.checkpoint,
                    iteration: result.iteration, seconds: result.seconds))
        } else if let bytes = result.checkpoint, result.ending?.isStanding != true {
            recorder.append(
                .checkpoint(
                    trial: trial.id, attempt: trial.attempt, bytes: bytes, iteration: result.iteration,
                    seconds: result.seconds))
        }
    }

    /// The trial's checkpoint is on disk and its row is `queued`: it may be admitted again.
    func requeued(_ id: Int64, checkpoints: [StoredFile], seconds: Double) {
        guard let (_, context) = pending(id) else { return }
        context.update(id) {
            $0.trial.checkpoint = checkpoints.first
            $0.trial.previousCheckpoint = checkpoints.dropFirst().first
        }
        scheduler.requeue(id)
        hub.publish(moved: context.id)
        dispatch()
    }

    /// A sweep that comes to its end tries nothing again.
    private func mayRetry(_ pending: PendingTrial, in context: SweepContext) -> Bool {
        pending.failures < context.spec.maxRetries && context.closing == nil
    }

    /// The next attempt begins from the start.
    private func retry(_ pending: PendingTrial, because message: String, in context: SweepContext) {
        let trial = pending.trial
        context.update(trial.id) {
            $0.begin()
            $0.trial.attempt += 1
            $0.failures += 1
        }
        context.history?.begin(trial.index)
        recorder.append(
            .trial(
                TrialWrite(trial: trial.id, attempt: trial.attempt, update: .retried(reason: message)),
                event: EventContent(.trialRestarted, sweep: trial.sweep, trial: trial.id, detail: message)))
    }

    /// The trial has come to an end state by itself.
    private func close(_ pending: PendingTrial, _ result: SliceResult, in context: SweepContext) {
        let trial = pending.trial
        var ending = Recorder.Ending(
            state: .completed, reason: nil, iteration: result.iteration, metrics: nil, model: nil,
            seconds: result.seconds)
        switch result.ending {
        case .completed(let metrics, let model, let deadUnits):
            (ending.metrics, ending.model, ending.deadUnits) = (metrics, model, deadUnits)
            ending.reason = result.stopped
            ending.isModelKept = context.leaders.admit(
                metrics, index: trial.index, by: context.spec.metric.name, keep: options.keepModels)
            unpruned.insert(trial.sweep)
        case .diverged(let iteration, let lastFiniteLoss):
            ending.state = .diverged
            ending.iteration = iteration
            ending.reason = Self.words(divergedAt: iteration, lastFiniteLoss)
        case .failed(let message):
            ending.state = .failed
            ending.reason = message
        case .saved, .standing, nil:
            return
        }
        context.forget(trial.id, ending.state, ending.metrics)
        context.count(ending.state)
        recorder.append(
            .ended(
                trial: trial.id, attempt: trial.attempt, ending,
                event: EventContent(
                    .trialEnded, sweep: trial.sweep, trial: trial.id,
                    detail: [ending.state.rawValue, ending.reason].compactMap(\.self).joined(separator: ": "))))
        // The trial's result is stored before the sweep's end that it brings about, whatever comes between the two.
        if let metrics = ending.metrics { closeIfTargetReached(trial, metrics, in: context) }
        if ending.state == .failed { closeIfFailing(context, last: trial) }
        decide(context)
    }

    nonisolated static func words(divergedAt iteration: Int, _ lastFiniteLoss: Double?) -> String {
        let last = lastFiniteLoss.map { "; last finite loss \($0)" } ?? ""
        return "loss not finite at iteration \(iteration)\(last)"
    }

    /// The trial holds no worker, its row is `running`, and its sweep ends now.
    private func drop(_ id: Int64) {
        live[id] = nil
        guard let (pending, context) = pending(id) else { return }
        let trial = pending.trial
        context.forget(id, .cancelled)
        let reason = context.reason ?? "the sweep ends"
        recorder.append(
            .ended(
                trial: id, attempt: trial.attempt,
                Recorder.Ending(
                    state: .cancelled, reason: reason, iteration: trial.iteration, metrics: nil, model: nil,
                    seconds: trial.seconds),
                event: EventContent(.trialEnded, sweep: trial.sweep, trial: id, detail: "cancelled: \(reason)")))
    }

    /// Trials whose rows another boot or attempt owns, or whose record was refused.
    func drop(lost ids: [Int64]) {
        for id in ids {
            guard let (_, context) = pending(id) else { continue }
            logger.error("a trial's record was not taken; it is dropped", metadata: ["trial": "\(id)"])
            live[id] = nil
            context.forget(id, .failed)
            scheduler.retire(id)
            decide(context)
        }
        dispatch()
    }

    func pending(_ id: Int64) -> (PendingTrial, SweepContext)? {
        for context in contexts.values {
            if let pending = context.trials[id] { return (pending, context) }
        }
        return nil
    }
}
