/// The prediction that goes before compression, chosen anew for each row (ISO/IEC 15948, section 9).
enum PNGFilter: UInt8, CaseIterable {
    case none
    case sub
    case up
    case average
    case paeth

    /// The rows of a picture, each with its filter's number before it.
    ///
    /// For each row that filter is taken whose bytes, read as signed numbers, have the least sum of magnitudes (the
    /// heuristic that section 12.7 recommends).
    static func rows(of picture: TileGrid.Picture) -> [UInt8] {
        let stride = picture.width * picture.channels
        var result: [UInt8] = []
        result.reserveCapacity((stride + 1) * picture.height)
        var above = [UInt8](repeating: 0, count: stride)
        for row in 0..<picture.height {
            let current = Array(picture.pixels[row * stride..<(row + 1) * stride])
            var best: (filter: PNGFilter, bytes: [UInt8], cost: Int)?
            for filter in allCases {
                let bytes = filter.apply(current, above: above, channels: picture.channels)
                let cost = bytes.reduce(0) { $0 + Int(Int8(bitPattern: $1).magnitude) }
                if cost < best?.cost ?? .max { best = (filter, bytes, cost) }
            }
            if let best { result += [best.filter.rawValue] + best.bytes }
            above = current
        }
        return result
    }

    private func apply(_ row: [UInt8], above: [UInt8], channels: Int) -> [UInt8] {
        var result = row
        for index in row.indices {
            let left = index >= channels ? row[index - channels] : 0
            let corner = index >= channels ? above[index - channels] : 0
            result[index] &-= predict(left: left, above: above[index], corner: corner)
        }
        return result
    }

    func predict(left: UInt8, above: UInt8, corner: UInt8) -> UInt8 {
        switch self {
        case .none: return 0
        case .sub: return left
        case .up: return above
        case .average: return UInt8((Int(left) + Int(above)) / 2)
        case .paeth:
            let estimate = Int(left) + Int(above) - Int(corner)
            let (a, b, c) = (abs(estimate - Int(left)), abs(estimate - Int(above)), abs(estimate - Int(corner)))
            return a <= b && a <= c ? left : b <= c ? above : corner
        }
    }
}
