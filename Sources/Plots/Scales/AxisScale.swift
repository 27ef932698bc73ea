/// An axis fitted to data: what lies at its ends, and where a value falls between them.
struct AxisScale: Sendable, Equatable {
    let axis: Axis
    /// Finite, not empty; above 0 on a logarithmic axis.
    let domain: ClosedRange<Double>

    /// Fits the axis to `values`; those that it cannot show (not finite, or not above 0 on a logarithmic axis) don't
    /// count.
    ///
    /// - Parameter hasZero: Whether 0 must be on a linear axis: for bars and columns.
    init(_ axis: Axis, values: some Sequence<Double>, hasZero: Bool = false) {
        self.axis = axis
        switch axis.scale {
        case .linear:
            var (low, high) = (Double.infinity, -Double.infinity)
            for value in values where value.isFinite {
                (low, high) = (min(low, value), max(high, value))
            }
            if hasZero { (low, high) = (min(low, 0), max(high, 0)) }
            domain = Self.linearDomain(low, high, axis: axis)
        case .logarithmic:
            var (low, high) = (Double.infinity, -Double.infinity)
            for value in values where value.isFinite && value > 0 {
                (low, high) = (min(low, value), max(high, value))
            }
            domain = Self.logarithmicDomain(low, high, axis: axis)
        case .categories(let names):
            domain = -0.5...(Double(max(names.count, 1)) - 0.5)
        }
    }

    /// 0 at the low end, 1 at the high end, and beyond them for values outside; nil for one that the axis cannot show.
    func position(of value: Double) -> Double? {
        guard value.isFinite else { return nil }
        if axis.scale == .logarithmic {
            guard value > 0 else { return nil }
            let low = Logarithm.base10(domain.lowerBound)
            return (Logarithm.base10(value) - low) / (Logarithm.base10(domain.upperBound) - low)
        }
        let position = (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
        return position.isFinite ? position : nil
    }

    /// As hover texts write it; a category by its name.
    func text(_ value: Double) -> String {
        if case .categories(let names) = axis.scale, value == value.rounded(), value >= 0, value < Double(names.count) {
            return names[Int(value)]
        }
        return axis.format.text(value)
    }

    // MARK: Ends

    /// Beyond it, the difference of two ends is no longer a number.
    private static let largest = 1e300

    private static func linearDomain(_ low: Double, _ high: Double, axis: Axis) -> ClosedRange<Double> {
        if let range = axis.range, range.lowerBound.isFinite, range.upperBound.isFinite {
            return widened(clamped(range.lowerBound), clamped(range.upperBound))
        }
        guard low <= high else { return 0...1 }
        let domain = widened(clamped(low), clamped(high))
        let step = LinearSteps.step(for: domain, atMost: 16, format: axis.format)
        return step.floor(domain.lowerBound)...step.ceil(domain.upperBound)
    }

    private static func clamped(_ value: Double) -> Double { min(max(value, -largest), largest) }

    /// Pushes ends apart that are the same as far as arithmetic can tell.
    private static func widened(_ low: Double, _ high: Double) -> ClosedRange<Double> {
        let size = max(low.magnitude, high.magnitude)
        if size < 1e-290 { return low < 0 ? -1...1 : 0...1 }
        guard high - low < size * 1e-9 else { return low...high }
        let middle = low + (high - low) / 2
        return (middle - size * 0.1)...(middle + size * 0.1)
    }

    private static func logarithmicDomain(_ low: Double, _ high: Double, axis: Axis) -> ClosedRange<Double> {
        var (low, high) = low <= high ? (low, high) : (1, 10)
        let bounds = 1e-300...largest
        func clamped(_ value: Double) -> Double { min(max(value, bounds.lowerBound), bounds.upperBound) }
        if let range = axis.range, range.upperBound > 0, range.upperBound.isFinite {
            high = clamped(range.upperBound)
            low = range.lowerBound > 0 ? clamped(range.lowerBound) : min(clamped(low), high / 1000)
            return high / low < 1.000_001 ? (low / 2)...(high * 2) : low...high
        }
        (low, high) = (clamped(low), clamped(high))
        if high / low < 1.000_001 { (low, high) = (low / 2, high * 2) }
        // Less than a decade needs ends that lie closer.
        let mantissas: [Double] = high / low < 10 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : [1, 2, 5]
        return LogarithmicSteps.floor(low, mantissas)...LogarithmicSteps.ceil(high, mantissas)
    }
}
