import FoundationEssentials
import NeuralCore
import SweepModel

/// What is decided from results: parameters of the trials to come, and which trials go on from a rung.
extension SweepEngine {
    /// What a trial waits for that is not a worker.
    public enum Wait: Sendable, Equatable {
        /// Its parameters are chosen once all trials before its cohort have ended.
        case choice
        /// It goes on, or ends, once all of its group stand at this rung (from 0) or have ended.
        case verdict(rung: Int, epoch: Int)
    }

    /// Trials of a sweep that wait for a decision, by number.
    public func waits(of sweep: Int64) -> [Int64: Wait] {
        guard let context = contexts[sweep] else { return [:] }
        var waits: [Int64: Wait] = [:]
        for row in context.undecided.values { waits[row.id] = .choice }
        guard let history = context.history else { return waits }
        for pending in context.trials.values {
            let index = pending.trial.index
            guard let rung = history.rung(of: index), let epoch = history.epoch(ofRung: rung, index) else { continue }
            waits[pending.trial.id] = .verdict(rung: rung, epoch: epoch)
        }
        return waits
    }

    /// Makes all decisions that can be made now. Called whenever a trial has come to its end, and when a sweep is taken up.
    func decide(_ context: SweepContext) { apply(context.history?.judge() ?? [], in: context) }

    /// - Parameter before: what is to be recorded in the same transaction, ahead of the decisions.
    private func apply(
        _ decisions: [SweepHistory.Decision], in context: SweepContext, after before: [Recorder.Item] = []
    ) {
        var items = before
        for decision in decisions {
            guard let pending = context.pending(at: decision.index) else { continue }
            if let reason = decision.pruned {
                items.append(prune(pending, reason, decision.iteration, in: context))
            } else {
                scheduler.free(pending.trial.id)
            }
        }
        recorder.append(items)
        closeIfStalled(context)
        chooseIfDue(context)
    }

    /// A trial has come to a rung: it goes on, ends, or gives up its memory until it is judged.
    ///
    /// Its checkpoint is written unless it goes on at once: what it would go on from after a crash is then an older one,
    /// or its start, and the bits are the same.
    func stand(
        _ trial: LiveTrial, on worker: Int, _ result: SliceResult, _ pending: PendingTrial, in context: SweepContext
    ) {
        let id = trial.id
        let decisions = context.history?.judge() ?? []
        var items: [Recorder.Item] = []
        let outcome: Scheduler.Outcome
        if let own = decisions.first(where: { $0.index == trial.index }), own.pruned != nil {
            outcome = .ended
            items =
                result.checkpoint.map {
                    [
                        .checkpoint(
                            trial: id, attempt: trial.attempt, bytes: $0, iteration: result.iteration,
                            seconds: result.seconds)
                    ]
                } ?? []
        } else if context.history?.rung(of: trial.index) != nil {
            outcome = .held
            live[id] = nil
            items = [
                .requeued(
                    trial: id, attempt: trial.attempt, checkpoint: result.checkpoint, iteration: result.iteration,
                    seconds: result.seconds)
            ]
        } else {
            outcome = .more(progress: pending.progress)
        }
        scheduler.finished(trial: id, worker: worker, seconds: result.sliceSeconds, outcome: outcome)
        apply(decisions, in: context, after: items)
    }

    private func prune(
        _ pending: PendingTrial, _ reason: String, _ iteration: Int, in context: SweepContext
    ) -> Recorder.Item {
        let trial = pending.trial
        live[trial.id] = nil
        context.forget(trial.id, .pruned)
        scheduler.retire(trial.id)
        return .trial(
            TrialWrite(trial: trial.id, attempt: trial.attempt, update: .pruned(reason: reason, iteration: iteration)),
            event: EventContent(.trialEnded, sweep: trial.sweep, trial: trial.id, detail: "pruned: \(reason)"))
    }

    // MARK: Cohorts

    /// Chooses the parameters of the next cohort, if all trials before it have ended.
    private func chooseIfDue(_ context: SweepContext) {
        guard !context.isChoosing, context.closing == nil, !context.undecided.isEmpty, !isStopping,
            let history = context.history, let cohort = history.nextCohort()
        else { return }
        context.isChoosing = true
        let (spec, data, results) = (context.spec, context.data, history.results(before: cohort.lowerBound))
        Task {
            let choice: Result<[Chosen], EngineError>
            do throws(EngineError) {
                choice = .success(
                    try await choosing.run { () throws(EngineError) in
                        try Self.choose(cohort, after: results, spec, data)
                    })
            } catch {
                choice = .failure(error)
            }
            chose(choice, of: context)
        }
    }

    private struct Chosen: Sendable {
        var plan: SweepModel.TrialPlan
        var configuration: TrainingConfiguration
    }

    private nonisolated static func choose(
        _ cohort: Range<Int>, after results: [SearchResult], _ spec: SweepSpec, _ data: SweepData
    ) throws(EngineError) -> [Chosen] {
        let plans = try suggest(cohort, after: results, spec)
        var chosen: [Chosen] = []
        for plan in plans {
            chosen.append(
                Chosen(plan: plan, configuration: try configuration(plan.parameters, plan.seed, spec, data)))
        }
        return chosen
    }

    nonisolated static func suggest(
        _ cohort: Range<Int>, after results: [SearchResult], _ spec: SweepSpec
    ) throws(EngineError) -> [SweepModel.TrialPlan] {
        let plans: [SweepModel.TrialPlan]
        do throws(SweepFileError) { plans = try spec.suggest(cohort, after: results) } catch {
            throw EngineError(error)
        }
        guard plans.map(\.index) == Array(cohort) else {
            throw EngineError(.failed, "the search has chosen \(plans.count) trials in place of \(cohort.count)")
        }
        return plans
    }

    private func chose(_ choice: Result<[Chosen], EngineError>, of context: SweepContext) {
        context.isChoosing = false
        // Closed, or taken up anew by a retry, meanwhile.
        guard contexts[context.id] === context, context.closing == nil, !isStopping else { return }
        switch choice {
        case .failure(let error):
            closeByItself(context, .fail, "the next trials could not be chosen: \(error.message)")
        case .success(let chosen):
            reserveWorkspaces(for: chosen.lazy.map(\.configuration), context.data)
            var items: [Recorder.Item] = []
            var indices: [Int] = []
            for chosen in chosen {
                let plan = chosen.plan
                guard let pending = context.choose(plan.index, plan.parameters, seed: plan.seed, chosen.configuration)
                else { continue }
                let trial = pending.trial
                let update = TrialUpdate.chosen(plan.parameters, seed: plan.seed)
                indices.append(plan.index)
                items.append(.trial(TrialWrite(trial: trial.id, attempt: trial.attempt, update: update)))
                scheduler.choose(
                    trial.id, memory: context.data.memoryBytes(of: pending.configuration),
                    shared: context.data.shared(of: pending.configuration))
                scheduler.free(trial.id)
            }
            if let first = indices.first, let last = indices.last, let item = items.popLast(),
                case .trial(let write, _) = item
            {
                let detail = "trials \(first) to \(last), from the results of those before"
                items.append(
                    .trial(write, event: EventContent(.trialsChosen, sweep: context.id, detail: detail)))
            }
            recorder.append(items)
            chooseIfDue(context)
        }
        dispatch()
        hub.publish(moved: context.id)
    }

    // MARK: No progress

    private func closeIfStalled(_ context: SweepContext) {
        guard let limit = context.spec.noProgress, context.closing == nil, context.history?.isStalled(limit) == true
        else { return }
        closeByItself(
            context, .finish, "no progress: \(limit) trials in a row, by index, were not better than all before")
    }
}
