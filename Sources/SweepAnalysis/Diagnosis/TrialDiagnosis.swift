#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

import SweepModel

/// The rules for one trial; each returns nil when it has nothing to say or too little to say it from.
struct TrialDiagnosis {
    let record: TrialRecord
    let validationExamples: Int
    /// Nil when nobody knows.
    let classes: Int?

    var trial: Trial { record.trial }

    /// The most important first.
    func findings() -> [Finding] {
        switch trial.state {
        case .diverged: return [diverged()]
        case .completed: return Diagnosis.ranked(completed())
        // A curve that goes on, or was cut off, has no end to judge; the size of its steps can be seen at once.
        case .running, .pruned, .failed, .cancelled:
            return Diagnosis.ranked([updateRatio(isSlow: false, isStuck: false)].compactMap { $0 })
        case .queued: return []
        }
    }

    private func completed() -> [Finding] {
        let (plateau, linear) = (plateausHigh(), fallsLinearly())
        let falling = linear == nil && plateau == nil ? stillFalling() : nil
        // A net that still learns, or never did, has not reached its capacity; without a curve nobody knows.
        let isSettled = curve != nil && plateau == nil && linear == nil && falling == nil
        let ratio = updateRatio(
            isSlow: linear != nil || falling != nil,
            isStuck: plateau != nil || isRestless
                || validation.map { $0.lateFall.size < Self.smallestFall * $0.middle.mean } ?? false)
        return [
            plateau, linear, falling, overfitting(), isSettled ? noGap() : nil, bestBeforeTheEnd(), ratio,
            deadUnits(), noisyWeights(),
        ].compactMap { $0 }
    }

    private func diverged() -> Finding {
        let lower = rate.map { "Lower learning_rate, \(Wording.number($0)) here, to a third or a tenth." }
        return finding(
            .warning, .diverged, title: "The loss is no longer a number",
            detail: trial.reason.map { "The trial diverged: \($0)." } ?? "The trial diverged.",
            advice: lower ?? "Lower learning_rate to a third or a tenth.", parameter: "learning_rate")
    }

    func finding(
        _ level: Finding.Level, _ code: Finding.Code, title: String, detail: String, advice: String?,
        parameter: String? = nil
    ) -> Finding {
        Finding(level, code, title: title, detail: detail, advice: advice, trial: trial.id, parameter: parameter)
    }

    // MARK: What rules look at

    /// The learning rate at the start.
    var rate: Double? { number("learning_rate") ?? record.epochs.first?.learningRate }

    func number(_ name: String) -> Double? { trial.parameters[name]?.doubleValue }

    /// Loss of a guess: ln(classes).
    var guessLoss: Double? { classes.flatMap { $0 > 1 ? log(Double($0)) : nil } }

    /// The curve of training; nil with too few points.
    var curve: LossCurve? { LossCurve(record.epochs) }

    /// The curve of the validation loss; nil with too few records.
    var validation: LossCurve? { LossCurve(validation: record.epochs) }
}
