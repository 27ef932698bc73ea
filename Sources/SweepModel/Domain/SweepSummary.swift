/// A sweep with what is derived from its trials.
public struct SweepSummary: Sendable, Equatable {
    public var sweep: Sweep
    /// Number of trials in each state that has any.
    public var counts: [TrialState: Int]
    /// The best completed trial by the sweep's metric; ties go to the lower index.
    public var best: Trial?
    /// Iterations done in all trials that are not ended, plus those of ended ones.
    public var iterationsDone: Int

    public init(sweep: Sweep, counts: [TrialState: Int], best: Trial?, iterationsDone: Int) {
        (self.sweep, self.counts, self.best, self.iterationsDone) = (sweep, counts, best, iterationsDone)
    }

    public var ended: Int { counts.reduce(0) { $0 + ($1.key.isEnded ? $1.value : 0) } }
}

/// By what a sweep's trials are ranked.
public enum RankingMetric: String, Codable, Sendable, CaseIterable {
    case valAccuracy = "val_accuracy"
    case valLoss = "val_loss"

    /// Whether a larger value is better.
    public var maximizes: Bool { self == .valAccuracy }

    public func value(of metrics: TrialMetrics) -> Double {
        switch self {
        case .valAccuracy: metrics.valAccuracy
        case .valLoss: metrics.valLoss
        }
    }

    /// Whether `a` ranks before `b`; ties go to the lower index. Only completed trials rank.
    public func ranks(_ a: Trial, before b: Trial) -> Bool {
        guard let x = a.metrics.map(value), let y = b.metrics.map(value) else { return a.metrics != nil }
        if x != y { return maximizes ? x > y : x < y }
        return a.index < b.index
    }
}
