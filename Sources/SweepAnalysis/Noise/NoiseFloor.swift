public import SweepModel

/// How far apart accuracies must lie to mean something.
///
/// All trials are measured on the same validation images, so their errors are alike and a paired test could tell
/// smaller differences apart; but only accuracies are kept, not which images were right. The rule is therefore the
/// conservative one for two independent proportions, and the list of ties is rather too long than too short.
public struct NoiseFloor: Sendable, Equatable {
    /// Validation accuracy of the best trial by the sweep's metric, 0…1.
    public var bestAccuracy: Double
    /// Binomial standard error of `bestAccuracy`: √(p(1-p)/n).
    public var standardError: Double
    /// Completed trials whose accuracy lies no more than one standard error of the difference below the best trial's;
    /// the best first, by the sweep's metric, itself included. Accuracies decide even if the metric is a loss: no
    /// spread is kept for losses.
    public var tied: [Trial]

    /// Nil when no trial has completed or there are no validation samples.
    public init?(of record: SweepRecord) {
        let ranked = record.ranked
        guard record.validationExamples > 0, let accuracy = ranked.first?.metrics?.valAccuracy else { return nil }
        let samples = record.validationExamples
        bestAccuracy = accuracy
        standardError = Self.standardError(accuracy, samples: samples)
        tied = ranked.filter { trial in
            guard let other = trial.metrics?.valAccuracy else { return false }
            return accuracy - other <= Self.standardErrorOfDifference(accuracy, other, samples: samples)
        }
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
