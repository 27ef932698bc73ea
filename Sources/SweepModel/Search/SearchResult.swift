/// What the search may know of a trial.
public struct SearchResult: Sendable, Equatable {
    public var index: Int
    public var parameters: ParameterAssignment
    public var state: TrialState
    /// The sweep's metric of the kept weights; nil when there is none (diverged, failed, …).
    public var value: Double?
    /// Ascending.
    public var curve: [CurveValue]
    /// Of the whole training.
    public var iterations: Int

    public init(
        index: Int, parameters: ParameterAssignment, state: TrialState, value: Double?, curve: [CurveValue],
        iterations: Int
    ) {
        self.index = index
        self.parameters = parameters
        self.state = state
        self.value = value
        self.curve = curve
        self.iterations = iterations
    }
}

/// The sweep's metric at one record of a learning curve.
public struct CurveValue: Sendable, Equatable {
    /// Iterations done.
    public var iteration: Int
    /// 0 for the record after the first iteration.
    public var epoch: Int
    public var value: Double

    public init(iteration: Int, epoch: Int, value: Double) {
        self.iteration = iteration
        self.epoch = epoch
        self.value = value
    }
}
