/// An interval of finite numbers, each end open or closed.
public struct NumberRange: Sendable, Equatable {
    public let lower: Double
    public let lowerIsIncluded: Bool
    public let upper: Double
    public let upperIsIncluded: Bool

    public static func closed(_ lower: Double, _ upper: Double) -> NumberRange {
        NumberRange(lower: lower, lowerIsIncluded: true, upper: upper, upperIsIncluded: true)
    }

    /// Without the lower end.
    public static func above(_ lower: Double, through upper: Double) -> NumberRange {
        NumberRange(lower: lower, lowerIsIncluded: false, upper: upper, upperIsIncluded: true)
    }

    /// Without the upper end.
    public static func from(_ lower: Double, below upper: Double) -> NumberRange {
        NumberRange(lower: lower, lowerIsIncluded: true, upper: upper, upperIsIncluded: false)
    }

    public func contains(_ value: Double) -> Bool {
        value.isFinite && (lowerIsIncluded ? value >= lower : value > lower)
            && (upperIsIncluded ? value <= upper : value < upper)
    }

    /// Such as `0 < x ≤ 1`.
    public var text: String {
        let (left, right) = (lowerIsIncluded ? "≤" : "<", upperIsIncluded ? "≤" : "<")
        return "\(JSONText.number(lower)) \(left) x \(right) \(JSONText.number(upper))"
    }
}
