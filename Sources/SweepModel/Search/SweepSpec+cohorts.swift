extension SweepSpec {
    /// Configurations of the sweep: those of `enqueue`, then those of the search. Each is run `replicates` times.
    public var configurationCount: Int {
        enqueue.count + searchCount
    }

    /// The configuration that the trial at `index` runs, from 0.
    public func configuration(of index: Int) -> Int { index / replicates }

    /// Trials whose parameters are chosen together from the results of all trials before them; nil when the file alone
    /// decides (grid, random, sobol, enqueue, the first of tpe and bayes).
    public func cohort(of index: Int) -> Range<Int>? {
        guard method.learns else { return nil }
        let layout = CohortLayout(self)
        let configuration = index / replicates
        guard configuration >= layout.fixed else { return nil }
        let cohort = layout.cohort(of: configuration)
        return cohort.lowerBound * replicates..<cohort.upperBound * replicates
    }

    /// The plans of one cohort. `results`: every trial with an index below it, each in an end state, ascending.
    ///
    /// A function of nothing else.
    public func suggest(_ cohort: Range<Int>, after results: [SearchResult]) throws(SweepFileError) -> [TrialPlan] {
        guard var search = method.learning else { return [] }
        var memory = SearchMemory(self, results: results)
        var plans: [TrialPlan] = []
        for configuration in cohort.lowerBound / replicates..<cohort.upperBound / replicates {
            let parameters = memory.suggest(configuration - enqueue.count, &search)
            _ = try hyperparameters(for: parameters)
            plans += (0..<replicates).map { plan(configuration * replicates + $0, parameters) }
        }
        return plans
    }

    /// The length of every trial in whole epochs, when the file says it; nil when it depends on more.
    var constantEpochs: Int? { Self.constantEpochs(parameters) }

    static func constantEpochs(_ parameters: [ParameterSpec]) -> Int? {
        guard let epochs = parameters.first(where: { $0.name == "epochs" }) else {
            return parameters.contains { $0.name == "iterations" } ? nil : Int(Hyperparameters.defaultEpochs)
        }
        return epochs.constant?.doubleValue.flatMap { Int($0.rounded(.down)) }
    }
}
