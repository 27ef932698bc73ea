/// Functions of analysis in additions, multiplications, divisions and square roots alone.
///
/// IEEE 754 fixes the bits of those four but not of `exp` or `log`, which differ from one C library to the next. A
/// suggestion that depends on earlier results passes through thousands of them; with these it is the same everywhere.
/// Errors stay below 4 units in the last place, but for `quantile`, whose stay below 1e-14 of the result.
enum PlainMath {
    private static let ln2High = 0x1.62e42fee00000p-1
    private static let ln2Low = 0x1.a39ef35793c76p-33
    private static let halfLogTau = 0.918938533204672741780

    /// The natural logarithm, x > 0.
    static func log(_ x: Double) -> Double {
        guard x > 0, x < .infinity else { return x == 0 ? -.infinity : x > 0 ? .infinity : .nan }
        var exponent = Double(x.exponent)
        var mantissa = x.significand
        if mantissa > 1.4142135623730951 {
            mantissa /= 2
            exponent += 1
        }
        // log m = 2 artanh((m - 1) / (m + 1)), and the argument is at most 0.1716.
        let s = (mantissa - 1) / (mantissa + 1)
        let square = s * s
        var tail = 0.0
        for power in stride(from: 25.0, to: 1, by: -2) { tail = tail * square + 1 / power }
        let series = 2 * s * square * tail
        return exponent * ln2High + (2 * s + (series + exponent * ln2Low))
    }

    static func exp(_ x: Double) -> Double {
        guard x > -746 else { return x.isNaN ? x : 0 }
        guard x < 710 else { return .infinity }
        let power = (x * 1.4426950408889634).rounded()
        let rest = (x - power * ln2High) - power * ln2Low
        var sum = 1.0
        for divisor in stride(from: 14.0, through: 1, by: -1) { sum = 1 + rest / divisor * sum }
        return Double(sign: .plus, exponent: Int(power), significand: sum)
    }

    /// exp(x²) · erfc(x), x ≥ 0.
    ///
    /// A Chebyshev series of (1 + 2x) exp(x²) erfc(x) in (x - 3.75) / (x + 3.75), the form of Shepherd and Laframboise,
    /// "Chebyshev approximation of (1 + 2x) exp(x²) erfc x in 0 ≤ x < ∞" (1981).
    static func scaledComplementaryError(_ x: Double) -> Double {
        guard x < 1e8 else { return 0.5641895835477563 / x }
        let t = 2 * (x - 3.75) / (x + 3.75)
        var (one, two) = (0.0, 0.0)
        for coefficient in chebyshev.dropFirst().reversed() { (one, two) = (t * one - two + coefficient, one) }
        return (t / 2 * one - two + chebyshev[0]) / (1 + 2 * x)
    }

    /// The logarithm of the normal distribution's mass above `a`.
    static func logUpperTail(_ a: Double) -> Double {
        a > 0
            ? log(scaledComplementaryError(a * 0.7071067811865476) / 2) - a * a / 2
            : logOfOneLess(upperTail(-a))
    }

    /// log(1 - share) with the digits of a small `share`: the quotient undoes the rounding of the difference (Kahan).
    private static func logOfOneLess(_ share: Double) -> Double {
        let rest = 1 - share
        return rest == 1 ? -share : log(rest) * (share / (1 - rest))
    }

    /// The normal distribution's mass above `a`.
    static func upperTail(_ a: Double) -> Double {
        a < 0 ? 1 - upperTail(-a) : 0.5 * exp(-a * a / 2) * scaledComplementaryError(a * 0.7071067811865476)
    }

    /// The normal distribution's mass below `a`.
    static func distribution(_ a: Double) -> Double { upperTail(-a) }

    /// The logarithm of the normal distribution's mass in (a, b), a < b.
    static func logMass(_ a: Double, _ b: Double) -> Double {
        if a > 0 { return difference(logUpperTail(a), logUpperTail(b)) }
        if b < 0 { return difference(logUpperTail(-b), logUpperTail(-a)) }
        return log(max(1 - upperTail(b) - upperTail(-a), .leastNormalMagnitude))
    }

    /// log(exp(one) - exp(other)), one ≥ other.
    private static func difference(_ one: Double, _ other: Double) -> Double {
        // Of a cell so narrow that both tails are the same number, the smallest difference.
        one + logOfOneLess(min(exp(other - one), 1 - 0x1p-53))
    }

    /// The logarithm of the normal density at `z`.
    static func logDensity(_ z: Double) -> Double { -z * z / 2 - halfLogTau }

    /// The point with the normal distribution's mass `p` below it, 0 < p < 1.
    ///
    /// Newton's method on the logarithm of the smaller tail, which is concave, so that it comes from one side.
    static func quantile(_ p: Double) -> Double {
        if p > 0.5 { return -quantile(1 - p) }
        guard p > 0 else { return -.infinity }
        let target = log(p)
        // Of the tail's asymptote; near the middle, of the density at 0.
        var x = p > 0.2 ? (p - 0.5) * 2.5066282746310002 : -(-2 * target - 2).squareRoot()
        for _ in 0..<60 {
            let tail = logUpperTail(-x)
            let step = (tail - target) * exp(tail - logDensity(x))
            x -= step
            if abs(step) <= 1e-15 * max(abs(x), 1) { break }
        }
        return x
    }

    private static let chebyshev: [Double] = [
        1.1775789345674017, -0.004590054580646478, -0.08424913336651792, 0.05920993999819189, -0.026658668435305753,
        0.009074997670705265, -0.002413163540417608, 0.0004907758365258086, -6.916973302501207e-05,
        4.13902798607301e-06, 7.74038306619849e-07, -2.1886401049234397e-07, 1.076499946567091e-08,
        4.521959811218287e-09, -7.754400208831351e-10, -6.318088340886684e-11, 2.86879501093067e-11,
        1.9455868545777405e-13, -9.654696748433433e-13, 3.252548148148796e-14, 3.347811948286861e-14,
        -1.8645628804187656e-15, -1.250795053068326e-15, 7.418235256676974e-17, 5.068148904848072e-17,
    ]
}
