#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

import SweepModel

/// Values that continue a list beyond its end.
struct NextValues {
    let parameter: TrainingParameter

    /// Factor over which the numbers after a 0 must reach to be a list of factors.
    private static let ledSpan = 5.0

    /// Two more values above the largest or below the smallest of `values`; fewer at a natural limit.
    ///
    /// Continues by equal factors where the list has them or spans decades, alternating factors such as 1-3-10
    /// included; otherwise by equal steps. Where that leaves the parameter's range, half the way to its limit.
    /// - Parameter values: ascending, at least two.
    func beyond(_ values: [Double], isUpper: Bool) -> [Double] {
        guard let last = isUpper ? values.last : values.first, values.count > 1 else { return [] }
        // "None at all" before a list of factors is no part of its stride.
        let positive = values.filter { $0 > 0 }
        let isLed =
            isUpper && values.first == 0 && positive.count > 1 && last >= Self.ledSpan * (positive.first ?? last)
        let list = isLed ? positive : values
        let ordered = isUpper ? list : list.reversed()
        let byFactor = Self.goesByFactors(list)
        // The last two strides, older first; one stride repeats.
        let strides = zip(ordered.suffix(3), ordered.suffix(3).dropFirst()).map { byFactor ? $1 / $0 : $1 - $0 }
        guard let newest = strides.last, let older = strides.first else { return [] }
        var next: [Double] = []
        var value = last
        for stride in [older, newest] {
            value = rounded(byFactor ? value * stride : value + stride)
            guard accepts(value), isUpper ? value > (next.last ?? last) : value < (next.last ?? last) else { break }
            next.append(value)
        }
        return next.isEmpty ? towardsLimit(last, isUpper: isUpper) : next
    }

    /// Three values between two, by equal factors.
    func between(_ low: Double, _ high: Double) -> [Double] {
        guard low > 0, high > low else { return [] }
        var values: [Double] = []
        for share in [0.25, 0.5, 0.75] {
            let value = typed(Wording.significant(low * pow(high / low, share), high / low > 3 ? 1 : 2))
            if value > max(low, values.last ?? low), value < high, accepts(value) { values.append(value) }
        }
        return values
    }

    static func goesByFactors(_ values: [Double]) -> Bool {
        guard let first = values.first, let last = values.last, first > 0, values.count > 1 else { return false }
        let factors = zip(values, values.dropFirst()).map { $1 / $0 }
        let steps = zip(values, values.dropFirst()).map { $1 - $0 }
        if values.count == 2 { return last / first >= 2 }
        return last / first >= ParameterScale.logarithmicSpan || spread(factors) < spread(steps)
    }

    /// Largest over smallest, less one: 0 for equal numbers.
    private static func spread(_ values: [Double]) -> Double {
        guard let low = values.min(), let high = values.max(), low > 0 else { return .infinity }
        return high / low - 1
    }

    fileprivate func towardsLimit(_ last: Double, isUpper: Bool) -> [Double] {
        guard let limit = isUpper ? limits?.upper : limits?.lower, abs(limit - last) < 1e4 * max(abs(last), 1e-300)
        else {
            return []
        }
        var next: [Double] = []
        for share in [0.5, 0.75] {
            let value = rounded(last + (limit - last) * share)
            if accepts(value), value != last, value != next.last { next.append(value) }
        }
        return next
    }

    private var limits: (lower: Double, upper: Double)? {
        switch parameter.kind {
        // Half the way from 16 to 0 is 8; the limit of 1 itself would give 8.5.
        case .integer(let range): (Double(max(range.lowerBound - 1, 0)), Double(range.upperBound))
        case .number(let range), .numberOrWord(let range, _): (range.lower, range.upper)
        case .word, .flag: nil
        }
    }

    func accepts(_ value: Double) -> Bool {
        switch parameter.kind {
        case .integer(let range): Int(exactly: value).map(range.contains) ?? false
        case .number(let range), .numberOrWord(let range, _): range.contains(value)
        case .word, .flag: false
        }
    }

    fileprivate func rounded(_ value: Double) -> Double { typed(Wording.significant(value, 3)) }

    private func typed(_ value: Double) -> Double {
        if case .integer = parameter.kind { value.rounded() } else { value }
    }
}

extension NextValues {
    /// `value` if the parameter accepts it, else half the way from `end` to its limit; nil at the limit itself.
    func nearest(to value: Double, from end: Double) -> Double? {
        let value = rounded(value)
        if accepts(value), value != end { return value }
        return towardsLimit(end, isUpper: value > end).first
    }
}
