/// One thing that a teacher would say about a sweep or a trial.
public struct Finding: Codable, Sendable, Equatable {
    public enum Level: String, Codable, Sendable, CaseIterable {
        /// Something to know.
        case note
        /// Something to change next time.
        case advice
        /// Something that spoils the results.
        case warning
    }

    /// The rule that speaks; scripts may rely on it.
    public enum Code: String, Codable, Sendable, CaseIterable {
        case lossFallsLinearly = "loss_falls_linearly"
        case lossPlateausHigh = "loss_plateaus_high"
        case lossStillFalling = "loss_still_falling"
        case noGap = "no_gap"
        case overfitting
        case updateRatio = "update_ratio"
        case deadUnits = "dead_units"
        case noisyWeights = "noisy_weights"
        case bestOnBorder = "best_on_border"
        case withinNoise = "within_noise"
        case divergenceByRate = "divergence_by_rate"
        case diverged
        case decisiveParameters = "decisive_parameters"
        case bestBeforeTheEnd = "best_before_the_end"
        case nothingCompleted = "nothing_completed"
        case testLooks = "test_looks"
    }

    public var level: Level
    public var code: Code
    /// A few words.
    public var title: String
    /// One or two sentences with the figures that it rests on.
    public var detail: String
    /// What to do about it; nil when there is nothing to do.
    public var advice: String?
    /// The trial that it speaks of; nil for the whole sweep.
    public var trial: Int64?
    /// The parameter that it speaks of.
    public var parameter: String?

    public init(
        _ level: Level, _ code: Code, title: String, detail: String, advice: String? = nil, trial: Int64? = nil,
        parameter: String? = nil
    ) {
        (self.level, self.code, self.title, self.detail) = (level, code, title, detail)
        (self.advice, self.trial, self.parameter) = (advice, trial, parameter)
    }
}
