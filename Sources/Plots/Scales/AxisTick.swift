/// One mark on an axis.
struct AxisTick: Sendable, Equatable {
    var value: Double
    /// 0 at the low end of the axis, 1 at the high end.
    var position: Double
    /// Empty for a minor tick.
    var label: String

    var isMajor: Bool { !label.isEmpty }
}
