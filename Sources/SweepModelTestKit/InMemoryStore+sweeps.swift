public import FoundationEssentials
public import SweepModel

extension InMemoryStore {
    public func submit(_ new: NewSweep) async throws(StoreError) -> Submission {
        try checkWritable()
        let key = new.key.map { SubmissionKey(uid: new.caller.uid, key: $0) }
        if let key, let known = keys[key].flatMap({ sweeps[$0] }) {
            guard known.file == new.file, known.overrides == new.overrides else {
                throw StoreError(.conflict, "the key `\(key.key)` stands for sweep \(known.id); use a new key")
            }
            return Submission(sweep: known, isReplay: true)
        }
        guard new.trials.allSatisfy({ $0.seed < 1 << 53 }) else {
            throw StoreError(.conflict, "a seed must be below 2^53")
        }
        let id = (sweeps.keys.max() ?? 0) + 1
        let sweep = Sweep(
            id: id, name: new.name, state: .queued, file: new.file, overrides: new.overrides,
            trials: new.trials.count, priority: new.priority, metric: new.metric, datasetDigest: new.datasetDigest,
            version: new.version, caller: new.caller, submittedAt: new.submittedAt)
        sweeps[id] = sweep
        if let key { keys[key] = id }
        let first = Int64(trials.count) + 1
        for (index, trial) in new.trials.enumerated() {
            let number = first + Int64(index)
            trials[number] = Trial(
                id: number, sweep: id, index: index, state: .queued, parameters: trial.parameters, seed: trial.seed)
            trialsBySweep[id, default: []].append(number)
        }
        let detail = "\(new.name): \(new.trials.count) trials"
        store([EventContent(.sweepSubmitted, sweep: id, caller: new.caller, detail: detail)], at: new.submittedAt)
        return Submission(sweep: sweep, isReplay: false)
    }

    public func sweep(_ id: Int64) async throws(StoreError) -> Sweep? { sweeps[id] }

    public func summaries(before: Int64?, limit: Int) async throws(StoreError) -> [SweepSummary] {
        sweeps.values.filter { $0.id < before ?? .max }.sorted { $0.id > $1.id }.prefix(max(0, limit)).map(summarize)
    }

    public func summary(_ id: Int64) async throws(StoreError) -> SweepSummary? { sweeps[id].map(summarize) }

    private func summarize(_ sweep: Sweep) -> SweepSummary {
        let trials = trials(of: sweep.id)
        let ranked = trials.filter { $0.state == .completed && sweep.metric.number(of: $0) != nil }
        return SweepSummary(
            sweep: sweep, counts: Dictionary(grouping: trials, by: \.state).mapValues(\.count),
            best: ranked.min { sweep.metric.comesFirst($0, $1) },
            iterationsDone: trials.reduce(0) { $0 + $1.iteration })
    }

    public func activeSweeps() async throws(StoreError) -> [Sweep] {
        sweeps.values.filter { !$0.state.isEnded }.sorted { ($1.priority, $0.id) < ($0.priority, $1.id) }
    }

    public func latestSweepID() async throws(StoreError) -> Int64? { sweeps.keys.max() }

    public func change(
        sweep id: Int64, expected: Set<SweepState>, _ change: SweepChange, events: [EventContent], at: Date
    ) async throws(StoreError) -> ApplyReport {
        try checkWritable()
        var sweep = try get(id)
        guard expected.contains(sweep.state) else {
            let allowed = expected.map(\.rawValue).sorted().joined(separator: " or ")
            throw StoreError(.conflict, "sweep \(id) is \(sweep.state.rawValue), not \(allowed)")
        }
        let wasEnded = sweep.state.isEnded
        sweep.state = change.state ?? sweep.state
        sweep.closing = sweep.state.isEnded ? nil : change.closing ?? sweep.closing
        sweep.reason = change.reason ?? sweep.reason
        sweep.datasetDigest = change.datasetDigest ?? sweep.datasetDigest
        sweep.activeSeconds = change.activeSeconds ?? sweep.activeSeconds
        if sweep.state == .running { sweep.startedAt = sweep.startedAt ?? at }
        sweep.endedAt = sweep.state.isEnded ? (wasEnded ? sweep.endedAt : at) : nil
        sweeps[id] = sweep
        if let reason = change.cancelQueued {
            for trial in trials(of: id) where trial.state == .queued { trials[trial.id]?.cancel(reason, at: at) }
        }
        return ApplyReport(events: store(events, at: at))
    }

    public func retry(
        sweep id: Int64, states: Set<TrialState>, event: EventContent, at: Date
    ) async throws(StoreError) -> (count: Int, report: ApplyReport) {
        try checkWritable()
        var sweep = try get(id)
        guard sweep.closing == nil else {
            throw StoreError(.conflict, "sweep \(id) is about to end; retry once it has")
        }
        let allowed = states.intersection([.failed, .cancelled])
        let chosen = trials(of: id).filter { allowed.contains($0.state) }
        guard !chosen.isEmpty else { return (0, ApplyReport()) }
        for trial in chosen {
            trials[trial.id] = Trial(
                id: trial.id, sweep: id, index: trial.index, state: .queued, parameters: trial.parameters,
                seed: trial.seed, attempt: trial.attempt + 1, iterations: trial.iterations,
                isSuspect: trial.crashes > 0, resumedIteration: trial.resumedIteration)
            epochs[trial.id] = epochs[trial.id]?.filter { $0.value.iteration <= trial.resumedIteration ?? -1 }
        }
        reopen(&sweep, at: at)
        return (chosen.count, ApplyReport(events: store([event], at: at)))
    }

    public func resume(
        trial id: Int64, event: EventContent, at: Date
    ) async throws(StoreError) -> ApplyReport {
        try checkWritable()
        guard var trial = trials[id] else { throw StoreError(.notFound, "there is no trial \(id)") }
        guard trial.state == .pruned else {
            throw StoreError(.conflict, "trial \(id) is \(trial.state.rawValue), not pruned")
        }
        var sweep = try get(trial.sweep)
        guard sweep.closing == nil else {
            throw StoreError(.conflict, "sweep \(sweep.id) is about to end; let the trial go on once it has")
        }
        (trial.state, trial.attempt, trial.reason, trial.endedAt) = (.queued, trial.attempt + 1, nil, nil)
        trial.resumedIteration = trial.iteration
        trials[id] = trial
        reopen(&sweep, at: at)
        return ApplyReport(events: store([event], at: at))
    }

    private func reopen(_ sweep: inout Sweep, at: Date) {
        guard sweep.state.isEnded else { return }
        (sweep.state, sweep.reason, sweep.endedAt) = (.running, nil, nil)
        sweep.startedAt = sweep.startedAt ?? at
        sweeps[sweep.id] = sweep
    }

    public func promote(
        _ promotion: Promotion, event: EventContent
    ) async throws(StoreError) -> (Promotion, ApplyReport) {
        try checkWritable()
        if let known = promoted.first(where: { $0.modelDigest == promotion.modelDigest }) {
            return (known, ApplyReport())
        }
        var stored = promotion
        stored.id = Int64(promoted.count) + 1
        promoted.append(stored)
        let measured = [(promotion.trial, promotion.modelDigest)] + promotion.members.map { ($0.trial, $0.modelDigest) }
        for (trial, digest) in measured where trials[trial]?.model?.digest == digest {
            trials[trial]?.isModelKept = true
        }
        return (stored, ApplyReport(events: store([event], at: promotion.at)))
    }

    public func promotion(modelDigest: String) async throws(StoreError) -> Promotion? {
        promoted.first { $0.modelDigest == modelDigest }
    }

    public func promotions(sweep: Int64?, limit: Int) async throws(StoreError) -> [Promotion] {
        Array(promoted.reversed().filter { sweep == nil || $0.sweep == sweep }.prefix(max(0, limit)))
    }

    public func testLooks(datasetDigest: String) async throws(StoreError) -> Int {
        promoted.count { $0.datasetDigest == datasetDigest }
    }

    // MARK: - Retention

    public func prune(
        sweep: Int64, keep: Int, event: EventContent?, at: Date
    ) async throws(StoreError) -> PruneReport {
        try checkWritable()
        let files = try await prunable(sweep: sweep, keep: keep)
        guard !files.isEmpty else { return PruneReport() }
        for trial in trials(of: sweep) where files.contains(where: { $0.path == trial.model?.path }) {
            trials[trial.id]?.isModelKept = false
        }
        guard var event else { return PruneReport(files: files) }
        let bytes = files.reduce(0) { $0 + $1.bytes }
        event.detail = "\(files.count) models, \(bytes) bytes; the best \(keep) stay"
        return PruneReport(files: files, events: store([event], at: at))
    }

    public func prunable(sweep id: Int64, keep: Int) async throws(StoreError) -> [StoredFile] {
        let metric = try get(id).metric
        let best = trials(of: id).filter { $0.state == .completed }.sorted { metric.comesFirst($0, $1) }
            .prefix(max(0, keep)).map(\.id)
        return trials(of: id).filter { trial in
            !trial.isPinned && !best.contains(trial.id)
                && !promoted.contains {
                    $0.modelDigest == trial.model?.digest
                        || $0.members.contains { $0.modelDigest == trial.model?.digest }
                }
        }.compactMap(\.keptModel)
    }

    public func pruneCheckpoints(
        sweep: Int64, event: EventContent?, at: Date
    ) async throws(StoreError) -> PruneReport {
        try checkWritable()
        let files = try await prunableCheckpoints(sweep: sweep)
        guard !files.isEmpty else { return PruneReport() }
        for trial in trials(of: sweep) where trial.state == .pruned { trials[trial.id]?.checkpoint = nil }
        guard var event else { return PruneReport(files: files) }
        event.detail = PruneReport.checkpointDetail(files)
        return PruneReport(files: files, events: store([event], at: at))
    }

    public func prunableCheckpoints(sweep id: Int64) async throws(StoreError) -> [StoredFile] {
        guard try get(id).state.isEnded else { return [] }
        return trials(of: id).filter { $0.state == .pruned }.compactMap(\.checkpoint)
    }

    public func keep(
        trial id: Int64, model: StoredFile, event: EventContent, at: Date
    ) async throws(StoreError) -> ApplyReport {
        try checkWritable()
        guard var trial = trials[id], trial.state == .completed, trial.model?.digest == model.digest else {
            throw StoreError(.conflict, "trial \(id) does not have this model (any more)")
        }
        (trial.model, trial.isModelKept, trial.isPinned) = (model, true, true)
        trials[id] = trial
        return ApplyReport(events: store([event], at: at))
    }

    private func get(_ id: Int64) throws(StoreError) -> Sweep {
        guard let sweep = sweeps[id] else { throw StoreError(.notFound, "there is no sweep \(id)") }
        return sweep
    }
}
