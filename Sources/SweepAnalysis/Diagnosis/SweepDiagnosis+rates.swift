import SweepModel

extension SweepDiagnosis {
    /// Fewer diverged trials may be chance.
    static let leastDiverged = 3
    /// From this share of the sweep on, divergence has wasted it.
    static let wastedShare = 0.25
    /// From this share on, divergence without a clear bound is worth a word.
    static let notedShare = 0.1
    /// Rates that a list has at most; drawn rates are all different and make no groups.
    static let mostRates = 24

    private static let rate = "learning_rate"

    private func rate(_ trial: Trial) -> Double? { trial.parameters[Self.rate]?.doubleValue }

    /// What divergence follows from, and the rate from which on every trial diverged.
    func divergence() -> (finding: Finding?, bound: Double?) {
        let diverged = record.trials.filter { $0.state == .diverged }
        let rates = diverged.compactMap(rate).sorted()
        guard diverged.count >= Self.leastDiverged, let highest = ranked.compactMap(rate).max() else {
            return (nil, nil)
        }
        let above = rates.filter { $0 > highest }
        let share = Double(diverged.count) / Double(record.trials.count)
        if above.count >= Self.leastDiverged, let bound = above.first {
            return (bounded(above, bound, highest, below: rates.count - above.count), bound)
        }
        guard share >= Self.notedShare else { return (nil, nil) }
        let completed = ranked.compactMap(rate).sorted()
        let median = completed[completed.count / 2]
        let high = rates.count { $0 > median }
        let blamesRate = !rates.isEmpty && high * 4 >= rates.count * 3
        return (
            Finding(
                .warning, .diverged, title: "\(diverged.count) trials diverged",
                detail: "\(diverged.count) of \(record.trials.count) trials diverged, \(high) of them with a "
                    + "learning_rate above \(Wording.number(Wording.significant(median, 3))), the median of those that "
                    + "completed.",
                advice: blamesRate
                    ? "Search lower values of learning_rate."
                    : "Rates do not explain it; look at the diverged trials' other parameters.",
                parameter: blamesRate ? Self.rate : nil), nil
        )
    }

    private func bounded(_ above: [Double], _ bound: Double, _ highest: Double, below: Int) -> Finding {
        let distinct = Set(above).sorted()
        let (boundText, highestText) = Wording.distinct(bound, highest)
        var detail: String
        if distinct.count <= Self.mostRates, distinct.count < above.count {
            let parts = distinct.map { value in "\(above.count { $0 == value }) with \(Wording.number(value))" }
            detail = "Every trial with learning_rate \(boundText) or more diverged: \(Wording.list(parts))."
        } else {
            detail =
                "Every trial with a learning_rate from \(boundText) on diverged, "
                + "\(above.count) in all."
        }
        detail += " The highest rate that completed is \(highestText)."
        if below > 0 { detail += " At or below it \(below) more diverged." }
        let share = Double(above.count) / Double(record.trials.count)
        return Finding(
            share >= Self.wastedShare ? .warning : .advice, .divergenceByRate, title: "High rates diverge",
            detail: detail,
            advice: "Search only below learning_rate \(boundText).",
            parameter: Self.rate)
    }

    /// Above the best rate, losses fall fast at first and then stay high.
    func plateauByRate() -> Finding? {
        guard let best = ranked.first, let bestRate = rate(best), record.variedParameters.contains(Self.rate),
            let bestLoss = best.metrics?.valLoss, let bestAccuracy = best.metrics?.valAccuracy
        else { return nil }
        let higher = Dictionary(grouping: ranked.filter { (rate($0) ?? 0) > bestRate }) { rate($0) ?? 0 }
        guard higher.count <= Self.mostRates else { return nil }
        let high = higher.filter { _, trials in
            let stuck = trials.filter { isStuck($0, above: bestLoss, below: bestAccuracy) }
            return trials.count >= 2 && stuck.count * 2 >= trials.count
        }
        guard let lowest = high.keys.min(), let trials = high[lowest] else { return nil }
        let losses = trials.compactMap { $0.metrics?.valLoss }.sorted()
        guard !losses.isEmpty else { return nil }
        return Finding(
            .advice, .lossPlateausHigh, title: "High rates stop early",
            detail: "With learning_rate \(Wording.number(lowest)) the validation loss falls fast, then stays at "
                + "\(Wording.loss(losses[losses.count / 2])) (median of \(Wording.count(losses.count, "trial"))); "
                + "with \(Wording.number(bestRate)) it reaches \(Wording.loss(bestLoss)).",
            advice: "Search below learning_rate \(Wording.number(lowest)).", parameter: Self.rate)
    }

    /// Most of its fall came in the first quarter, the second half is flat, and the end is clearly worse than the best.
    private func isStuck(_ trial: Trial, above loss: Double, below accuracy: Double) -> Bool {
        guard let metrics = trial.metrics, let curve = LossCurve(validation: record.curves[trial.id] ?? []) else {
            return false
        }
        let error = NoiseFloor.standardErrorOfDifference(
            accuracy, metrics.valAccuracy, samples: record.validationExamples)
        guard accuracy - metrics.valAccuracy > error, metrics.valLoss > 1.1 * loss else { return false }
        let early = curve.start.mean - curve.level(0.2, 0.3).mean
        return curve.lateFall.size < TrialDiagnosis.smallestFall * curve.middle.mean && early > 0.8 * curve.fall.size
            && curve.fall.size > 0
    }
}
