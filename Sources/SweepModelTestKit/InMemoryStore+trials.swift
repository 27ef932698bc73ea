public import FoundationEssentials
public import SweepModel

extension InMemoryStore {
    public func trial(_ id: Int64) async throws(StoreError) -> Trial? { trials[id] }

    public func trials(_ query: TrialQuery) async throws(StoreError) -> [Trial] {
        var found = trials(of: query.sweep).filter { query.states.isEmpty || query.states.contains($0.state) }
        switch query.order {
        case .index: break
        case .metric(let metric): found.sort { metric.comesFirst($0, $1) }
        case .ranking(let metric):
            found = found.filter { $0.state == .completed }.sorted { metric.comesFirst($0, $1) }
        }
        return Array(found.dropFirst(max(0, query.offset)).prefix(max(0, query.limit)))
    }

    public func epochs(trial: Int64) async throws(StoreError) -> [EpochPoint] {
        (epochs[trial] ?? [:]).values.sorted { $0.epoch < $1.epoch }
    }

    public func curves(sweep: Int64, withLosses: Bool) async throws(StoreError) -> [Int64: [EpochPoint]] {
        var curves: [Int64: [EpochPoint]] = [:]
        for trial in trials(of: sweep) {
            var points = (epochs[trial.id] ?? [:]).values.sorted { $0.epoch < $1.epoch }
            if !withLosses { for index in points.indices { points[index].losses = [] } }
            if !points.isEmpty { curves[trial.id] = points }
        }
        return curves
    }

    public func apply(
        _ writes: [TrialWrite], events: [EventContent], at: Date
    ) async throws(StoreError) -> ApplyReport {
        try checkWritable()
        let boot = try boot()
        for case .ended(let state, _, _, _, _, _, _, _) in writes.map(\.update) where !state.isEnded {
            throw StoreError(.conflict, "a trial cannot end as \(state.rawValue)")
        }
        var fenced: [Int64] = []
        for write in writes where !apply(write, boot: boot, at: at) {
            if !fenced.contains(write.trial) { fenced.append(write.trial) }
        }
        countApply()
        let kept = events.filter { event in event.trial.map { !fenced.contains($0) } ?? true }
        return ApplyReport(fenced: fenced, events: store(kept, at: at))
    }

    private func apply(_ write: TrialWrite, boot: String, at: Date) -> Bool {
        guard var trial = trials[write.trial], trial.attempt == write.attempt else { return false }
        if case .started(let instructionSet, let iterations, let iteration) = write.update {
            guard trial.state == .queued else { return false }
            (trial.state, trial.boot, trial.instructionSet) = (.running, boot, instructionSet)
            (trial.iterations, trial.iteration) = (iterations, iteration)
            trial.startedAt = trial.startedAt ?? at
        } else if case .chosen(let parameters, let seed) = write.update {
            guard trial.state == .queued, trial.isUndecided else { return false }
            (trial.parameters, trial.seed) = (parameters, seed)
        } else if case .pruned(let reason, let iteration) = write.update {
            guard trial.state == .queued || (trial.state == .running && trial.boot == boot) else { return false }
            (trial.state, trial.boot, trial.reason, trial.iteration) = (.pruned, nil, reason, iteration)
            (trial.endedAt, trial.isSuspect, trial.previousCheckpoint) = (at, false, nil)
        } else {
            guard trial.state == .running, trial.boot == boot else { return false }
            update(&trial, write.update, at: at)
        }
        trials[write.trial] = trial
        return true
    }

    private func update(_ trial: inout Trial, _ update: TrialUpdate, at: Date) {
        switch update {
        case .started, .chosen, .pruned: break
        case .epoch(let point):
            epochs[trial.id, default: [:]][point.epoch] = point
            (trial.iteration, trial.metrics, trial.seconds) = (point.iteration, point.metrics, point.seconds)
        case .checkpointed(let file, let seconds):
            if trial.checkpoint?.path != file.path { trial.previousCheckpoint = trial.checkpoint }
            (trial.checkpoint, trial.seconds) = (file, seconds)
            trial.iteration = max(trial.iteration, file.iteration)
        case .fellBack: (trial.checkpoint, trial.previousCheckpoint) = (trial.previousCheckpoint, nil)
        case .requeued: (trial.state, trial.boot) = (.queued, nil)
        case .restarted(let reason):
            (trial.reason, trial.iteration, trial.seconds) = (reason, 0, 0)
            (trial.metrics, trial.checkpoint, trial.previousCheckpoint) = (nil, nil, nil)
            epochs[trial.id] = epochs[trial.id]?.filter { $0.value.iteration <= trial.resumedIteration ?? 0 }
        case .retried(let reason):
            (trial.reason, trial.iteration, trial.seconds) = (reason, 0, 0)
            (trial.metrics, trial.checkpoint, trial.previousCheckpoint) = (nil, nil, nil)
            (trial.state, trial.boot, trial.attempt) = (.queued, nil, trial.attempt + 1)
            epochs[trial.id] = epochs[trial.id]?.filter { $0.value.iteration <= trial.resumedIteration ?? 0 }
        case .ended(
            let state, let reason, let iteration, let metrics, let model, let deadUnits, let seconds, let isKept):
            (trial.state, trial.boot, trial.reason, trial.iteration) = (state, nil, reason, iteration)
            (trial.metrics, trial.model, trial.seconds) = (metrics ?? trial.metrics, model, seconds)
            (trial.endedAt, trial.checkpoint, trial.deadUnits) = (at, nil, deadUnits)
            (trial.previousCheckpoint, trial.isSuspect) = (nil, false)
            (trial.isModelKept, trial.isPinned) = (isKept, false)
        }
    }

    func trials(of sweep: Int64) -> [Trial] { (trialsBySweep[sweep] ?? []).compactMap { trials[$0] } }
}

extension RankingMetric {
    /// Best first; trials without a number last, by index.
    func comesFirst(_ a: Trial, _ b: Trial) -> Bool {
        switch (number(of: a), number(of: b)) {
        case (let x?, let y?): x == y ? a.index < b.index : (maximizes ? x > y : x < y)
        case (_?, nil): true
        case (nil, _?): false
        case (nil, nil): a.index < b.index
        }
    }

    /// Nil when there is none; NaN is not one.
    func number(of trial: Trial) -> Double? {
        trial.metrics.map(value).flatMap { $0.isNaN ? nil : $0 }
    }
}
