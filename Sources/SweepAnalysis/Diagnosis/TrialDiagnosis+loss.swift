import SweepModel

extension TrialDiagnosis {
    /// Multiples of its standard error from which on a fall is more than noise.
    static let significance = 4.0
    /// The same for the end of a curve, where few points are left.
    static let clearFall = 2.0
    /// A loss that fell by less of itself has not begun to learn: rounding and single minibatches do as much.
    static let smallestFall = 0.02
    /// Share of the fall in the second half: a straight line brings 0.5, a curve that levels off over three of its
    /// time constants 0.18. From 0.4 on the training covers less than one time constant.
    static let linearShare = 0.4
    /// Share of the fall in the last third, from which on more training pays: 0.1 is left where the training covers
    /// three time constants. Finished CIFAR-10 trials have 0.03 to 0.07, those with a tenth of the rate 0.14 to 0.17.
    static let fallingShare = 0.1
    /// Or this part of the loss itself, for curves that begin far above a guess.
    static let fallingPart = 0.05
    /// At so much of a guess's loss, or above, next to nothing has been learned.
    static let nearGuess = 0.9
    /// Ups and downs of the validation loss from record to record, of its level; settled curves have 0.01.
    static let oscillation = 0.1

    /// Loss falls like a straight line: the rate is too low.
    func fallsLinearly() -> Finding? {
        guard let curve else { return nil }
        let (fall, start, end) = (curve.fall, curve.start.mean, curve.end.mean)
        if abs(fall.size) < Self.smallestFall * start {
            // Near a guess and quiet: too small steps. Near a guess and restless is the plateau of too large ones.
            guard let guessLoss, end > Self.nearGuess * guessLoss, curve.noise < Self.smallestFall * start,
                !isRestless
            else { return nil }
            let (first, last) = Wording.distinct(start, end)
            return finding(
                .advice, .lossFallsLinearly, title: "The loss has hardly moved",
                detail: "It went from \(first) to \(last), and a guess has \(Wording.loss(guessLoss)): the steps are "
                    + "too small.",
                advice: higherRate(), parameter: "learning_rate")
        }
        guard let (share, error) = curve.lateShare(significance: Self.significance),
            share - error >= Self.linearShare
        else { return nil }
        // Where only the training loss goes on, the net learns its images by heart, and not too slowly.
        if let validation, let other = validation.lateShare(significance: Self.significance) {
            guard other.share >= Self.linearShare else { return nil }
        }
        return finding(
            .advice, .lossFallsLinearly, title: "The loss falls in a straight line",
            detail: "It fell from \(Wording.loss(start)) to \(Wording.loss(end)), \(Wording.percent(share)) of that in "
                + "the second half; a straight line brings 50 %, a curve that levels off much less. "
                + "The learning rate is too low.",
            advice: higherRate(), parameter: "learning_rate")
    }

    private func higherRate() -> String {
        guard let rate else { return "Raise learning_rate to three or ten times its value." }
        let tries = [3, 10].map { Wording.number(Wording.significant(rate * $0, 2)) }
        return "Raise learning_rate, \(Wording.number(rate)) here, to \(Wording.list(tries, "or"))."
    }

    /// Loss is flat, and high: the rate is too high.
    func plateausHigh() -> Finding? {
        guard let curve, case let validation = validation ?? curve, validation.isFlat(Self.smallestFall) else {
            return nil
        }
        let level = validation.level(0.5, 1).mean
        if isRestless {
            return finding(
                .advice, .lossPlateausHigh, title: "The loss jumps and does not settle",
                detail: "Over the second half the validation loss goes up and down by "
                    + "\(Wording.percent(restlessness)) of its \(Wording.loss(level)) from record to record and "
                    + "falls no further: the learning rate is too high.",
                advice: lowerRate(), parameter: "learning_rate")
        }
        guard let guessLoss, level > Self.nearGuess * guessLoss else { return nil }
        // A loss that never moved and is quiet has too small steps, which is the other rule's.
        let moved = abs(validation.fall.size) >= Self.smallestFall * validation.start.mean
        guard moved || curve.noise >= Self.smallestFall * level else { return nil }
        return finding(
            .advice, .lossPlateausHigh, title: "The loss is stuck near a guess",
            detail:
                "Over the second half it stays at \(Wording.loss(level)), and a guess among \(classes ?? 0) classes "
                + "has \(Wording.loss(guessLoss)): the learning rate is too high.",
            advice: lowerRate(), parameter: "learning_rate")
    }

    func lowerRate() -> String {
        guard let rate else { return "Lower learning_rate to a third or a tenth." }
        let tries = [3, 10].map { Wording.number(Wording.significant(rate / $0, 1)) }
        return "Lower learning_rate, \(Wording.number(rate)) here, to \(Wording.list(tries, "or"))."
    }

    var isRestless: Bool { restlessness > Self.oscillation }

    /// Median step of the validation loss from record to record over the second half, of its level there.
    private var restlessness: Double {
        let losses = record.epochs.map(\.metrics.valLoss).filter(\.isFinite)
        let half = losses.suffix(losses.count / 2)
        guard half.count >= 4 else { return 0 }
        let level = half.reduce(0, +) / Double(half.count)
        let steps = zip(half, half.dropFirst()).map { abs($1 - $0) }.sorted()
        return level > 0 ? steps[steps.count / 2] / level : 0
    }

    /// The loss falls to the very end: train longer.
    func stillFalling() -> Finding? {
        guard let curve = validation ?? curve else { return nil }
        // A record's validation loss stands for itself; of minibatch losses it takes several.
        let (before, end) =
            curve.isFine ? (curve.level(0.6, 0.73), curve.end) : (curve.level(2.0 / 3, 2.0 / 3), curve.level(1, 1))
        // What a curve fell before it was as good as a guess is the first weights' doing.
        let guess = guessLoss ?? .infinity
        let start = end.mean < guess ? min(curve.start.mean, guess) : curve.start.mean
        let (fall, error) = LossCurve.difference(before, end)
        guard fall > Self.clearFall * error, end.mean > 0, start > end.mean else { return nil }
        guard fall / (start - end.mean) > Self.fallingShare || fall / end.mean > Self.fallingPart else { return nil }
        let longer: (String, Double)? =
            if let iterations = number("iterations") {
                ("iterations", iterations)
            } else if let epochs = number("epochs") {
                ("epochs", epochs)
            } else {
                nil
            }
        return finding(
            .advice, .lossStillFalling, title: "The loss was still falling at the end",
            detail: "The \(curve.isFine ? "training" : "validation") loss fell from \(Wording.loss(before.mean)) to "
                + "\(Wording.loss(end.mean)) in the last third of the training.",
            advice: longer.map { "Train longer: \($0) \(Wording.number($1 * 2)) instead of \(Wording.number($1))." }
                ?? "Train longer: twice the epochs.", parameter: longer?.0 ?? "epochs")
    }
}
