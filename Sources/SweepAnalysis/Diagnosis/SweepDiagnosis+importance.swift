import SweepModel

extension SweepDiagnosis {
    /// From this share on a parameter decides.
    static let decisiveShare = 0.1
    /// Below this share, interactions included, a parameter hardly matters.
    static let idleShare = 0.02
    /// Variance between trials over the binomial variance of one accuracy, below which there is only noise to explain.
    static let varianceOverNoise = 2.0

    /// Which parameters the results hang on.
    ///
    /// - Parameter directed: parameters whose best value lies at a border: they matter where the best trials are.
    func decisiveParameters(besides directed: Set<String>) -> Finding? {
        var completed = record
        completed.trials = ranked.sorted { $0.index < $1.index }
        guard record.variedParameters.count > 1, let all = ParameterImportance(of: record), exceedsNoise(record)
        else { return nil }
        let decisive = all.mainEffects.filter { $0.share >= Self.decisiveShare }
        guard !decisive.isEmpty else { return nil }
        var detail =
            all.divergedValue.map { value in
                "With diverged trials counted as \(text(value)), " + shares(decisive, of: "the variance")
            } ?? shares(decisive, of: "the variance between trials")
        // Divergence outweighs all else; what holds among trials that can be used is the next question.
        var basis = all
        if all.divergedValue != nil, let inner = ParameterImportance(of: completed), exceedsNoise(completed) {
            basis = inner
            let leading = inner.mainEffects.filter { $0.share >= Self.decisiveShare }
            if !leading.isEmpty {
                detail +=
                    " Among the \(completed.trials.count) that completed, " + shares(leading, of: "it")
            }
        }
        for pair in basis.shares where pair.parameters.count == 2 && pair.share >= Self.decisiveShare {
            detail +=
                " \(Wording.list(pair.parameters)) act together: their interaction explains another "
                + "\(Wording.percent(pair.share))."
        }
        let idle = record.variedParameters.filter { name in
            guard !directed.contains(name), let inner = total(name, basis), let outer = total(name, all) else {
                return false
            }
            return inner < Self.idleShare && outer < Self.idleShare
        }
        if !idle.isEmpty {
            detail +=
                " \(Wording.list(idle)) \(idle.count == 1 ? "explains" : "explain") less than "
                + "\(Wording.percent(Self.idleShare)), interactions included."
        }
        return Finding(
            .note, .decisiveParameters,
            title: "\(Wording.list(decisive.flatMap(\.parameters))) "
                + (decisive.count == 1 ? "decides" : "decide"),
            detail: detail,
            advice: idle.isEmpty
                ? nil : "Keep \(Wording.list(idle)) at one value and spend the trials on the others.",
            parameter: decisive.first?.parameters.first)
    }

    private func shares(_ shares: [ParameterImportance.Share], of what: String) -> String {
        let parts = shares.enumerated().map { place, share in
            let error = share.standardError >= 0.005 ? " ± \(Wording.fixed(100 * share.standardError, 0))" : ""
            let figure = Wording.percent(share.share) + error
            let name = Wording.list(share.parameters)
            return place == 0 ? "\(name) explains \(figure) of \(what)" : "\(name) \(figure)"
        }
        return Wording.list(parts) + "."
    }

    /// Main effect and all interactions with it; nil of a parameter that only some configurations have, of which nobody
    /// knows.
    func total(_ name: String, _ importance: ParameterImportance) -> Double? {
        guard !record.isConditional(name) else { return nil }
        return importance.shares.filter { $0.parameters.contains(name) }.reduce(0) { $0 + $1.share }
    }

    /// Whether trials differ by more than the noise of one accuracy. Losses have no such figure: they always pass.
    func exceedsNoise(_ record: SweepRecord) -> Bool {
        guard metric == .valAccuracy, record.validationExamples > 0 else { return true }
        let outcome = DivergedOutcome(record)
        let values = record.trials.compactMap { outcome.value(of: $0, metric: metric) }
        guard values.count > 1 else { return false }
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let error = NoiseFloor.standardError(mean, samples: record.validationExamples)
        return variance > Self.varianceOverNoise * error * error
    }
}
