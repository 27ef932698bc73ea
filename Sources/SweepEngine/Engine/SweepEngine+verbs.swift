import FoundationEssentials
public import SweepModel

/// Pause, resume, stop, cancel, retry; and how a sweep comes to its end.
extension SweepEngine {
    /// No further slice; running trials are saved and queued again.
    public func pause(_ id: Int64, reason: String?, caller: Caller) async throws(EngineError) {
        let reason = try checked(reason)
        try await change(
            id, expected: [.queued, .running], SweepChange(state: .paused, reason: reason), .sweepPaused, caller)
        guard let context = contexts[id] else { return }
        context.state = .paused
        context.reason = reason
        context.stopClock(at: clock.now)
        scheduler.setMode(context.mode, sweep: id)
        dispatch()
    }

    public func resume(_ id: Int64, caller: Caller) async throws(EngineError) {
        await recorder.flush()
        if contexts[id] == nil, let sweep = try await row(id), sweep.state == .paused {
            try await takeUp(sweep)
            guard contexts[id] != nil else {
                throw EngineError(.datasetUnavailable, try await row(id)?.reason ?? "the data set cannot be read")
            }
        }
        try await change(id, expected: [.paused], SweepChange(state: .running, reason: ""), .sweepResumed, caller)
        guard let context = contexts[id] else { return }
        context.state = .running
        context.reason = nil
        context.startClock(at: clock.now)
        scheduler.setMode(context.mode, sweep: id)
        dispatch()
    }

    /// Admits nothing new and lets running trials end.
    public func stop(_ id: Int64, reason: String?, caller: Caller) async throws(EngineError) {
        try await close(id, .stop, reason: try checked(reason) ?? "stopped by uid \(caller.uid)", caller)
    }

    /// Ends all trials now.
    public func cancel(_ id: Int64, reason: String?, caller: Caller) async throws(EngineError) {
        try await close(id, .cancel, reason: try checked(reason) ?? "cancelled by uid \(caller.uid)", caller)
    }

    /// Queues failed trials (and cancelled ones, when asked) again; an ended sweep runs on.
    public func retry(
        _ id: Int64, states: Set<TrialState>, caller: Caller
    ) async throws(EngineError) -> Int {
        guard states.isSubset(of: [.failed, .cancelled]) else {
            throw EngineError(.invalidRequest, "only failed and cancelled trials can be tried again")
        }
        await recorder.flush()
        let (count, report) = try await storing { () async throws(StoreError) in
            try await store.retry(
                sweep: id, states: states, event: EventContent(.trialsRetried, sweep: id, caller: caller), at: .now)
        }
        hub.publish(report.events)
        guard count > 0 else { return 0 }
        if let context = contexts[id] {
            try await takeUpRetried(context)
        } else if let sweep = try await row(id) {
            try await takeUp(sweep)
        }
        return count
    }

    private func close(
        _ id: Int64, _ closing: SweepClosing, reason: String, _ caller: Caller
    ) async throws(EngineError) {
        let kind: EventContent.Kind = closing == .stop ? .sweepStopping : .sweepCancelling
        try await change(
            id, expected: [.queued, .running, .paused],
            SweepChange(closing: closing, reason: reason, cancelQueued: reason), kind, caller)
        guard let context = contexts[id] else {
            // Its data set is not there: no trial can be live.
            try await change(
                id, expected: [.queued, .running, .paused],
                SweepChange(state: closing.finalState, cancelQueued: reason), .sweepEnded, caller)
            return
        }
        context.closing = closing
        context.reason = reason
        scheduler.setMode(context.mode, sweep: id)
        dispatch()
    }

    private func change(
        _ id: Int64, expected: Set<SweepState>, _ change: SweepChange, _ kind: EventContent.Kind, _ caller: Caller
    ) async throws(EngineError) {
        let event = EventContent(kind, sweep: id, caller: caller, detail: change.reason ?? "")
        let report = try await storing { () async throws(StoreError) in
            try await store.change(sweep: id, expected: expected, change, events: [event], at: .now)
        }
        hub.publish(report.events)
        hub.publish(moved: id)
    }

    private func checked(_ reason: String?) throws(EngineError) -> String? {
        guard let reason, !reason.isEmpty else { return nil }
        guard reason.count <= options.maxReasonLength else {
            throw EngineError(.invalidRequest, "a reason has at most \(options.maxReasonLength) characters")
        }
        return reason
    }

    func row(_ id: Int64) async throws(EngineError) -> Sweep? {
        try await storing { () async throws(StoreError) in try await store.sweep(id) }
    }
}

// MARK: The end of a sweep

extension SweepEngine {
    /// No trial is live and none may be admitted.
    func end(_ id: Int64) {
        guard let context = contexts.removeValue(forKey: id) else { return }
        scheduler.remove(sweep: id)
        let state = context.closing?.finalState ?? .completed
        let reason = context.closing == nil ? nil : context.reason
        let change = SweepChange(
            state: state, reason: reason, activeSeconds: context.activeSeconds(at: clock.now),
            cancelQueued: context.closing == nil ? nil : reason ?? "the sweep ended")
        let detail = [state.rawValue, reason].compactMap(\.self).joined(separator: ": ")
        recorder.append(
            .sweep(
                id, expected: [.queued, .running, .paused], change,
                events: [EventContent(.sweepEnded, sweep: id, detail: detail)]))
    }

    func closeIfTargetReached(_ trial: Trial, _ metrics: TrialMetrics, in context: SweepContext) {
        let metric = context.spec.metric
        guard metric.isReached(by: metric.name.value(of: metrics)), let target = metric.target else { return }
        closeByItself(context, .finish, "trial \(trial.id) reached the target \(metric.name.rawValue) \(target)")
    }

    func countFailure(of trial: Trial, in context: SweepContext) {
        context.consecutiveFailures += 1
        guard let limit = context.spec.maxConsecutiveFailures, context.consecutiveFailures >= limit else { return }
        closeByItself(context, .fail, "\(limit) trials in a row failed, the last one is trial \(trial.id)")
    }

    func closeOverdue() {
        let now = clock.now
        for context in contexts.values where context.state == .running && context.closing == nil {
            guard let budget = context.spec.timeBudgetSeconds, context.activeSeconds(at: now) >= budget else { continue }
            closeByItself(context, .finish, "the time budget of \(budget) s is used up")
        }
    }

    private func closeByItself(_ context: SweepContext, _ closing: SweepClosing, _ reason: String) {
        guard context.closing == nil else { return }
        context.closing = closing
        context.reason = reason
        scheduler.setMode(context.mode, sweep: context.id)
        recorder.append(
            .sweep(
                context.id, expected: [.queued, .running, .paused],
                SweepChange(closing: closing, reason: reason, cancelQueued: reason),
                events: [EventContent(.sweepStopping, sweep: context.id, detail: reason)]))
    }
}
