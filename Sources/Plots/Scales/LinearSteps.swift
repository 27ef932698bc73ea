/// Distances between the ticks of a linear axis: 1, 2 and 5 times a power of ten, and what clocks use for durations.
struct LinearSteps: Sendable, Equatable {
    /// The step is `mantissa · 10^exponent`.
    var mantissa: Double
    var exponent: Int

    var size: Double {
        exponent < 0 ? mantissa / Logarithm.powerOfTen(-exponent) : mantissa * Logarithm.powerOfTen(exponent)
    }

    /// The `index`-th multiple. Divides where it can, so that 3 steps of 0.1 are 0.3.
    func value(_ index: Double) -> Double {
        let multiple = index * mantissa
        return exponent < 0 ? multiple / Logarithm.powerOfTen(-exponent) : multiple * Logarithm.powerOfTen(exponent)
    }

    /// Indices of the multiples in `domain`, with a little tolerance at its ends.
    func indices(in domain: ClosedRange<Double>) -> (first: Double, last: Double) {
        let first = (domain.lowerBound / size - 1e-6).rounded(.up)
        let last = (domain.upperBound / size + 1e-6).rounded(.down)
        // No minus zero.
        return (first + 0, last + 0)
    }

    func floor(_ value: Double) -> Double { self.value((value / size + 1e-6).rounded(.down) + 0) }
    func ceil(_ value: Double) -> Double { self.value((value / size - 1e-6).rounded(.up) + 0) }

    /// The smallest step with at most `count` multiples in `domain`.
    static func step(for domain: ClosedRange<Double>, atMost count: Int, format: Axis.Format) -> LinearSteps {
        let count = max(count, 1)
        let raw = (domain.upperBound - domain.lowerBound) / Double(count)
        if format == .duration, let step = clockStep(for: domain, atMost: count, raw: raw) { return step }
        var exponent = Int(Logarithm.base10(raw).rounded(.down))
        if format == .integer { exponent = max(exponent, 0) }
        while true {
            for mantissa in [1.0, 2, 5] {
                let step = LinearSteps(mantissa: mantissa, exponent: exponent)
                let (first, last) = step.indices(in: domain)
                if last - first + 1 <= Double(count) { return step }
            }
            exponent += 1
        }
    }

    /// Seconds, minutes, hours and days in steps people count time in; nil for less than a second and for many days.
    private static func clockStep(for domain: ClosedRange<Double>, atMost count: Int, raw: Double) -> LinearSteps? {
        guard raw >= 0.5 else { return nil }
        for size: Double in [
            1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800,
            432_000,
            864_000,
        ] where size >= raw / 2 {
            let step = LinearSteps(mantissa: size, exponent: 0)
            let (first, last) = step.indices(in: domain)
            if last - first + 1 <= Double(count) { return step }
        }
        return nil
    }
}
