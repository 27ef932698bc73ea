import SweepModel

extension TrialDiagnosis {
    /// Training images behind a training accuracy unless the file asks for all of them; with more the noise is less.
    static let trainingSample = 1000
    /// A gap from here on is large: the exercise's best net has 0.06 at 0.53.
    static let largeGap = 0.1
    /// Where errors are few, a gap this small is large …
    static let smallestLargeGap = 0.03
    /// … if the validation error is so many times the training error.
    static let errorRatio = 3.0
    /// Multiples of its standard error from which on a gap is more than noise.
    static let gapSignificance = 3.0
    /// A net that gets so much of its training images right lacks no capacity.
    static let enoughAccuracy = 0.98
    /// Multiples of the standard error by which the last accuracy must lie below the peak: the peak is the best of
    /// many records and so too high by itself.
    static let peakSignificance = 2.0

    private var gap: (size: Double, error: Double, train: Double, validation: Double)? {
        guard let metrics = trial.metrics, validationExamples > 0 else { return nil }
        let (train, validation) = (metrics.trainAccuracy, metrics.valAccuracy)
        guard train.isFinite, validation.isFinite else { return nil }
        let first = NoiseFloor.standardError(train, samples: Self.trainingSample)
        let second = NoiseFloor.standardError(validation, samples: validationExamples)
        return (train - validation, (first * first + second * second).squareRoot(), train, validation)
    }

    /// Training accuracy far above validation accuracy.
    func overfitting() -> Finding? {
        guard let gap, gap.size > Self.gapSignificance * gap.error else { return nil }
        let fewErrors = gap.size >= Self.smallestLargeGap && 1 - gap.validation >= Self.errorRatio * (1 - gap.train)
        guard gap.size >= Self.largeGap || fewErrors else { return nil }
        var remedies: [String] = []
        if let reg = number("reg"), reg > 0 {
            remedies.append(
                "raise reg from \(Wording.number(reg)) to \(Wording.number(Wording.significant(reg * 10, 2)))")
        } else {
            remedies.append("set reg, such as 0.001")
        }
        let dropout = number("dropout") ?? 0
        remedies.append(dropout > 0 ? "raise dropout above \(Wording.number(dropout))" : "set dropout 0.5")
        if let hidden = number("hidden_size"), hidden > 1 {
            remedies.append("take fewer than \(Wording.number(hidden)) hidden units")
        }
        let advice = Wording.list(remedies, "or")
        return finding(
            .advice, .overfitting, title: "A large gap: overfitting",
            detail: "Training accuracy is \(Wording.accuracy(gap.train)), validation accuracy "
                + "\(Wording.accuracy(gap.validation)): it knows \(Wording.fixed(100 * gap.size, 0)) points more of "
                + "the images that it has seen.",
            advice: advice.prefix(1).uppercased() + advice.dropFirst() + ".", parameter: "reg")
    }

    /// Training and validation accuracy alike: the net could learn more.
    func noGap() -> Finding? {
        guard let gap, gap.size <= gap.error, gap.train < Self.enoughAccuracy else { return nil }
        // Where even a guess is as good, the net has not learned and says nothing of its capacity.
        guard let classes, gap.validation > 2 / Double(max(classes, 1)) || classes <= 2 else { return nil }
        let hidden = number("hidden_size")
        return finding(
            .advice, .noGap, title: "No gap between training and validation",
            detail: "Training accuracy is \(Wording.accuracy(gap.train)), validation accuracy "
                + "\(Wording.accuracy(gap.validation)), within the noise of \(Wording.accuracy(gap.error)): "
                + "the net's capacity may be too low.",
            advice: hidden.map {
                "Take \(Wording.number(2 * $0)) or \(Wording.number(4 * $0)) hidden units, or less regularisation."
            } ?? "Take more hidden units, or less regularisation.", parameter: "hidden_size")
    }

    /// The best accuracy came earlier, by more than noise.
    func bestBeforeTheEnd() -> Finding? {
        let accuracies = record.epochs.filter { $0.metrics.valAccuracy.isFinite }
        guard accuracies.count >= 4, validationExamples > 0, let last = accuracies.last,
            let peak = accuracies.max(by: { $0.metrics.valAccuracy < $1.metrics.valAccuracy })
        else { return nil }
        let (high, low) = (peak.metrics.valAccuracy, last.metrics.valAccuracy)
        let error = NoiseFloor.standardErrorOfDifference(high, low, samples: validationExamples)
        guard high - low > Self.peakSignificance * error else { return nil }
        // The kept weights may be those of the peak already.
        let isKept = (trial.metrics?.valAccuracy ?? 0) > (high + low) / 2
        return finding(
            isKept ? .note : .advice, .bestBeforeTheEnd, title: "Best before the end",
            detail: "Validation accuracy was \(Wording.accuracy(high)) at epoch \(peak.epoch) and "
                + "\(Wording.accuracy(low)) at epoch \(last.epoch), the last.",
            advice: isKept
                ? "Train for fewer epochs: nothing came after the peak."
                : "Write \"keep\": \"best\" in the sweep file, or train for fewer epochs.")
    }
}
