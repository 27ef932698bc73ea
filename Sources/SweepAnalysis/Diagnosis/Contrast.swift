/// How much better one group of trials is than another, and how sure that is.
struct Contrast {
    /// Mean of first minus second.
    var difference: Double
    var standardError: Double
    /// Pairs, or trials of the smaller group.
    var count: Int
    /// Whether trials were compared that differ in nothing else.
    var isPaired: Bool

    /// Fewer differences have no spread to speak of.
    static let minimum = 3

    init?(pairs differences: [Double]) {
        guard differences.count >= Self.minimum, let (mean, error) = Self.mean(differences) else { return nil }
        (difference, standardError, count, isPaired) = (mean, error, differences.count, true)
    }

    /// Welch's, for two groups of different spread.
    init?(_ first: [Double], _ second: [Double]) {
        guard first.count >= Self.minimum, second.count >= Self.minimum, let a = Self.mean(first),
            let b = Self.mean(second)
        else { return nil }
        difference = a.mean - b.mean
        standardError = (a.error * a.error + b.error * b.error).squareRoot()
        (count, isPaired) = (min(first.count, second.count), false)
    }

    /// Twice its standard error, the usual level.
    var isClear: Bool { difference > 2 * standardError && difference > 0 }

    private static func mean(_ values: [Double]) -> (mean: Double, error: Double)? {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        return (mean, (square / count).squareRoot())
    }
}
