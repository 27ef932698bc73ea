import SweepModel

/// What the search and the pruner may know of a sweep's trials, and what follows from it.
///
/// A value without store, clock or threads: the same facts give the same decisions, in whatever order they came, with any
/// number of workers, and after a restart that reads them from the store again.
struct SweepHistory {
    /// What becomes of a trial that has stood at a rung.
    struct Decision: Equatable {
        var index: Int
        var rung: Int
        /// Iterations after which it has stood there.
        var iteration: Int
        /// Why it ends there; nil when it goes on.
        var pruned: String?
    }

    private struct Entry {
        var result: SearchResult
        /// The last record of its curve, whatever was measured there.
        var reached: (epoch: Int, iteration: Int)?
        /// Iterations after which it stands still, ascending.
        var rungs = TrialRungs.none
        /// Rungs that it may go beyond.
        var cleared = 0
        /// Somebody lets it go on: here it stays as it was pruned.
        var isFrozen = false

        var isUndecided: Bool { result.parameters.entries.isEmpty && !result.state.isEnded }
        /// The rung at which it stands.
        var rung: Int? {
            guard !result.state.isEnded, cleared < rungs.count, let reached else { return nil }
            return reached.iteration >= rungs[cleared] ? cleared : nil
        }
        var standing: Pruner.Standing {
            Pruner.Standing(isEnded: result.state.isEnded, epoch: reached?.epoch ?? -1)
        }
    }

    private struct Judged: Hashable {
        var group: Int
        var rung: Int
    }

    private let spec: SweepSpec
    private let pruner: Pruner?
    private var entries: [Entry]
    /// Indices of trials that stand at a rung.
    private var standing: Set<Int> = []
    private var stall = Stall()

    /// - Parameter count: trials of the sweep; all are taken to be queued and undecided.
    init(_ spec: SweepSpec, count: Int) {
        (self.spec, pruner) = (spec, Pruner(spec))
        entries = (0..<count).map { index in
            Entry(
                result: SearchResult(
                    index: index, parameters: ParameterAssignment(), state: .queued, value: nil, curve: [],
                    iterations: 0))
        }
    }

    /// Whether a sweep decides anything by what its trials reach.
    static func isNeeded(for spec: SweepSpec, count: Int) -> Bool {
        needsCurves(for: spec) || spec.noProgress != nil || (count > 0 && spec.cohort(of: count - 1) != nil)
    }

    static func needsCurves(for spec: SweepSpec) -> Bool { Pruner(spec) != nil }
}

// MARK: What happens

extension SweepHistory {
    /// The trial is to be this; `shape` follows from its parameters.
    mutating func choose(_ index: Int, _ parameters: ParameterAssignment, _ shape: TrialShape) {
        entries[index].result.parameters = parameters
        entries[index].result.iterations = shape.iterations
        guard !entries[index].isFrozen else { return }
        entries[index].rungs =
            pruner?.rungs(
                of: index, iterations: shape.iterations, iterationsPerEpoch: shape.iterationsPerEpoch) ?? .none
    }

    mutating func note(_ point: EpochPoint, of index: Int) {
        guard pruner != nil, !entries[index].isFrozen else { return }
        // What comes again, after going on from an older checkpoint, has the same bits.
        guard point.epoch > entries[index].reached?.epoch ?? -1 else { return }
        entries[index].reached = (point.epoch, point.iteration)
        // Also where it is not a number: a trial that has none at its rung ends there.
        entries[index].result.curve.append(
            CurveValue(
                iteration: point.iteration, epoch: point.epoch, value: spec.metric.name.value(of: point.metrics)))
        if entries[index].rung != nil { standing.insert(index) }
    }

    /// The trial is in an end state; `metrics` are of its kept weights.
    mutating func end(_ index: Int, _ state: TrialState, _ metrics: TrialMetrics? = nil) {
        guard !entries[index].isFrozen else { return }
        entries[index].result.state = state
        if state == .completed, let metrics {
            let value = spec.metric.name.value(of: metrics)
            entries[index].result.value = value.isNaN ? nil : value
        }
        standing.remove(index)
    }

    /// The trial begins anew with another attempt: its curve is dropped. Rungs that it was let beyond stay so.
    mutating func begin(_ index: Int) {
        guard !entries[index].isFrozen else { return }
        entries[index].result.state = .queued
        entries[index].result.value = nil
        (entries[index].result.curve, entries[index].reached) = ([], nil)
        standing.remove(index)
    }

    /// Takes in what the store has of a trial.
    ///
    /// It has been let beyond the rungs that its curve has passed: nobody trains on without a verdict.
    mutating func restore(_ row: Trial, _ shape: TrialShape?, _ curve: [EpochPoint]) {
        let index = row.index
        entries[index].result.parameters = row.parameters
        entries[index].result.iterations = row.iterations ?? 0
        if let shape { choose(index, row.parameters, shape) }
        for point in curve where point.iteration <= row.resumedIteration ?? .max { note(point, of: index) }
        if row.state.isEnded { end(index, row.state, row.metrics) }
        if let reached = entries[index].reached {
            entries[index].cleared = entries[index].rungs.count(before: reached.iteration)
        }
        if row.resumedIteration != nil { freeze(index) }
        if entries[index].rung == nil { standing.remove(index) }
    }

    /// Somebody lets a pruned trial go on.
    mutating func freeze(_ index: Int) {
        entries[index].result.state = .pruned
        entries[index].result.value = nil
        (entries[index].rungs, entries[index].isFrozen) = (.none, true)
        standing.remove(index)
    }
}

// MARK: What follows

extension SweepHistory {
    /// Iterations that the trial must not go beyond for now.
    func stop(of index: Int) -> Int? {
        let entry = entries[index]
        return entry.cleared < entry.rungs.count ? entry.rungs[entry.cleared] : nil
    }

    /// The number of the rung at which the trial waits for its verdict.
    func rung(of index: Int) -> Int? { entries[index].rung }

    /// Epochs after which the trial stands at a rung.
    func epoch(ofRung rung: Int, _ index: Int) -> Int? { pruner?.epoch(of: rung, index: index) }

    /// All verdicts that can be made now; they hold from then on.
    mutating func judge() -> [Decision] {
        guard let pruner else { return [] }
        var decisions: [Decision] = []
        var count = -1
        // A trial that ends may have been what another group waited for.
        while decisions.count > count {
            count = decisions.count
            var seen: Set<Judged> = []
            for index in standing.sorted() {
                guard let rung = entries[index].rung else { continue }
                let group = pruner.group(of: index)
                if seen.insert(Judged(group: group.lowerBound, rung: rung)).inserted {
                    decisions += judge(group, rung, pruner)
                }
            }
        }
        return decisions
    }

    private mutating func judge(_ group: Range<Int>, _ rung: Int, _ pruner: Pruner) -> [Decision] {
        guard pruner.isReady(group, rung: rung, standing: { entries[$0].standing }) else { return [] }
        let results = pruner.witnesses(of: group).map { entries[$0].result }
        let verdicts = pruner.verdicts(rung: rung, of: group, results: results)
        return group.filter { entries[$0].rung == rung }.map { index in
            var decision = Decision(index: index, rung: rung, iteration: entries[index].rungs[rung])
            standing.remove(index)
            switch verdicts[index] {
            case .prune(let reason):
                entries[index].result.state = .pruned
                decision.pruned = reason
            case .goOn, nil:
                entries[index].cleared = rung + 1
                if entries[index].rung != nil { standing.insert(index) }
            }
            return decision
        }
    }

    /// The next trials whose parameters can be chosen: all before them have ended.
    func nextCohort() -> Range<Int>? {
        guard let first = entries.firstIndex(where: \.isUndecided), let cohort = spec.cohort(of: first),
            entries[..<cohort.lowerBound].allSatisfy({ $0.result.state.isEnded })
        else { return nil }
        return cohort
    }

    func results(before index: Int) -> [SearchResult] { entries[..<index].map(\.result) }

    /// Whether `limit` trials in order of index have followed the best one before them without one that is better.
    mutating func isStalled(_ limit: Int) -> Bool {
        stall.advance(over: entries.lazy.map(\.result), by: spec.metric.name, limit: limit)
        return stall.count >= limit
    }
}

/// What of a trial's training decides where its rungs are.
struct TrialShape: Equatable {
    var iterations: Int
    var iterationsPerEpoch: Int
}

/// How long a sweep has not got better. A trial is looked at once all before it have ended, so that it does not matter who
/// came first; one that is queued again later is not looked at again.
private struct Stall {
    private var next = 0
    private var best: Double?
    private(set) var count = 0

    mutating func advance(over results: some RandomAccessCollection<SearchResult>, by metric: RankingMetric, limit: Int)
    {
        for result in results.dropFirst(next) {
            guard result.state.isEnded, count < limit else { return }
            next += 1
            guard result.state != .cancelled else { continue }
            if let value = result.value, best.map({ metric.maximizes ? value > $0 : value < $0 }) ?? true {
                (best, count) = (value, 0)
            } else {
                count += 1
            }
        }
    }
}
