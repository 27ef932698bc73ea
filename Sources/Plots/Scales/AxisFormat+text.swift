extension Axis.Format {
    /// A single value, as hover texts and labels beside marks write it.
    func text(_ value: Double) -> String {
        guard value.isFinite else { return NumberText.fixed(value, digits: 0) }
        switch self {
        case .number: return NumberText.significant(value, digits: 4)
        case .accuracy:
            // More digits only for what three would call zero.
            return value != 0 && value.magnitude < 0.0005
                ? NumberText.significant(value, digits: 2) : NumberText.fixed(value, digits: 3)
        case .percent:
            let percent = value * 100
            return NumberText.significant(
                percent, digits: percent.magnitude < 1 ? 1 : 2 + (percent.magnitude >= 100 ? 1 : 0))
                + " %"
        case .duration: return Self.duration(value)
        case .integer:
            return value.magnitude < 1e12
                ? NumberText.fixed(value, digits: 0) : NumberText.significant(value, digits: 4)
        }
    }

    private static func duration(_ seconds: Double) -> String {
        let size = seconds.magnitude
        if size < 120 { return NumberText.significant(seconds, digits: size < 10 ? 2 : 3) + " s" }
        if size < 2 * 3600 { return NumberText.significant(seconds / 60, digits: size < 600 ? 2 : 3) + " min" }
        if size < 2 * 86_400 { return NumberText.significant(seconds / 3600, digits: 3) + " h" }
        return NumberText.significant(seconds / 86_400, digits: 3) + " d"
    }
}
