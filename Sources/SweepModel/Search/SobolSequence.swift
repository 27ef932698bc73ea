/// Points of the Sobol sequence, each dimension scrambled by itself.
///
/// Direction numbers: Joe and Kuo, "Constructing Sobol sequences with better two-dimensional projections" (2008), their
/// file new-joe-kuo-6.21201. Scrambling: Owen, "Randomly permuted (t,m,s)-nets and (t,s)-sequences" (1995), with the
/// bits that he draws at random taken from a hash of the bits above them.
struct SobolSequence: Sendable {
    static let dimensions = numbers.count + 1

    /// Column `b` belongs to bit `b` of the point's Gray code.
    private let columns: [UInt32]

    /// 0 ≤ dimension < dimensions.
    init(dimension: Int) {
        columns = dimension == 0 ? (0..<32).map { 1 << (31 - $0) } : Self.columns(Self.numbers[dimension - 1])
    }

    /// The coordinate of point `index` as a fraction of 2^32.
    func point(_ index: Int) -> UInt32 {
        let place = UInt32(truncatingIfNeeded: index)
        var gray = place ^ (place >> 1)
        var result: UInt32 = 0
        while gray != 0 {
            result ^= columns[gray.trailingZeroBitCount]
            gray &= gray - 1
        }
        return result
    }

    /// Flips each bit as a hash of `key` and the bits above it says, so that every elementary interval keeps its points.
    static func scrambled(_ point: UInt32, key: UInt64) -> UInt32 {
        var result = point
        for place in (0..<UInt32(32)).reversed() {
            // A 1 in front tells prefixes of different lengths apart.
            let prefix = (UInt64(1) << (31 - place)) | (place == 31 ? 0 : UInt64(point >> (place + 1)))
            result ^= UInt32(truncatingIfNeeded: SplitMix.mix(key ^ (prefix &* SplitMix.gamma)) >> 63) << place
        }
        return result
    }

    /// The recurrence of the primitive polynomial, whose coefficients are the bits of the first number.
    private static func columns(_ row: (polynomial: Int, initial: [UInt32])) -> [UInt32] {
        var m = row.initial
        let degree = m.count
        for place in degree..<32 {
            var next = m[place - degree] ^ (m[place - degree] << degree)
            for back in 1..<max(degree, 1) where (row.polynomial >> (degree - back)) & 1 == 1 {
                next ^= m[place - back] << back
            }
            m.append(next)
        }
        return m.enumerated().map { $1 << (31 - $0) }
    }

    /// Polynomial and initial numbers of every dimension but the first.
    static let numbers: [(polynomial: Int, initial: [UInt32])] = [
        (3, [1]), (7, [1, 3]), (11, [1, 3, 1]), (13, [1, 1, 1]), (19, [1, 1, 3, 3]), (25, [1, 3, 5, 13]),
        (37, [1, 1, 5, 5, 17]), (41, [1, 1, 5, 5, 5]), (47, [1, 1, 7, 11, 19]), (55, [1, 1, 5, 1, 1]),
        (59, [1, 1, 1, 3, 11]), (61, [1, 3, 5, 5, 31]), (67, [1, 3, 3, 9, 7, 49]), (91, [1, 1, 1, 15, 21, 21]),
        (97, [1, 3, 1, 13, 27, 49]), (103, [1, 1, 1, 15, 7, 5]), (109, [1, 3, 1, 15, 13, 25]),
        (115, [1, 1, 5, 5, 19, 61]), (131, [1, 3, 7, 11, 23, 15, 103]), (137, [1, 3, 7, 13, 13, 15, 69]),
        (143, [1, 1, 3, 13, 7, 35, 63]), (145, [1, 3, 5, 9, 1, 25, 53]), (157, [1, 3, 1, 13, 9, 35, 107]),
        (167, [1, 3, 1, 5, 27, 61, 31]), (171, [1, 1, 5, 11, 19, 41, 61]), (185, [1, 3, 5, 3, 3, 13, 69]),
        (191, [1, 1, 7, 13, 1, 19, 1]), (193, [1, 3, 7, 5, 13, 19, 59]), (203, [1, 1, 3, 9, 25, 29, 41]),
        (211, [1, 3, 5, 13, 23, 1, 55]), (213, [1, 3, 7, 3, 13, 59, 17]), (229, [1, 3, 1, 3, 5, 53, 69]),
        (239, [1, 1, 5, 5, 23, 33, 13]), (241, [1, 1, 7, 7, 1, 61, 123]), (247, [1, 1, 7, 9, 13, 61, 49]),
        (253, [1, 3, 3, 5, 3, 55, 33]), (285, [1, 3, 1, 15, 31, 13, 49, 245]), (299, [1, 3, 5, 15, 31, 59, 63, 97]),
        (301, [1, 3, 1, 11, 11, 11, 77, 249]), (333, [1, 3, 1, 11, 27, 43, 71, 9]),
        (351, [1, 1, 7, 15, 21, 11, 81, 45]), (355, [1, 3, 7, 3, 25, 31, 65, 79]),
        (357, [1, 3, 1, 1, 19, 11, 3, 205]), (361, [1, 1, 5, 9, 19, 21, 29, 157]),
        (369, [1, 3, 7, 11, 1, 33, 89, 185]), (391, [1, 3, 3, 3, 15, 9, 79, 71]),
        (397, [1, 3, 7, 11, 15, 39, 119, 27]), (425, [1, 1, 3, 1, 11, 31, 97, 225]),
        (451, [1, 1, 1, 3, 23, 43, 57, 177]), (463, [1, 3, 7, 7, 17, 17, 37, 71]),
        (487, [1, 3, 1, 5, 27, 63, 123, 213]), (501, [1, 1, 3, 5, 11, 43, 53, 133]),
        (529, [1, 3, 5, 5, 29, 17, 47, 173, 479]), (539, [1, 3, 3, 11, 3, 1, 109, 9, 69]),
        (545, [1, 1, 1, 5, 17, 39, 23, 5, 343]), (557, [1, 3, 1, 5, 25, 15, 31, 103, 499]),
        (563, [1, 1, 1, 11, 11, 17, 63, 105, 183]), (601, [1, 1, 5, 11, 9, 29, 97, 231, 363]),
        (607, [1, 1, 5, 15, 19, 45, 41, 7, 383]), (617, [1, 3, 7, 7, 31, 19, 83, 137, 221]),
        (623, [1, 1, 1, 3, 23, 15, 111, 223, 83]), (631, [1, 1, 5, 13, 31, 15, 55, 25, 161]),
        (637, [1, 1, 3, 13, 25, 47, 39, 87, 257]),
    ]
}
