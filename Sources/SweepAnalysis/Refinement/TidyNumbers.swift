#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

import SweepModel

/// Numbers with few digits, as people write them.
struct TidyNumbers {
    let parameter: TrainingParameter

    /// How far from where it belongs a number may lie, as a part of the distance that it divides.
    private static let slack = 0.15

    private var isInteger: Bool { if case .integer = parameter.kind { true } else { false } }

    /// The number with the fewest digits about halfway between two; nil when none lies between.
    ///
    /// By factors where the axis is logarithmic and both are above 0.
    func between(_ low: Double, _ high: Double, isLogarithmic: Bool) -> Double? {
        guard low < high else { return nil }
        let byFactor = isLogarithmic && low > 0
        // Half the way to "none at all" on a list of factors is a smaller factor.
        let middle = byFactor ? (low * high).squareRoot() : isLogarithmic ? high / 3 : (low + high) / 2
        for digits in 1...6 {
            var value = Wording.significant(middle, digits)
            if isInteger { value = value.rounded() }
            guard value > low, value < high else { continue }
            let off = byFactor ? abs(log(value / middle)) / log(high / low) : abs(value - middle) / (high - low)
            if off <= Self.slack { return value }
        }
        let last = isInteger ? middle.rounded() : middle
        return last > low && last < high ? last : nil
    }

    /// The next number of two digits below.
    func down(_ value: Double) -> Double { outward(value, .down) }

    /// The next number of two digits above.
    func up(_ value: Double) -> Double { outward(value, .up) }

    private func outward(_ value: Double, _ rule: FloatingPointRoundingRule) -> Double {
        guard value != 0, value.isFinite else { return value }
        let exponent = Int(log10(abs(value)).rounded(.down)) - 1
        let unit = pow(10, Double(abs(exponent)))
        // A number that has two digits already stays, whatever binary makes of it.
        let scaled = exponent >= 0 ? value / unit : value * unit
        let near = scaled.rounded()
        let whole = abs(scaled - near) < 1e-9 * abs(near) ? near : scaled.rounded(rule)
        let result = exponent >= 0 ? whole * unit : whole / unit
        return isInteger ? result.rounded(rule) : result
    }
}
