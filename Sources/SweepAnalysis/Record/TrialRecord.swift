public import SweepModel

/// All that is known of one trial.
public struct TrialRecord: Sendable {
    public var trial: Trial
    /// In order of epoch.
    public var epochs: [EpochPoint]
    /// Of the kept weights; nil until the trial has completed, and where images have no shape.
    public var firstLayer: FirstLayer?
    /// The newest promotion of this trial's model.
    public var promotion: Promotion?
    /// H.
    public var hiddenUnits: Int

    public init(
        trial: Trial, epochs: [EpochPoint], firstLayer: FirstLayer? = nil, promotion: Promotion? = nil, hiddenUnits: Int
    ) {
        (self.trial, self.epochs, self.firstLayer) = (trial, epochs, firstLayer)
        (self.promotion, self.hiddenUnits) = (promotion, hiddenUnits)
    }
}
