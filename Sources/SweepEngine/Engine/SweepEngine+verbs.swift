import FoundationEssentials
public import SweepModel

/// Pause, resume, stop, cancel, retry.
///
/// A sweep that is in memory is changed there first, in one go, and the change is recorded behind all that has happened
/// to its trials. A verb returns once it is durable; or, while nothing can be written, as soon as it holds: with
/// ``currentTrouble`` set, it becomes durable when that is over.
extension SweepEngine {
    /// No further slice; running trials are saved and queued again.
    public func pause(_ id: Int64, reason: String?, caller: Caller) async throws(EngineError) {
        let reason = try checked(reason)
        try await inTurn(id) { () async throws(EngineError) in
            guard let context = contexts[id] else {
                let change = SweepChange(state: .paused, reason: reason)
                return try await changeStored(id, expected: [.queued, .running], change, .sweepPaused, caller)
            }
            guard context.closing == nil else { throw Self.conflict(context, "about to end; cancel it to end it now") }
            guard context.state != .paused else { throw Self.conflict(context, "paused already") }
            context.state = .paused
            context.reason = reason
            context.stopClock(at: clock.now)
            scheduler.setMode(context.mode, sweep: id)
            record(
                SweepChange(state: .paused, reason: reason), of: context,
                EventContent(.sweepPaused, sweep: id, caller: caller, detail: reason ?? ""))
            dispatch()
            _ = await recorder.flush()
        }
    }

    public func resume(_ id: Int64, caller: Caller) async throws(EngineError) {
        try await inTurn(id) { () async throws(EngineError) in
            // One that was stopped goes on to its end by being taken up.
            if contexts[id] == nil, try await takeUpHeld(id).closing != nil { return }
            guard let context = contexts[id] else { throw EngineError(.conflict, "sweep \(id) has ended") }
            guard context.closing == nil else { throw Self.conflict(context, "about to end; nothing goes on in it") }
            guard context.state == .paused else {
                throw Self.conflict(context, "\(context.state.rawValue), not paused")
            }
            context.state = .running
            context.reason = nil
            if trouble == nil { context.startClock(at: clock.now) }
            scheduler.setMode(context.mode, sweep: id)
            record(
                SweepChange(state: .running, reason: ""), of: context,
                EventContent(.sweepResumed, sweep: id, caller: caller))
            dispatch()
            _ = await recorder.flush()
        }
    }

    /// Admits nothing new and lets running trials end. Those that a pause has queued again do not run any more.
    public func stop(_ id: Int64, reason: String?, caller: Caller) async throws(EngineError) {
        try await close(id, .stop, reason: try checked(reason) ?? "stopped by uid \(caller.uid)", caller)
    }

    /// Ends all trials now.
    public func cancel(_ id: Int64, reason: String?, caller: Caller) async throws(EngineError) {
        try await close(id, .cancel, reason: try checked(reason) ?? "cancelled by uid \(caller.uid)", caller)
    }

    /// Queues failed trials (and cancelled ones, when asked) again; an ended sweep runs on.
    public func retry(_ id: Int64, states: Set<TrialState>, caller: Caller) async throws(EngineError) -> Int {
        guard states.isSubset(of: [.failed, .cancelled]) else {
            throw EngineError(.invalidRequest, "only failed and cancelled trials can be tried again")
        }
        return try await inTurn(id) { () async throws(EngineError) in
            // It must not come to its end between the store's change and the scheduler's.
            scheduler.setHeld(true, sweep: id)
            defer {
                scheduler.setHeld(false, sweep: id)
                dispatch()
            }
            try await requireRecorded()
            let event = EventContent(.trialsRetried, sweep: id, caller: caller)
            let (count, report) = try await storing { () async throws(StoreError) in
                try await store.retry(sweep: id, states: states, event: event, at: .now)
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
    }

    /// Lets a pruned trial go on from its checkpoint to its end; an ended sweep runs on. What was chosen or judged with it
    /// as a pruned one stays, and later choices know it as such too.
    ///
    /// - Returns: the trial's sweep.
    @discardableResult
    public func resumeTrial(_ id: Int64, caller: Caller) async throws(EngineError) -> Int64 {
        guard let trial = try await storing({ () async throws(StoreError) in try await store.trial(id) }) else {
            throw EngineError(.notFound, "there is no trial \(id)")
        }
        let sweep = trial.sweep
        try await inTurn(sweep) { () async throws(EngineError) in
            // As with a retry.
            scheduler.setHeld(true, sweep: sweep)
            defer {
                scheduler.setHeld(false, sweep: sweep)
                dispatch()
            }
            try await requireRecorded()
            let event = EventContent(.trialResumed, sweep: sweep, trial: id, caller: caller)
            let report = try await storing { () async throws(StoreError) in
                try await store.resume(trial: id, event: event, at: .now)
            }
            hub.publish(report.events)
            if let context = contexts[sweep] {
                try await takeUpRetried(context)
            } else if let row = try await row(sweep) {
                try await takeUp(row)
            }
        }
        return sweep
    }

    private func close(
        _ id: Int64, _ closing: SweepClosing, reason: String, _ caller: Caller
    ) async throws(EngineError) {
        try await inTurn(id) { () async throws(EngineError) in
            guard let context = contexts[id] else { return try await closeStored(id, closing, reason: reason, caller) }
            // What is about to end at once ends; only a stop can be followed by more.
            if context.closing == nil || (context.closing == .stop && closing != .stop) {
                close(context, closing, reason: reason, caller)
                dispatch()
            }
            _ = await recorder.flush()
        }
    }

    private func checked(_ reason: String?) throws(EngineError) -> String? {
        guard let reason, !reason.isEmpty else { return nil }
        guard reason.count <= options.maxReasonLength else {
            throw EngineError(.invalidRequest, "a reason has at most \(options.maxReasonLength) characters")
        }
        return reason
    }

    private static func conflict(_ context: SweepContext, _ what: String) -> EngineError {
        EngineError(.conflict, "sweep \(context.id) is \(what)")
    }

    func row(_ id: Int64) async throws(EngineError) -> Sweep? {
        try await storing { () async throws(StoreError) in try await store.sweep(id) }
    }
}

// MARK: Sweeps that are not in memory

/// They have ended, or wait for their data set; no trial of theirs can be live.
extension SweepEngine {
    /// What the store says must be all that has happened.
    private func requireRecorded() async throws(EngineError) {
        guard await recorder.flush() else {
            throw EngineError(.full, "not now: \(trouble ?? "the daemon is stopping")")
        }
    }

    private func changeStored(
        _ id: Int64, expected: Set<SweepState>, _ change: SweepChange, _ kind: EventContent.Kind, _ caller: Caller
    ) async throws(EngineError) {
        try await requireRecorded()
        let event = EventContent(kind, sweep: id, caller: caller, detail: change.reason ?? "")
        let report = try await storing { () async throws(StoreError) in
            try await store.change(sweep: id, expected: expected, change, events: [event], at: .now)
        }
        hub.publish(report.events)
        hub.publish(moved: id)
    }

    private func takeUpHeld(_ id: Int64) async throws(EngineError) -> Sweep {
        try await requireRecorded()
        guard let sweep = try await row(id) else { throw EngineError(.notFound, "there is no sweep \(id)") }
        guard sweep.state == .paused else {
            throw EngineError(.conflict, "sweep \(id) is \(sweep.state.rawValue), not paused")
        }
        if let why = try await takeUp(sweep) { throw EngineError(.datasetUnavailable, why) }
        return sweep
    }

    private func closeStored(
        _ id: Int64, _ closing: SweepClosing, reason: String, _ caller: Caller
    ) async throws(EngineError) {
        try await requireRecorded()
        guard let sweep = try await row(id) else { throw EngineError(.notFound, "there is no sweep \(id)") }
        let kind: EventContent.Kind = closing == .stop ? .sweepStopping : .sweepCancelling
        try await endStored(
            sweep, closing, reason: reason,
            events: [EventContent(kind, sweep: id, caller: caller, detail: reason)])
    }

    /// Ends a sweep of which no trial is live.
    func endStored(
        _ sweep: Sweep, _ closing: SweepClosing, reason: String?, events: [EventContent]
    ) async throws(EngineError) {
        let waiting = try await storing { () async throws(StoreError) in
            try await store.trials(TrialQuery(sweep: sweep.id, states: [.queued]))
        }
        await retain(sweep.id)
        let (id, state) = (sweep.id, closing.finalState)
        let change = SweepChange(state: state, reason: reason, cancelQueued: reason ?? "the sweep ended")
        let ended = Self.ended(id, state, reason)
        let report = try await storing { () async throws(StoreError) in
            try await store.change(
                sweep: id, expected: [.queued, .running, .paused], change, events: events + [ended], at: .now)
        }
        hub.publish(report.events)
        hub.publish(moved: id)
        try await blocking.run { [folder] () throws(EngineError) in
            for file in waiting.flatMap(\.checkpoints) { try folder.remove(file.path) }
        }
    }

    nonisolated static func ended(_ id: Int64, _ state: SweepState, _ reason: String?) -> EventContent {
        EventContent(
            .sweepEnded, sweep: id, detail: [state.rawValue, reason].compactMap(\.self).joined(separator: ": "))
    }
}
