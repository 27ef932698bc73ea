/// One parameter as trees and grids see it: values are codes 0..<codes, and each code has its share of the domain.
struct ImportanceAxis: Sendable, Equatable {
    let name: String
    /// Whether neighbouring codes are neighbours: numbers, not words.
    let isOrdered: Bool
    /// Share of the domain below each code: codes + 1 numbers from 0 to 1, never falling.
    let cuts: [Double]

    var codes: Int { cuts.count - 1 }

    /// More values than this share codes: quantiles finer than that change no marginal to speak of, and a tree's
    /// histograms stay small.
    static let maximumCodes = 128
    /// The levels of a word are bits of a mask.
    static let maximumLevels = 64

    /// Codes that each cover the same share of the domain.
    init(name: String, isOrdered: Bool, equalCodes count: Int) {
        self.name = name
        self.isOrdered = isOrdered
        cuts = (0...count).map { Double($0) / Double(count) }
    }

    /// Ordered codes for points of the unit interval; a code reaches halfway to its neighbours.
    ///
    /// - Parameter points: 0…1, ascending, distinct, at least one.
    init(name: String, points: [Double]) {
        self.name = name
        isOrdered = true
        cuts = [0] + zip(points, points.dropFirst()).map { ($0 + $1) / 2 } + [1]
    }

    /// Share of the domain that the codes of `range` cover.
    func share(_ range: Range<Int>) -> Double { cuts[range.upperBound] - cuts[range.lowerBound] }
}
