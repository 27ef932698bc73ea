import Datasets
import FoundationEssentials
import NeuralCore
import SweepAPI
import SweepEngine
import SweepModel

/// The service that this process gives: replies made of what the store has and the engine knows.
struct LocalSweepService: SweepService {
    let engine: SweepEngine
    let store: any SweepStore
    /// Bytes of memory that this process holds.
    let memory: @Sendable () -> Int
    let access: AccessControl
    /// Analysis and drawing take a while: they have a queue of their own.
    let drawing = BlockingQueue("drawing")
    let ended = EndedBests()

    var records: RecordLoader { RecordLoader(engine: engine, store: store) }

    func daemon() async -> DaemonReply {
        DaemonReply(
            version: APIVersion.program, wire: APIVersion.wire, pid: Int(ProcessInfo.processInfo.processIdentifier),
            boot: engine.boot, startedAt: engine.startedAt, uptimeSeconds: Date.now.timeIntervalSince(engine.startedAt),
            workers: engine.workers, busyWorkers: await engine.busyWorkers,
            instructionSet: engine.instructionSet.rawValue, kernelRevision: engine.kernelRevision,
            stateDirectory: engine.stateDirectory, dataDirectory: engine.dataPool.locator.dataFolder,
            memoryBytes: memory(), trouble: await engine.currentTrouble)
    }

    func status(before: Int64?, limit: Int) async throws(Problem) -> StatusReply {
        let summaries = try await reading { () async throws(StoreError) in
            try await store.summaries(before: before, limit: limit)
        }
        var replies: [SweepReply] = []
        for summary in summaries { replies.append(try await reply(summary)) }
        return StatusReply(
            daemon: await daemon(), sweeps: replies,
            nextBefore: summaries.count == limit ? summaries.last?.sweep.id : nil)
    }

    func sweep(_ id: Int64) async throws(Problem) -> SweepReply { try await reply(try await summary(id)) }

    func trials(_ query: TrialQuery) async throws(Problem) -> TrialsReply {
        let sweep = try await requireSweep(query.sweep)
        let trials = try await ranked(query, of: sweep)
        let waits = await engine.waits(of: query.sweep)
        return TrialsReply(
            sweep: query.sweep, trials: trials.map { TrialReply($0, waitsFor: $0.waitsFor(waits[$0.id])) },
            nextOffset: trials.count == query.limit ? query.offset + query.limit : nil)
    }

    func trial(_ id: Int64) async throws(Problem) -> TrialReply {
        guard let trial = try await reading({ () async throws(StoreError) in try await store.trial(id) }) else {
            throw Problem.noTrial(id)
        }
        let epochs = try await reading { () async throws(StoreError) in try await store.epochs(trial: id) }
        let waits = await engine.waits(of: trial.sweep)
        return TrialReply(trial, epochs: epochs, waitsFor: trial.waitsFor(waits[id]))
    }

    func promotions(sweep: Int64?) async throws(Problem) -> PromotionsReply {
        if let sweep { try await requireSweep(sweep) }
        let stored = try await reading { () async throws(StoreError) in
            try await store.promotions(sweep: sweep, limit: 1000)
        }
        var found: [PromotionReply] = []
        for promotion in stored { found.append(try await reply(promotion, measuredNow: false)) }
        return PromotionsReply(promotions: found)
    }

    func events(after: Int64, sweep: Int64?, limit: Int) async throws(Problem) -> EventsReply {
        if let sweep { try await requireSweep(sweep) }
        let events = try await reading { () async throws(StoreError) in
            try await store.events(after: after, sweep: sweep, limit: limit)
        }
        return EventsReply(events: events.map(EventReply.init))
    }

    func lastEventSequence() async throws(Problem) -> Int64 {
        try await reading { () async throws(StoreError) in try await store.lastEventSequence() }
    }

    func news(since version: UInt64) -> ServiceNews {
        let news = engine.hub.news(since: version)
        return ServiceNews(version: news.version, movedSweeps: news.moved, hasEvents: news.hasEvents)
    }

    // MARK: Making replies

    @discardableResult
    func requireSweep(_ id: Int64) async throws(Problem) -> Sweep {
        guard let sweep = try await reading({ () async throws(StoreError) in try await store.sweep(id) }) else {
            throw Problem.noSweep(id)
        }
        return sweep
    }

    /// The one gate of every change to a sweep.
    func requireAccess(_ caller: Caller, to act: AccessPolicy.Act, _ sweep: Int64) async throws(Problem) {
        try access.require(act, on: try await requireSweep(sweep), caller)
    }

    func reply(_ promotion: Promotion, measuredNow: Bool) async throws(Problem) -> PromotionReply {
        let looks = try await reading { () async throws(StoreError) in
            try await store.testLooks(datasetDigest: promotion.datasetDigest)
        }
        let names = try await records.classNames(ofSweep: promotion.sweep)
        return PromotionReply(promotion, testLooks: looks, measuredNow: measuredNow, classNames: names)
    }

    /// Models of the sweep's data set that were measured on its test split so far.
    func testLooks(_ sweep: Sweep) async throws(Problem) -> Int {
        guard let digest = sweep.datasetDigest else { return 0 }
        return try await reading { () async throws(StoreError) in try await store.testLooks(datasetDigest: digest) }
    }

    func summary(_ id: Int64) async throws(Problem) -> SweepSummary {
        guard let summary = try await reading({ () async throws(StoreError) in try await store.summary(id) }) else {
            throw Problem.noSweep(id)
        }
        return summary
    }

    private func reply(_ summary: SweepSummary) async throws(Problem) -> SweepReply {
        let sweep = summary.sweep
        let progress = await engine.progress(of: sweep.id)
        let looks = try await testLooks(sweep)
        var leading: Trial?
        if summary.counts[.running] ?? 0 > 0 {
            let query = TrialQuery(sweep: sweep.id, states: [.running], order: .metric(sweep.metric), limit: 1)
            leading = try await reading { () async throws(StoreError) in try await store.trials(query) }.first
        }
        let counts = summary.counts.filter { $0.value > 0 }
        let best = try await best(of: summary)
        return SweepReply(
            sweep: sweep.id, name: sweep.name, state: sweep.state, closing: sweep.closing, reason: sweep.reason,
            trials: sweep.trials, counts: Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) }),
            best: best, leading: leading.flatMap(BestTrial.init),
            metric: sweep.metric.rawValue, priority: sweep.priority,
            progress: progress?.fraction ?? (sweep.trials > 0 ? Double(summary.ended) / Double(sweep.trials) : 1),
            preparing: sweep.state == .running ? progress?.preparing : nil,
            etaSeconds: sweep.state == .running ? progress?.etaSeconds : nil,
            activeSeconds: progress?.activeSeconds ?? sweep.activeSeconds, testLooks: looks,
            submittedAt: sweep.submittedAt, startedAt: sweep.startedAt, endedAt: sweep.endedAt, uid: sweep.caller.uid)
    }
}

extension Trial {
    /// In words; nil for one that waits for nothing but a worker.
    fileprivate func waitsFor(_ wait: SweepEngine.Wait?) -> String? {
        guard state == .queued else { return nil }
        return switch wait {
        case .verdict(let rung, let epoch): "rung \(rung + 1), after epoch \(epoch)"
        case .choice: "choice"
        case nil: isUndecided ? "choice" : nil
        }
    }
}
