public import SweepModel

/// How far apart accuracies must lie to mean something.
public struct NoiseFloor: Sendable, Equatable {
    /// Validation accuracy of the best trial by the sweep's metric, 0…1.
    public var bestAccuracy: Double
    /// Binomial standard error of `bestAccuracy`: √(p(1-p)/n).
    public var standardError: Double
    /// The best trial, then of each configuration that cannot be told apart from it the best replicate; in order of rank.
    /// ``Standings`` has the rule.
    public var tied: [Trial]

    /// Nil when no trial has completed or there are no validation samples.
    public init?(of record: SweepRecord) {
        guard record.validationExamples > 0 else { return nil }
        let standings = Standings(of: record)
        guard let best = standings.best?.completed.first, let accuracy = best.metrics?.valAccuracy else { return nil }
        bestAccuracy = accuracy
        standardError = Self.standardError(accuracy, samples: record.validationExamples)
        tied = [best] + standings.tied.compactMap { standings.configurations[$0].completed.first }
    }

    /// Of an accuracy measured on so many samples.
    public static func standardError(_ accuracy: Double, samples: Int) -> Double {
        guard samples > 0 else { return .infinity }
        let p = min(max(accuracy, 0), 1)
        return (p * (1 - p) / Double(samples)).squareRoot()
    }

    /// Of the difference of two accuracies, each measured on so many samples, as if these were different ones.
    public static func standardErrorOfDifference(_ a: Double, _ b: Double, samples: Int) -> Double {
        let (first, second) = (standardError(a, samples: samples), standardError(b, samples: samples))
        return (first * first + second * second).squareRoot()
    }
}
