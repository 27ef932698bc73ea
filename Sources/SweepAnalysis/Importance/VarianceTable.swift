/// Shares of the variance: of each axis alone, and of each pair of axes beyond that.
struct VarianceTable: Sendable, Equatable {
    /// One an axis.
    var main: [Double]
    /// One a pair, (0, 1), (0, 2), …, (1, 2), …
    var pairs: [Double]

    init(axes: Int) {
        main = [Double](repeating: 0, count: axes)
        pairs = [Double](repeating: 0, count: axes * (axes - 1) / 2)
    }

    /// The axes of each entry of `pairs`.
    static func pairs(of axes: Int) -> [(Int, Int)] {
        (0..<axes).flatMap { first in ((first + 1)..<max(axes, first + 1)).map { (first, $0) } }
    }
}
