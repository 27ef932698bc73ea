public import SweepModel

/// The last line that `sweepd trial` prints; the lines before are ``EpochReply``.
public struct SoloReply: Codable, Sendable, Equatable {
    public var final = true
    public var state: TrialState
    @OrNull public var reason: String?
    public var iteration: Int
    @OrNull public var valAccuracy: Double?
    @OrNull public var trainAccuracy: Double?
    @OrNull public var valLoss: Double?
    @OrNull public var trainLoss: Double?
    public var seconds: Double
    /// SHA-256 of the weights.
    @OrNull public var model: String?

    enum CodingKeys: String, CodingKey {
        case final, state, reason, iteration, seconds, model
        case valAccuracy = "val_accuracy"
        case trainAccuracy = "train_accuracy"
        case valLoss = "val_loss"
        case trainLoss = "train_loss"
    }

    public init(
        state: TrialState, reason: String?, iteration: Int, metrics: TrialMetrics?, seconds: Double, model: String?
    ) {
        (self.state, self.reason, self.iteration) = (state, reason, iteration)
        (self.seconds, self.model) = (seconds, model)
        valAccuracy = metrics?.valAccuracy.finite
        trainAccuracy = metrics?.trainAccuracy.finite
        valLoss = metrics?.valLoss.finite
        trainLoss = metrics?.trainLoss.finite
    }
}
