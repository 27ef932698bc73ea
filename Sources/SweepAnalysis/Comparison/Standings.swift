public import SweepModel

/// How sure the first place of a sweep is: the winner's mean with its interval, and who cannot be told apart from it.
///
/// **Who is tied.** Another configuration is told apart from the winner when a one-sided test of their means rejects at
/// the level 0.05 / (k - 1), where k is the number of configurations that compete (Bonferroni). Whichever of them is
/// truly the best, it is then the winner or in the list with a probability of at least 95 %, although the winner was
/// chosen by the same figures: subset selection as of Gupta (Technometrics 7, 1965), multiple comparisons with the best
/// as of Hsu (Annals of Statistics 12, 1984). With replicates the test is Welch's (Biometrika 34, 1947): seeds of
/// different configurations are not paired. A configuration with a single completed replicate borrows the variance of
/// all others.
///
/// **One replicate.** Then only the binomial spread of each accuracy is known. All are measured on the same images, so
/// that McNemar's test would tell smaller differences apart; but only counts are kept, not which images were right. The
/// rule is the one for independent proportions, and the list is rather too long than too short. What another seed
/// would have given is in no figure.
public struct Standings: Sendable {
    /// What the spread was taken from.
    public enum Basis: String, Codable, Sendable, CaseIterable {
        /// Results of different seeds, on the same validation images.
        case seeds
        /// The number of validation images, with one seed.
        case images
    }

    /// 1 less the level of the intervals and of the ties.
    public static let risk = 0.05

    /// All of the sweep, the best first; those without a result come last.
    public let configurations: [ConfigurationOutcome]
    /// Indices into `configurations` of those that cannot be told apart from the first; without the first.
    public let tied: [Int]
    public let metric: RankingMetric
    private let validationExamples: Int

    /// The first, if it has a result.
    public var best: ConfigurationOutcome? { configurations.first.flatMap { $0.mean == nil ? nil : $0 } }

    /// - Parameter validationExamples: 0 when nobody knows.
    public init(_ trials: [Trial], replicates: Int, metric: RankingMetric, validationExamples: Int) {
        let ranked = ConfigurationOutcome.ranked(trials, replicates: replicates, metric: metric)
        (configurations, self.metric, self.validationExamples) = (ranked, metric, validationExamples)
        let spread = Spread(ranked, metric, validationExamples)
        // What diverged with some seed is told apart by that.
        let rivals = ranked.indices.dropFirst().filter { ranked[$0].mean != nil && ranked[$0].standing != .unstable }
        guard let first = ranked.first, let best = spread.estimate(first) else {
            tied = []
            return
        }
        let tail = Self.risk / Double(max(rivals.count, 1))
        tied = rivals.filter { place in
            guard let other = spread.estimate(ranked[place]) else { return false }
            let sign: Double = spread.maximizes ? 1 : -1
            return !Self.isBetter(best, other, sign: sign, tail: tail)
        }
    }

    public init(of record: SweepRecord) {
        self.init(
            record.trials, replicates: record.spec.replicates, metric: record.sweep.metric,
            validationExamples: record.validationExamples)
    }

    /// What the spread of a configuration is taken from; nil where there is none.
    public func basis(of configuration: ConfigurationOutcome) -> Basis? {
        if configuration.values.count > 1 { return .seeds }
        guard configuration.values.count == 1, metric == .valAccuracy, validationExamples > 0 else { return nil }
        return .images
    }

    /// Of the mean: from seed to seed, or with one replicate the binomial one of its accuracy.
    public func standardError(of configuration: ConfigurationOutcome) -> Double? {
        switch basis(of: configuration) {
        case .seeds: configuration.standardError
        case .images: configuration.mean.map { NoiseFloor.standardError($0, samples: validationExamples) }
        case nil: nil
        }
    }

    /// At 95 %: of the mean over seeds by Student's t; with one replicate Wilson's interval of its accuracy.
    public func interval95(of configuration: ConfigurationOutcome) -> (lower: Double, upper: Double)? {
        guard let mean = configuration.mean else { return nil }
        switch basis(of: configuration) {
        case .seeds:
            guard let error = configuration.standardError else { return nil }
            let t = StudentT(degrees: Double(configuration.values.count - 1)).quantile(upperTail: Self.risk / 2)
            let (low, high) = (mean - t * error, mean + t * error)
            return metric == .valAccuracy ? (max(low, 0), min(high, 1)) : (low, high)
        case .images: return Wilson.interval95(mean, samples: validationExamples)
        case nil: return nil
        }
    }

    private static func isBetter(_ a: Estimate, _ b: Estimate, sign: Double, tail: Double) -> Bool {
        let difference = sign * (a.mean - b.mean)
        let variance = a.variance + b.variance
        guard difference > 0 else { return false }
        guard variance > 0 else { return true }
        // Welch and Satterthwaite; a variance that is known exactly has no degrees to lose.
        let shares = a.variance * a.variance / a.degrees + b.variance * b.variance / b.degrees
        let degrees = shares > 0 ? variance * variance / shares : .infinity
        return StudentT(degrees: degrees).upperTail(difference / variance.squareRoot()) < tail
    }
}

/// A mean with its variance and how well that variance is known.
private struct Estimate {
    var mean: Double
    /// Of the mean.
    var variance: Double
    var degrees: Double
}

/// Where the variances come from.
private struct Spread {
    private let metric: RankingMetric
    private let images: Int
    private let hasReplicates: Bool
    /// Variance of one result over all configurations with two or more, and its degrees of freedom.
    private let pooled: (variance: Double, degrees: Double)?

    init(_ configurations: [ConfigurationOutcome], _ metric: RankingMetric, _ images: Int) {
        (self.metric, self.images) = (metric, images)
        hasReplicates = configurations.contains { $0.planned > 1 }
        var (sum, degrees) = (0.0, 0.0)
        for configuration in configurations where configuration.standing != .unstable {
            guard let variance = configuration.variance else { continue }
            let own = Double(configuration.values.count - 1)
            sum += own * variance
            degrees += own
        }
        pooled = degrees > 0 ? (sum / degrees, degrees) : nil
    }

    /// With one replicate accuracies are compared even if the metric is a loss: no spread is kept for losses.
    var maximizes: Bool { hasReplicates ? metric.maximizes : true }

    func estimate(_ configuration: ConfigurationOutcome) -> Estimate? {
        guard let mean = configuration.mean else { return nil }
        guard hasReplicates else {
            guard images > 0, let accuracy = configuration.completed.first?.metrics?.valAccuracy else { return nil }
            let error = NoiseFloor.standardError(accuracy, samples: images)
            return Estimate(mean: accuracy, variance: error * error, degrees: .infinity)
        }
        let count = Double(configuration.values.count)
        // Equal counts of right images with all seeds are luck: no result is known better than a count is.
        let least = metric == .valAccuracy && images > 0 ? 1 / (12 * Double(images) * Double(images)) : 0
        if let variance = configuration.variance {
            return Estimate(mean: mean, variance: max(variance, least) / count, degrees: count - 1)
        }
        // Without any variance to borrow nothing can be told apart from it.
        guard let pooled else { return Estimate(mean: mean, variance: .infinity, degrees: 1) }
        return Estimate(mean: mean, variance: max(pooled.variance, least) / count, degrees: pooled.degrees)
    }
}
