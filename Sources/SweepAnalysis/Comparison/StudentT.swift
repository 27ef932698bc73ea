#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Student's t distribution; infinite degrees of freedom make it the normal one.
struct StudentT {
    /// Above 0; need not be whole.
    let degrees: Double

    /// From so many on the normal distribution is as close as anyone can tell.
    private static let normal = 1e7

    /// Probability of a value above `t`.
    func upperTail(_ t: Double) -> Double {
        guard degrees < Self.normal else { return 0.5 * erfc(t / 2.0.squareRoot()) }
        // Abramowitz and Stegun 26.7.1 with 26.5: P(|T| > t) = I(ν / (ν + t²); ν/2, 1/2).
        let half = 0.5 * Self.incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
        return t > 0 ? half : 1 - half
    }

    /// The value above which lies the probability `tail`, 0 < tail ≤ 0.5; by bisection.
    func quantile(upperTail tail: Double) -> Double {
        var (low, high) = (0.0, 1.0)
        while upperTail(high) > tail, high < 1e300 { (low, high) = (high, high * 2) }
        for _ in 0..<200 where high - low > 1e-13 * high {
            let middle = (low + high) / 2
            if upperTail(middle) > tail { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The regularized incomplete beta function I(x; a, b), by its continued fraction (DLMF 8.17.22) with Lentz's method.
    static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        // The fraction converges fast on one side of the mean only.
        guard x <= (a + 1) / (a + b + 2) else { return 1 - incompleteBeta(1 - x, b, a) }
        let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
        let tiny = 1e-300
        var (c, d) = (1.0, 1 - (a + b) * x / (a + 1))
        if abs(d) < tiny { d = tiny }
        d = 1 / d
        var fraction = d
        for m in 1...10_000 {
            let m = Double(m)
            for term in [
                m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
            ] {
                d = 1 + term * d
                c = 1 + term / c
                if abs(d) < tiny { d = tiny }
                if abs(c) < tiny { c = tiny }
                d = 1 / d
                fraction *= c * d
            }
            if abs(c * d - 1) < 1e-15 { break }
        }
        return front * fraction
    }
}
