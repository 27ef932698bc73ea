/// When trials that promise little end before their time: the sweep file's `early_terminate`.
///
/// All numbers of epochs count records of the learning curve, one an epoch; W&B calls them iterations.
public struct EarlyTermination: Sendable, Equatable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Ends a trial that is worse than the median of the completed ones at the same epoch.
        case median
        /// Keeps the best 1/eta of a group at each rung (Jamieson and Talwalkar 2016).
        case successiveHalving = "successive_halving"
        /// Judges each cohort at a rung against all that came there before it (Li and others 2020).
        case asha
        /// Successive halving in brackets that begin at different rungs (Li and others 2018).
        case hyperband
    }

    public let kind: Kind
    /// Epochs before the first rung; nil when the rungs are counted from `maxEpochs` down, else 1.
    public let minEpochs: Int?
    /// The length that the rungs lead to; nil for that of each trial.
    public let maxEpochs: Int?
    /// Of `eta` trials one goes on; each rung is `eta` times as long as the one before.
    public let eta: Int
    /// At most so many rungs.
    public let maxRungs: Int?
    /// `median`: completed configurations before anything is ended.
    public let startupTrials: Int
    /// `median`: epochs before the first rung.
    public let warmup: Int
    /// `median`: epochs from rung to rung.
    public let interval: Int
    /// Decides when a trial arrives, not when its group is complete; the results then depend on timing.
    public let isAsynchronous: Bool

    static let epochs = 1...1_000_000
}
