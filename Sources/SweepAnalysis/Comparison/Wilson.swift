/// Wilson's score interval for a binomial proportion (Journal of the American Statistical Association 22, 1927).
public enum Wilson {
    /// At 95 %; the whole range without samples.
    public static func interval95(_ proportion: Double, samples: Int) -> (lower: Double, upper: Double) {
        guard samples > 0 else { return (0, 1) }
        let (n, p, z) = (Double(samples), min(max(proportion, 0), 1), 1.959963984540054)
        let centre = p + z * z / (2 * n)
        let spread = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        let scale = 1 + z * z / n
        return (max(0, (centre - spread) / scale), min(1, (centre + spread) / scale))
    }
}
