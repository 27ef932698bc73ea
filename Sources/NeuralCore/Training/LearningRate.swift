/// Learning rates that do not depend on the C library's cosine, so that all machines agree on the bits.
enum LearningRate {
    /// ½·rate·(1 + cos(π·iteration/iterations)).
    static func cosine(_ rate: Double, iteration: Int, iterations: Int) -> Double {
        0.5 * rate * (1 + cosineOfPi(times: Double(iteration) / Double(iterations)))
    }

    /// cos(πx) for 0 ≤ x ≤ 1, error below 1e-15.
    static func cosineOfPi(times x: Double) -> Double {
        // Quarter turns are mapped onto [0, ¼], where the Taylor series are short.
        if x > 0.5 { return -cosineOfPi(times: 1 - x) }
        return x <= 0.25 ? series(.pi * x, first: 1, from: 0) : series(.pi * (0.5 - x), first: .pi * (0.5 - x), from: 1)
    }

    /// Σ (−1)ᵏ t^(2k+from) / (2k+from)!
    private static func series(_ t: Double, first: Double, from: Int) -> Double {
        var (term, sum) = (first, 0.0)
        for k in 1...10 {
            sum += term
            term *= -t * t / Double((2 * k + from - 1) * (2 * k + from))
        }
        return sum
    }
}
