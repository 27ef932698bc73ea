public import FoundationEssentials
public import SweepModel

/// `POST /v1/promotions`.
public struct PromoteRequest: Codable, Sendable, Equatable {
    public var sweep: Int64?
    /// Instead of the sweep's best.
    public var trial: Int64?
    /// So many of the sweep's best together; not with a trial.
    public var ensemble: Int?
    /// Averages the answers to each image and to its mirror image.
    public var mirror: Bool?

    public init(sweep: Int64? = nil, trial: Int64? = nil, ensemble: Int? = nil, mirror: Bool? = nil) {
        (self.sweep, self.trial, self.ensemble, self.mirror) = (sweep, trial, ensemble, mirror)
    }
}

public struct PromotionReply: Codable, Sendable, Equatable {
    public var promotion: Int64
    public var sweep: Int64
    /// Of an ensemble, the best member's.
    public var trial: Int64
    /// The models that were measured together, the best first; nil for a single one.
    @OrNull public var members: [Promotion.Member]?
    /// Whether the answers to each image and to its mirror image were averaged; left out by versions that could not.
    public var mirror: Bool?
    /// Of the model, or of all members together.
    public var valAccuracy: Double
    public var testAccuracy: Double
    public var correct: Int
    public var testExamples: Int
    /// Wilson's score interval, lower and upper bound.
    public var interval95: [Double]
    /// Models that were measured on this test split so far, this one included.
    public var testLooks: Int
    /// Whether this call measured it; false when the stored result came back.
    public var measuredNow: Bool
    /// Which classes it takes for which; nil for promotions of versions that did not keep it.
    @OrNull public var confusion: Confusion?
    /// What the classes are called, in the order of their labels; nil when not known.
    @OrNull public var classNames: [String]?
    public var at: Date

    enum CodingKeys: String, CodingKey {
        case promotion, sweep, trial, members, mirror, correct, confusion, at
        case valAccuracy = "val_accuracy"
        case testAccuracy = "test_accuracy"
        case testExamples = "test_examples"
        case interval95 = "interval_95"
        case testLooks = "test_looks"
        case measuredNow = "measured_now"
        case classNames = "class_names"
    }

    public init(_ promotion: Promotion, testLooks: Int, measuredNow: Bool, classNames: [String]? = nil) {
        self.promotion = promotion.id
        sweep = promotion.sweep
        trial = promotion.trial
        members = promotion.isEnsemble ? promotion.members : nil
        mirror = promotion.isMirrored
        valAccuracy = promotion.valAccuracy
        testAccuracy = promotion.testAccuracy
        correct = promotion.correct
        testExamples = promotion.testExamples
        interval95 = [promotion.interval95.lower, promotion.interval95.upper]
        self.testLooks = testLooks
        self.measuredNow = measuredNow
        confusion = promotion.confusion
        self.classNames = classNames
        at = promotion.at
    }
}

/// `GET /v1/promotions`: the newest first.
public struct PromotionsReply: Codable, Sendable, Equatable {
    public var promotions: [PromotionReply]

    public init(promotions: [PromotionReply]) { self.promotions = promotions }
}
