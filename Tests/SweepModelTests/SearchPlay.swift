import Testing

@testable import SweepModel

/// Searches without training.
enum SearchPlay {
    /// A bowl whose best value lies at a learning rate of 0.01, reg 1, 40 units, adam.
    static func bowl(_ parameters: ParameterAssignment) -> Double {
        let rate = PlainMath.log(parameters["learning_rate"]?.doubleValue ?? 1) - PlainMath.log(0.01)
        let reg = (parameters["reg"]?.doubleValue ?? 0) - 1
        let hidden = ((parameters["hidden_size"]?.doubleValue ?? 0) - 40) / 24
        let loss = rate * rate / 9 + reg * reg + hidden * hidden
        return 0.6 - 0.1 * loss - (parameters["optimizer"] == .string("adam") ? 0 : 0.01)
    }

    /// Runs the sweep with this objective; `state` decides how each trial ends.
    static func run(
        _ spec: SweepSpec, _ state: (Int) -> TrialState = { _ in .completed },
        _ value: (TrialPlan) -> Double = { bowl($0.parameters) }
    ) throws -> [SearchResult] {
        var results: [SearchResult] = []
        while results.count < spec.trialCount {
            let index = results.count
            let plans =
                try spec.cohort(of: index).map { cohort throws(SweepFileError) in
                    try spec.suggest(cohort, after: results)
                } ?? [spec.trial(at: index)]
            for plan in plans {
                #expect(plan.index == results.count && plan.seed == spec.trial(at: plan.index).seed)
                let end = state(plan.index)
                let value = value(plan)
                results.append(
                    Fixture.result(
                        plan, end, value: end == .completed ? value : nil, curve: end == .pruned ? [value] : []))
            }
        }
        return results
    }
}
