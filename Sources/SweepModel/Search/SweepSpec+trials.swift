extension SweepSpec {
    /// Number of trials: `replicates` of each configuration, of `enqueue`, then of the grid's points or the draws.
    public var trialCount: Int {
        configurationCount * replicates
    }

    /// Configurations of the search proper.
    var searchCount: Int {
        switch method {
        case .grid:
            let points = grid.points
            return min(points, runCap ?? points)
        case .random, .sobol, .tpe, .bayes: return runCap ?? 0
        }
    }

    /// The trial at `index`, 0 ≤ index < trialCount; depends on nothing but the file and `index`.
    ///
    /// Its parameters are empty when earlier results decide them: see ``cohort(of:)``.
    public func trial(at index: Int) -> TrialPlan {
        precondition(index >= 0 && index < trialCount, "trial index out of range")
        return trial(index, CohortLayout(self).fixed)
    }

    /// All trials in order, each checked as a whole.
    public func expand() throws(SweepFileError) -> [TrialPlan] {
        let fixed = CohortLayout(self).fixed
        var plans: [TrialPlan] = []
        plans.reserveCapacity(trialCount)
        for index in 0..<trialCount {
            let plan = trial(index, fixed)
            if index / replicates < fixed { _ = try hyperparameters(for: plan.parameters) }
            plans.append(plan)
        }
        return plans
    }

    /// Typed parameters with defaults, checked against each other.
    public func hyperparameters(for assignment: ParameterAssignment) throws(SweepFileError) -> Hyperparameters {
        try Hyperparameters(assignment)
    }

    private func trial(_ index: Int, _ fixed: Int) -> TrialPlan {
        let number = index / replicates
        let assignment: ParameterAssignment =
            if number < enqueue.count { enqueue[number] } else if number < fixed {
                searched(number - enqueue.count)
            } else { ParameterAssignment() }
        return plan(index, assignment)
    }

    func plan(_ index: Int, _ assignment: ParameterAssignment) -> TrialPlan {
        let own = assignment["seed"]?.integerValue.flatMap { UInt64(exactly: $0) }
        return TrialPlan(
            index: index, parameters: assignment,
            seed: own ?? TrialSeed.derive(sweepSeed: seed, index: index))
    }

    /// Configuration number `number` of the search proper; `enqueue` does not shift it.
    private func searched(_ number: Int) -> ParameterAssignment {
        switch method {
        case .grid:
            let indices = grid.indices(of: number)
            return ParameterAssignment(
                zip(parameters, indices).compactMap { spec, index in
                    index.map { .init(name: spec.name, value: spec.value(at: $0)) }
                })
        case .sobol, .tpe, .bayes:
            return ParameterAssignment(parameters) { $0.value(atSobol: number, seed: seed) }
        case .random:
            return ParameterAssignment(parameters) { $0.value(drawn: number, seed: seed) }
        }
    }
}
