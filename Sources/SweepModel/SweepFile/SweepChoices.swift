/// How a sweep goes through its space.
public enum SearchMethod: String, Sendable, Codable, CaseIterable {
    case grid, random
    /// Points of a scrambled Sobol sequence, which fill the space more evenly than random ones.
    case sobol
    /// Multivariate tree-structured Parzen estimator: later configurations follow from earlier results.
    case tpe
    /// Gaussian process with expected improvement: later configurations follow from earlier results.
    case bayes

    /// Whether configurations follow from earlier results.
    var learns: Bool { learning != nil }
}

/// Which weights a trial keeps.
public enum KeptWeights: String, Sendable, Codable, CaseIterable {
    /// Those after the last iteration.
    case last
    /// Those of the epoch with the best metric.
    case best
}

/// On how many training images the training accuracy is measured.
public enum TrainAccuracy: String, Sendable, Codable, CaseIterable {
    /// On 1000 images that the sweep's seed fixes.
    case sample
    /// On all of them, at the end of each trial.
    case full
}

/// Which trials a worker serves first.
public enum TrialOrder: String, Sendable, Codable, CaseIterable {
    /// All running trials in turn.
    case breadth
    /// Each trial to its end.
    case depth
}
