/// The sweep's `early_terminate`: which trials go on from a rung, as a function of recorded facts.
///
/// A trial stands still at each of its rungs until its group is judged there. Groups count whole configurations, with
/// all of their replicates. What a judgement reads is recorded at the rung or final, so that it comes out the same
/// whenever it is made.
public struct Pruner: Sendable {
    public enum Verdict: Sendable, Equatable {
        case goOn
        /// `reason` tells the rung, the cutoff and the rank.
        case prune(reason: String)
    }

    /// How far a trial has come.
    public struct Standing: Sendable, Equatable {
        public var isEnded: Bool
        /// Of the last record of its learning curve.
        public var epoch: Int

        public init(isEnded: Bool, epoch: Int) {
            self.isEnded = isEnded
            self.epoch = epoch
        }
    }

    /// The rule as the file has it.
    public let termination: EarlyTermination
    let layout: CohortLayout
    let replicates: Int
    let metric: Metric
    let keep: KeptWeights

    /// Nil when the sweep ends no trial early.
    public init?(_ spec: SweepSpec) {
        guard let termination = spec.earlyTermination else { return nil }
        self.termination = termination
        layout = CohortLayout(spec)
        replicates = spec.replicates
        metric = spec.metric
        keep = spec.keep
    }

    /// The iterations after which the trial stands still until it is judged, ascending, without its end.
    ///
    /// Each is the iteration of an epoch's record, which is made after the first iteration of the next epoch. The trial
    /// at `index` stands at rung number `k` after `rungs[k]` iterations.
    public func rungs(of index: Int, iterations: Int, iterationsPerEpoch: Int) -> TrialRungs {
        TrialRungs(schedule(of: index), iterations: iterations, iterationsPerEpoch: iterationsPerEpoch)
    }

    /// The epochs after which the trial at `index` stands at rung number `rung`.
    public func epoch(of rung: Int, index: Int) -> Int {
        schedule(of: index).epochs(rung)
    }

    /// The trials that are judged together with the one at `index`; the groups cut the sweep into pieces.
    public func group(of index: Int) -> Range<Int> {
        let configuration = index / replicates
        let cohort =
            termination.isAsynchronous ? configuration..<(configuration + 1) : layout.cohort(of: configuration)
        return cohort.lowerBound * replicates..<cohort.upperBound * replicates
    }

    /// The trials whose results a judgement of `group` reads, the group's own among them.
    public func witnesses(of group: Range<Int>) -> Range<Int> {
        if termination.isAsynchronous { return 0..<(layout.configurations * replicates) }
        return switch termination.kind {
        case .median, .asha: 0..<group.upperBound
        case .successiveHalving, .hyperband: group
        }
    }

    /// Whether `group` can be judged at `rung`: all of it stands there or has ended, and so has what it is judged by.
    ///
    /// `standing` is asked for indices of `witnesses(of: group)`.
    public func isReady(_ group: Range<Int>, rung: Int, standing: (Int) -> Standing) -> Bool {
        let epoch = epoch(of: rung, index: group.lowerBound)
        let isThere = group.allSatisfy { index in
            let place = standing(index)
            return place.isEnded || place.epoch >= epoch
        }
        guard isThere, !termination.isAsynchronous else { return isThere }
        return (witnesses(of: group).lowerBound..<group.lowerBound).allSatisfy { index in
            let place = standing(index)
            return place.isEnded || termination.kind == .asha && place.epoch >= epoch
        }
    }

    /// What becomes of each trial of `group` that stands at rung number `rung`, by index.
    ///
    /// `results` are those of `witnesses(of: group)`, ascending, as far as they are known. A function of nothing else.
    public func verdicts(rung: Int, of group: Range<Int>, results: [SearchResult]) -> [Int: Verdict] {
        let rung = Rung(self, number: rung, group: group, results: results)
        let judge = termination.kind == .median ? rung.medianVerdicts() : rung.halvingVerdicts()
        var verdicts: [Int: Verdict] = [:]
        for result in results where group.contains(result.index) && !result.state.isEnded {
            guard let verdict = judge[result.index / replicates], rung.isReached(by: result) else { continue }
            verdicts[result.index] = verdict
        }
        return verdicts
    }

    func schedule(of index: Int) -> RungSchedule {
        if let (_, bracket) = layout.bracket(of: index / replicates) { return bracket.rungs }
        if termination.kind == .median {
            return RungSchedule(every: termination.interval, after: termination.warmup)
        }
        if termination.minEpochs == nil, let most = termination.maxEpochs {
            let steps = RungSchedule.steps(from: most, to: 1, eta: termination.eta, most: termination.maxRungs)
            return RungSchedule(downFrom: most, eta: termination.eta, count: steps)
        }
        return RungSchedule(
            upFrom: termination.minEpochs ?? 1, eta: termination.eta, below: termination.maxEpochs,
            most: termination.maxRungs)
    }
}
