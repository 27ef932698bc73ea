extension SweepSpec {
    /// Number of trials: those of `enqueue`, then the grid's points or the random draws.
    public var trialCount: Int {
        enqueue.count + searchCount
    }

    private var searchCount: Int {
        switch method {
        case .grid:
            let points = GridShape(parameters).points
            return min(points, runCap ?? points)
        case .random: return runCap ?? 0
        }
    }

    /// The trial at `index`, 0 ≤ index < trialCount; depends on nothing but the file and `index`.
    public func trial(at index: Int) -> TrialPlan {
        precondition(index >= 0 && index < trialCount, "trial index out of range")
        return trial(index, shape: GridShape(parameters))
    }

    /// All trials in order, each checked as a whole.
    public func expand() throws(SweepFileError) -> [TrialPlan] {
        let shape = GridShape(parameters)
        var plans: [TrialPlan] = []
        plans.reserveCapacity(trialCount)
        for index in 0..<trialCount {
            let plan = trial(index, shape: shape)
            _ = try hyperparameters(for: plan.parameters)
            plans.append(plan)
        }
        return plans
    }

    /// Typed parameters with defaults, checked against each other.
    public func hyperparameters(for assignment: ParameterAssignment) throws(SweepFileError) -> Hyperparameters {
        try Hyperparameters(assignment)
    }

    private func trial(_ index: Int, shape: GridShape) -> TrialPlan {
        let assignment = index < enqueue.count ? enqueue[index] : searched(index - enqueue.count, shape)
        let own = assignment["seed"]?.integerValue.flatMap { UInt64(exactly: $0) }
        return TrialPlan(
            index: index, parameters: assignment,
            seed: own ?? TrialSeed.derive(sweepSeed: seed, index: index))
    }

    /// Configuration number `number` of the search proper; `enqueue` does not shift it.
    private func searched(_ number: Int, _ shape: GridShape) -> ParameterAssignment {
        switch method {
        case .grid:
            let indices = shape.indices(of: number)
            return ParameterAssignment(
                zip(parameters, indices).map { spec, index in .init(name: spec.name, value: spec.value(at: index)) })
        case .random:
            return ParameterAssignment(
                parameters.map { .init(name: $0.name, value: $0.value(drawn: number, seed: seed)) })
        }
    }
}
