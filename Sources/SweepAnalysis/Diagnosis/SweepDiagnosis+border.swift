import SweepModel

/// A parameter whose best value is the last one that was tried.
struct Border {
    enum Side {
        /// Nothing larger, or nothing smaller, was tried.
        case open(isUpper: Bool)
        /// What comes next diverged; there is room between.
        case convergence
    }

    var finding: Finding
    var side: Side
    /// What to try in a list; the new bound of an interval.
    var tries: [Double]
}

extension SweepDiagnosis {
    /// Part of a drawn parameter's domain that counts as its border, and as its neighbourhood.
    static let borderPart = 0.2

    /// A gain below this part of one accuracy's standard error is not worth a search, however clear it is.
    static let smallestGain = 0.25
    /// The same for losses, as a part of the best one.
    static let smallestLossGain = 0.005

    /// Parameters whose best value is the last one that was tried, where that makes a difference.
    func borders(divergingFrom bound: Double?) -> [Border] {
        guard let best = ranked.first else { return [] }
        return record.variedParameters.compactMap { name in
            // Seeds have no direction.
            guard name != "seed", let parameter = TrainingParameter.named(name), let value = best.parameters[name]
            else { return nil }
            let domain = record.spec.parameters.first { $0.name == name }?.domain
            let scale = ParameterScale(domain, values: record.trials.compactMap { $0.parameters[name] })
            guard scale.isNumeric, let value = value.doubleValue else { return nil }
            return scale.isListed || scale.numbers.count <= Self.mostRates
                ? listed(parameter, value, scale, bound) : drawn(parameter, value, scale)
        }
    }

    private func value(_ name: String, _ trial: Trial) -> Double? { trial.parameters[name]?.doubleValue }

    // MARK: Lists

    private func listed(
        _ parameter: TrainingParameter, _ value: Double, _ scale: ParameterScale, _ bound: Double?
    ) -> Border? {
        let name = parameter.name
        let values = scale.numbers
        // Only where something completed is there anything to be best among.
        let completed = values.filter { candidate in ranked.contains { self.value(name, $0) == candidate } }
        guard completed.count > 1, let place = completed.firstIndex(of: value) else { return nil }
        let isUpper = place == completed.count - 1
        guard isUpper || place == 0 else { return nil }
        let neighbour = completed[isUpper ? place - 1 : 1]
        guard let evidence = evidence(name, value, neighbour) else { return nil }
        let beyond = isUpper ? values.first { $0 > value } : values.last { $0 < value }
        let side = isUpper ? "largest" : "smallest"
        if let beyond {
            guard isUpper, name == "learning_rate", let bound, beyond == bound else { return nil }
            let tries = NextValues(parameter: parameter).between(value, beyond)
            guard !tries.isEmpty else { return nil }
            let finding = Finding(
                .advice, .bestOnBorder, title: "Best at the border of what converges",
                detail: "The best trial has learning_rate \(Wording.number(value)), the largest that completed; "
                    + "\(evidence) The next one tried, \(Wording.number(beyond)), diverged, and nothing lies between.",
                advice: "Try learning_rate \(list(tries)).", parameter: name)
            return Border(finding: finding, side: .convergence, tries: tries)
        }
        let tries = NextValues(parameter: parameter).beyond(values, isUpper: isUpper)
        guard !tries.isEmpty else { return nil }
        let finding = Finding(
            .advice, .bestOnBorder, title: "Best at the border of \(name)",
            detail: "The best trial has \(name) \(Wording.number(value)), the \(side) that was tried; \(evidence)"
                + (isUpper ? confounded(name) : ""),
            advice: "Try \(name) \(list(tries)) too.", parameter: name)
        return Border(finding: finding, side: .open(isUpper: isUpper), tries: tries)
    }

    /// With iterations fixed, a larger minibatch is also a longer training.
    private func confounded(_ name: String) -> String {
        guard name == "batch_size", record.spec.parameters.contains(where: { $0.name == "iterations" }) else {
            return ""
        }
        return " As all trials have their iterations set, larger batches have also seen more images."
    }

    private func list(_ values: [Double]) -> String { Wording.list(values.map(Wording.number)) }

    /// The sentence that says by how much `value` is better than `neighbour`; nil when that is not clear.
    private func evidence(_ name: String, _ value: Double, _ neighbour: Double) -> String? {
        let here = ranked.filter { self.value(name, $0) == value }
        let there = ranked.filter { self.value(name, $0) == neighbour }
        let contrast =
            Contrast(pairs: pairs(name, here, there)) ?? Contrast(here.compactMap(score), there.compactMap(score))
        let unit = metric == .valAccuracy ? "accuracy" : "loss"
        if let contrast {
            guard contrast.isClear, isWorthwhile(contrast) else { return nil }
            let by = text(contrast.difference)
            let better = metric.maximizes ? "higher" : "lower"
            let basis =
                contrast.isPaired
                ? "\(contrast.count) pairs that differ in nothing else" : "mean over \(contrast.count) trials and more"
            return "validation \(unit) is \(by) \(better) than with \(Wording.number(neighbour)) (\(basis))."
        }
        guard let first = here.first?.metrics, let second = there.first?.metrics else { return nil }
        let error = NoiseFloor.standardErrorOfDifference(
            first.valAccuracy, second.valAccuracy, samples: record.validationExamples)
        guard first.valAccuracy - second.valAccuracy > 2 * error else { return nil }
        return "validation accuracy is \(Wording.accuracy(first.valAccuracy)), and "
            + "\(Wording.accuracy(second.valAccuracy)) with \(Wording.number(neighbour))."
    }

    private func isWorthwhile(_ contrast: Contrast) -> Bool {
        guard let best = ranked.first?.metrics else { return false }
        switch metric {
        case .valAccuracy:
            let error = NoiseFloor.standardError(best.valAccuracy, samples: max(record.validationExamples, 1))
            return contrast.difference > Self.smallestGain * error
        case .valLoss: return contrast.difference > Self.smallestLossGain * best.valLoss
        }
    }

    /// Differences of configurations that differ in nothing else, where at least one trial of the two is in the upper half:
    /// what holds among poor trials says little about where the best ones lie. Replicates count by their mean, as the
    /// luckiest of several would be too good.
    private func pairs(_ name: String, _ here: [Trial], _ there: [Trial]) -> [Double] {
        let upper = Set(ranked.prefix((ranked.count + 1) / 2).map(\.id))
        func rest(_ trial: Trial) -> ParameterAssignment {
            var rest = trial.parameters
            rest[name] = nil
            return rest
        }
        func mean(_ replicates: [Trial]) -> Double? {
            let scores = replicates.compactMap(score)
            return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
        }
        let (own, partners) = (Dictionary(grouping: here, by: rest), Dictionary(grouping: there, by: rest))
        return here.compactMap { trial in
            let rest = rest(trial)
            guard let replicates = own[rest], replicates.first?.id == trial.id, let others = partners[rest],
                (replicates + others).contains(where: { upper.contains($0.id) }),
                let a = mean(replicates), let b = mean(others)
            else { return nil }
            return a - b
        }
    }

    // MARK: Intervals

    private func drawn(_ parameter: TrainingParameter, _ value: Double, _ scale: ParameterScale) -> Border? {
        let name = parameter.name
        guard !scale.isUnbounded, let bounds = scale.bounds else { return nil }
        let position = scale.position(value)
        let isUpper = position > 0.5
        func depth(_ trial: Trial) -> Double? {
            self.value(name, trial).map { isUpper ? 1 - scale.position($0) : scale.position($0) }
        }
        guard (isUpper ? 1 - position : position) < Self.borderPart / 2 else { return nil }
        let outer = ranked.filter { (depth($0) ?? 1) < Self.borderPart }
        let inner = ranked.filter { trial in
            depth(trial).map { (Self.borderPart..<(2 * Self.borderPart)).contains($0) } ?? false
        }
        guard let contrast = Contrast(outer.compactMap(score), inner.compactMap(score)), contrast.isClear,
            isWorthwhile(contrast)
        else {
            return nil
        }
        let end = isUpper ? bounds.upperBound : bounds.lowerBound
        let width = scale.isLogarithmic ? 0 : (bounds.upperBound - bounds.lowerBound) / 2
        let factor = isUpper ? 3.0 : 1.0 / 3
        let further = NextValues(parameter: parameter).nearest(
            to: scale.isLogarithmic ? end * factor : isUpper ? end + width : end - width, from: end)
        guard let further else { return nil }
        let (unit, better) = metric == .valAccuracy ? ("accuracy", "higher") : ("loss", "lower")
        let finding = Finding(
            .advice, .bestOnBorder, title: "Best at the border of \(name)",
            detail: "The best trial has \(name) \(Wording.number(Wording.significant(value, 3))), near the "
                + "\(isUpper ? "upper" : "lower") bound \(Wording.number(end)); in that fifth of the range validation "
                + "\(unit) is on average \(text(contrast.difference)) \(better) than in the next.",
            advice: "Set \(isUpper ? "max" : "min") to \(Wording.number(further)).", parameter: name)
        return Border(finding: finding, side: .open(isUpper: isUpper), tries: [further])
    }
}
