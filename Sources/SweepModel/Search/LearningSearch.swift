/// A search whose suggestions follow from earlier results.
protocol LearningSearch {
    /// Configuration `number` of the search proper; `memory` has enough observations.
    mutating func point(_ number: Int, _ memory: SearchMemory) -> [Double]
}

extension SearchMethod {
    /// How a method learns from results; nil for one that follows from the sweep file alone.
    var learning: (any LearningSearch)? {
        switch self {
        case .grid, .random, .sobol: nil
        case .tpe: TPESearch()
        case .bayes: BayesSearch()
        }
    }
}

extension SearchMemory {
    /// The parameters of configuration `number` of the search proper, as `search` would have them.
    mutating func suggest(_ number: Int, _ search: inout some LearningSearch) -> ParameterAssignment {
        guard !isStarting else {
            return ParameterAssignment(spec.parameters) { $0.value(atSobol: number, seed: spec.seed) }
        }
        let point = search.point(number, self)
        suggested(point)
        return assignment(at: point)
    }
}
