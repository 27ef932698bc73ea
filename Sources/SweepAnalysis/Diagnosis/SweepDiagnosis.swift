import SweepModel

/// The rules for a sweep; each returns what it has to say, or nothing when there is too little to say it from.
struct SweepDiagnosis {
    let record: SweepRecord
    /// Completed trials, the best first.
    let ranked: [Trial]

    init(_ record: SweepRecord) {
        self.record = record
        ranked = record.ranked
    }

    var metric: RankingMetric { record.sweep.metric }

    /// The most important first.
    func findings() -> [Finding] {
        let (divergence, bound) = divergence()
        let borders = borders(divergingFrom: bound)
        let directed = Set(borders.compactMap(\.finding.parameter))
        return Diagnosis.ranked(
            [nothingCompleted(), divergence, testLooks(), plateauByRate()].compactMap { $0 }
                + borders.map(\.finding) + bestTrial()
                + [pastTheirPeak(), withinNoise(), decisiveParameters(besides: directed)].compactMap { $0 })
    }

    /// The metric of a completed trial, larger is better.
    func score(_ trial: Trial) -> Double? {
        guard trial.state == .completed, let value = trial.metrics.map(metric.value), value.isFinite else { return nil }
        return metric.maximizes ? value : -value
    }

    /// The metric as sentences have it.
    func text(_ value: Double) -> String {
        metric == .valAccuracy ? Wording.accuracy(value) : Wording.loss(value)
    }

    // MARK: Short rules

    private func nothingCompleted() -> Finding? {
        let ended = record.trials.filter(\.state.isEnded)
        guard ranked.isEmpty, !ended.isEmpty, ended.count == record.trials.count || record.sweep.state.isEnded else {
            return nil
        }
        let counts = TrialState.allCases.compactMap { state in
            let count = ended.count { $0.state == state }
            return count > 0 ? "\(count) \(state.rawValue)" : nil
        }
        let diverged = ended.count { $0.state == .diverged }
        let lowest = ended.filter { $0.state == .diverged }
            .compactMap { $0.parameters["learning_rate"]?.doubleValue }.min()
        let advice: String? =
            if diverged * 2 > ended.count {
                lowest.map { "Search below learning_rate \(Wording.number($0))." } ?? "Lower learning_rate."
            } else {
                ended.contains { $0.state == .failed } ? "Read the reasons of the failed trials." : nil
            }
        return Finding(
            .warning, .nothingCompleted, title: "No trial completed",
            detail: "Of \(Wording.count(record.trials.count, "trial")): \(Wording.list(counts)).", advice: advice)
    }

    private func testLooks() -> Finding? {
        let models = Set(record.promotions.map { $0.isEnsemble ? $0.modelDigest : "\($0.trial)" }).count
        guard models > 1 else { return nil }
        return Finding(
            .warning, .testLooks, title: "Several looks at the test set",
            detail: "\(models) models of this sweep were measured on the test set. The best of several test accuracies "
                + "is too high, as the best of several validation accuracies is.",
            advice: "Report the one that was chosen by validation, not the best of them.")
    }

    private func withinNoise() -> Finding? {
        guard let noise = NoiseFloor(of: record), noise.tied.count > 1, let best = noise.tied.first,
            let least = noise.tied.compactMap({ $0.metrics?.valAccuracy }).min()
        else { return nil }
        let p = noise.bestAccuracy
        let hasReplicates = record.spec.replicates > 1
        let noun = hasReplicates ? "configuration" : "completed trial"
        let things = hasReplicates ? "configurations" : "trials"
        let competitors = Set(ranked.map { record.spec.configuration(of: $0.index) }).count
        // Two standard errors of the difference of two such accuracies are then a hundredth.
        let needed = Wording.significant(2 * p * (1 - p) * 4 / 1e-4, 2)
        // An accuracy of 1 tells nothing of the spread.
        let more =
            needed > Double(record.validationExamples)
            ? ": \(Wording.number(needed)) would tell a difference of 0.01" : ""
        var detail =
            "The best trial has validation accuracy \(Wording.accuracy(p)) ± \(Wording.accuracy(noise.standardError)) "
            + "(one standard error, \(Wording.count(record.validationExamples, "image"))). "
            + "\(noise.tied.count) of \(Wording.count(competitors, noun)), down to "
            + "\(Wording.accuracy(least)), cannot be told apart from it."
        if let quick = noise.tied.min(by: { $0.seconds < $1.seconds }), quick.seconds > 0,
            quick.seconds * 2 < best.seconds
        {
            detail +=
                " The quickest of them, trial \(quick.id), took \(Wording.loss(quick.seconds)) s, "
                + "the best \(Wording.loss(best.seconds)) s."
        }
        return Finding(
            .note, .withinNoise, title: "\(noise.tied.count) \(things) within the noise", detail: detail,
            advice: "Read no meaning into their order. Train the leading ones again with other seeds, or validate on "
                + "more images\(more).")
    }

    /// Trials whose last weights are worse than earlier ones.
    private func pastTheirPeak() -> Finding? {
        guard record.spec.keep == .last else { return nil }
        let past = ranked.filter { trial in
            TrialDiagnosis(trialRecord(trial), record).bestBeforeTheEnd() != nil
        }
        // One in ten could be chance and bad luck; a quarter is the sweep's length.
        guard past.count >= 3, past.count * 4 >= ranked.count else { return nil }
        return Finding(
            .advice, .bestBeforeTheEnd, title: "Trials run past their best epoch",
            detail:
                "\(past.count) of \(Wording.count(ranked.count, "completed trial")) end below their best validation "
                + "accuracy by more than noise, and the last weights are kept.",
            advice: "Write \"keep\": \"best\" in the sweep file, or train for fewer epochs.")
    }

    /// What the trial's own rules say of the best one.
    private func bestTrial() -> [Finding] {
        guard let best = ranked.first else { return [] }
        return TrialDiagnosis(trialRecord(best), record).findings().map { finding in
            var finding = finding
            finding.detail =
                "Trial \(best.id), the best: " + finding.detail.prefix(1).lowercased() + finding.detail.dropFirst()
            return finding
        }
    }

    func trialRecord(_ trial: Trial) -> TrialRecord {
        TrialRecord(
            trial: trial, epochs: record.curves[trial.id] ?? [],
            hiddenUnits: trial.parameters["hidden_size"]?.integerValue ?? 0)
    }
}

extension TrialDiagnosis {
    init(_ trial: TrialRecord, _ sweep: SweepRecord) {
        self.init(record: trial, validationExamples: sweep.validationExamples, classes: sweep.classes)
    }
}
