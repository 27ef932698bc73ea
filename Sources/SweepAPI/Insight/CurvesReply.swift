public import SweepModel

/// `GET /v1/sweeps/{id}/curves`: learning curves of all trials, in order of index.
public struct CurvesReply: Codable, Sendable, Equatable {
    public var sweep: Int64
    public var trials: [Curve]

    /// Column by column; all columns have the same length.
    public struct Curve: Codable, Sendable, Equatable {
        public var trial: Int64
        public var index: Int
        public var state: TrialState
        public var iteration: [Int]
        public var valAccuracy: [Double?]
        public var trainAccuracy: [Double?]
        public var valLoss: [Double?]
        public var trainLoss: [Double?]

        enum CodingKeys: String, CodingKey {
            case trial, index, state, iteration
            case valAccuracy = "val_accuracy"
            case trainAccuracy = "train_accuracy"
            case valLoss = "val_loss"
            case trainLoss = "train_loss"
        }

        public init(_ trial: Trial, _ epochs: [EpochPoint]) {
            (self.trial, index, state) = (trial.id, trial.index, trial.state)
            iteration = epochs.map(\.iteration)
            valAccuracy = epochs.map(\.metrics.valAccuracy.finite)
            trainAccuracy = epochs.map(\.metrics.trainAccuracy.finite)
            valLoss = epochs.map(\.metrics.valLoss.finite)
            trainLoss = epochs.map(\.metrics.trainLoss.finite)
        }
    }

    public init(sweep: Int64, trials: [Curve]) { (self.sweep, self.trials) = (sweep, trials) }
}
