import SweepModel

extension TrialDiagnosis {
    /// |ΔW| / |W| of a healthy step (CS231n's notes on learning).
    static let healthyRatio = 1e-3
    /// A ratio off by less is common among good trainings.
    static let ratioFactor = 10.0
    /// The first records belong to the first weights, which say little of the training.
    static let firstRatioEpoch = 1
    /// Dead units from this share on cost capacity …
    static let deadShare = 0.1
    /// … and from this on are what a far too high rate leaves (CS231n's notes on neurons).
    static let deadlyShare = 0.4
    /// Roughness of the median unit; see `FirstLayer.roughness`. Half of white noise's.
    static let noisyRoughness = 1.0

    /// Steps far larger or smaller than a thousandth of the weights.
    ///
    /// By itself a note: the exercise's best nets, on pixels of 0 to 255 and with first weights of 1e-4, take steps of
    /// 0.02. It is advice where the loss says the same.
    func updateRatio(isSlow: Bool, isStuck: Bool) -> Finding? {
        let ratios = record.epochs.filter { $0.epoch >= Self.firstRatioEpoch }.compactMap(\.updateRatio)
            .filter { $0.isFinite && $0 > 0 }.sorted()
        guard ratios.count >= 3 else { return nil }
        let ratio = ratios[ratios.count / 2]
        let factor = ratio / Self.healthyRatio
        guard factor >= Self.ratioFactor || factor <= 1 / Self.ratioFactor else { return nil }
        let isHigh = factor > 1
        let times = isHigh ? factor : 1 / factor
        // No step of the advice is larger than a decade: further on, the ratio no longer follows the rate alone.
        let move = isHigh ? 1 / min(times, 10) : min(times, 10)
        let target = rate.map { (Wording.number($0), Wording.number(Wording.significant($0 * move, 1))) }
        let isBorneOut = isHigh ? isStuck : isSlow
        let verb = isHigh ? "Lower" : "Raise"
        let advice =
            if isBorneOut {
                target.map { "\(verb) learning_rate from \($0) towards \($1)." } ?? "\(verb) learning_rate."
            } else {
                "The loss gives no reason to act; if it did, the way would be a "
                    + (isHigh ? "lower" : "higher") + " learning_rate" + (target.map { ", towards \($1)." } ?? ".")
            }
        return finding(
            isBorneOut ? .advice : .note, .updateRatio,
            title: isHigh ? "Steps are large for the weights" : "Steps are small for the weights",
            detail: "A typical step changes the first layer by \(Wording.number(Wording.significant(ratio, 2))) of its "
                + "norm, \(Wording.fixed(times, 0)) times \(isHigh ? "more" : "less") than the usual 0.001.",
            advice: advice, parameter: "learning_rate")
    }

    /// Units that no validation image activates.
    func deadUnits() -> Finding? {
        guard let dead = trial.deadUnits, dead > 0, record.hiddenUnits > 0 else { return nil }
        let share = Double(dead) / Double(record.hiddenUnits)
        guard share >= Self.deadShare else { return nil }
        return finding(
            share >= Self.deadlyShare ? .warning : .advice, .deadUnits, title: "Dead units",
            detail: "\(dead) of \(Wording.count(record.hiddenUnits, "hidden unit")) (\(Wording.percent(share))) are "
                + "active for no validation image; no gradient reaches them any more.",
            advice: lowerRate(), parameter: "learning_rate")
    }

    /// First-layer pictures that look like noise.
    func noisyWeights() -> Finding? {
        guard let layer = record.firstLayer, let roughness = layer.roughness, !roughness.isEmpty else { return nil }
        let sorted = roughness.sorted()
        let median = sorted[sorted.count / 2]
        guard median > Self.noisyRoughness else { return nil }
        let noisy = roughness.count { $0 > Self.noisyRoughness }
        return finding(
            .advice, .noisyWeights, title: "Noisy first-layer pictures",
            detail: "In \(noisy) of \(roughness.count) units neighbouring weights differ more than they are alike "
                + "(\(Wording.fixed(median, 2)) in the median unit; pure noise has 2, clear templates 0.4): "
                + "the net has not converged, or lacks regularisation.",
            advice: "Train longer, raise learning_rate, or raise reg.", parameter: nil)
    }
}
