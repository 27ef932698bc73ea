import SweepModel

/// How a sweep comes to its end.
extension SweepEngine {
    /// From now on nothing is admitted; what has not started is cancelled.
    func close(_ context: SweepContext, _ closing: SweepClosing, reason: String, _ caller: Caller? = nil) {
        context.closing = closing
        context.reason = reason
        var change = SweepChange(closing: closing, reason: reason, cancelQueued: reason)
        if closing == .stop, context.state == .paused {
            // What is being saved at this moment may still end.
            context.state = .running
            change.state = .running
            if trouble == nil { context.startClock(at: clock.now) }
        }
        let cancelled = scheduler.dropUnstarted(sweep: context.id)
        for trial in cancelled { context.forget(trial, .cancelled) }
        scheduler.setMode(context.mode, sweep: context.id)
        let kind: EventContent.Kind = closing == .cancel ? .sweepCancelling : .sweepStopping
        record(
            change, of: context, EventContent(kind, sweep: context.id, caller: caller, detail: reason),
            cancelled: cancelled)
    }

    /// No trial is left that may run.
    func end(_ id: Int64) {
        guard let context = contexts.removeValue(forKey: id) else { return }
        scheduler.remove(sweep: id)
        let state = context.closing?.finalState ?? .completed
        let reason = context.closing == nil ? nil : context.reason
        // Trials that were being saved when the sweep was cancelled.
        let saved = Array(context.trials.keys)
        let change = SweepChange(
            state: state, reason: reason, activeSeconds: context.activeSeconds(at: clock.now),
            cancelQueued: context.closing == nil ? nil : reason ?? "the sweep ended")
        record(change, of: context, Self.ended(id, state, reason), cancelled: saved)
    }

    /// Appends the change to what waits to be recorded.
    func record(_ change: SweepChange, of context: SweepContext, _ event: EventContent, cancelled: [Int64] = []) {
        recorder.append(
            .sweep(
                context.id, expected: [.queued, .running, .paused], change, events: [event], cancelled: cancelled))
        hub.publish(moved: context.id)
    }

    func closeIfTargetReached(_ trial: Trial, _ metrics: TrialMetrics, in context: SweepContext) {
        let metric = context.spec.metric
        guard metric.isReached(by: metric.name.value(of: metrics)), let target = metric.target else { return }
        closeByItself(context, .finish, "trial \(trial.id) reached the target \(metric.name.rawValue) \(target)")
    }

    func closeIfFailing(_ context: SweepContext, last trial: Trial) {
        guard let limit = context.spec.maxConsecutiveFailures, context.consecutiveFailures >= limit,
            context.closing == nil
        else { return }
        close(context, .fail, reason: "\(limit) trials in a row failed, the last one is trial \(trial.id)")
    }

    /// Ends a sweep of which a trial has reached the target, where the daemon was killed after it had stored the one and
    /// before the other.
    func closeIfTargetWasReached(_ context: SweepContext, by rows: [Trial]) {
        guard context.spec.metric.target != nil else { return }
        for row in rows where row.state == .completed {
            if let metrics = row.metrics { closeIfTargetReached(row, metrics, in: context) }
        }
    }

    func closeOverdue() {
        for context in contexts.values { closeIfOverdue(context) }
    }

    /// Ends a sweep whose time budget is used up: its running trials are cancelled, with that as their reason.
    ///
    /// They do not count as completed, however far they are: which of them had come how far depends on the machine, and
    /// a part of a training would rank against whole ones. With `order: breadth` all trials grow side by side, so that
    /// a budget may end every one of them shortly before its end; a budget wants `order: depth`, with which all but the
    /// last few trials have either a result or never ran.
    func closeIfOverdue(_ context: SweepContext) {
        closeIfEpochsAreUsed(context)
        guard context.state == .running, context.closing == nil, let budget = context.spec.timeBudgetSeconds,
            context.activeSeconds(at: clock.now) >= budget
        else { return }
        closeByItself(context, .finish, "the time budget of \(budget) s is used up")
    }

    /// Ends a sweep whose trials have been trained for as many epochs together as it may take.
    ///
    /// As with a time budget, which trials have a result by then depends on the number of workers.
    private func closeIfEpochsAreUsed(_ context: SweepContext) {
        guard context.closing == nil, let budget = context.spec.epochBudget, context.epochs >= budget else { return }
        closeByItself(context, .finish, "the epoch budget of \(budget) is used up")
    }

    /// Unless it is reopened: no progress, a used budget or a reached target would end again at once what was asked for.
    func closeByItself(_ context: SweepContext, _ closing: SweepClosing, _ reason: String) {
        guard context.closing == nil, !context.isReopened else { return }
        close(context, closing, reason: reason)
    }
}
