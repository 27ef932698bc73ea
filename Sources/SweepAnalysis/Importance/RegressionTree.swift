/// A regression tree on coded parameters: boxes with a mean each, which together cover the domain.
struct RegressionTree {
    /// What a box holds of one axis.
    enum Side: Sendable, Equatable {
        case codes(Range<Int>)
        /// Bit k: the level k of a word.
        case levels(UInt64)
    }

    struct Box {
        var sides: [Side]
        var value: Double
    }

    private(set) var boxes: [Box] = []

    private let sample: ImportanceSample
    private let minimumLeaf: Int
    // Sums and counts of a node's values by code; kept from node to node to spare allocations.
    private var sums: [Double]
    private var counts: [Int]

    /// Grows until no split leaves `minimumLeaf` draws on both sides and lowers the squared error.
    ///
    /// - Parameter rows: trials, with repetitions; at least one.
    init(_ sample: ImportanceSample, rows: [Int], minimumLeaf: Int) {
        self.sample = sample
        self.minimumLeaf = max(minimumLeaf, 1)
        let codes = sample.axes.map(\.codes).max() ?? 0
        (sums, counts) = ([Double](repeating: 0, count: codes), [Int](repeating: 0, count: codes))
        let whole = sample.axes.map { axis in
            axis.isOrdered ? Side.codes(0..<axis.codes) : .levels(Self.mask(axis.codes))
        }
        var rows = rows
        var open = [(range: rows.indices, sides: whole)]
        while let node = open.popLast() {
            guard let split = bestSplit(rows[node.range], node.sides) else {
                let sum = rows[node.range].reduce(0) { $0 + sample.values[$1] }
                boxes.append(Box(sides: node.sides, value: sum / Double(node.range.count)))
                continue
            }
            let codes = sample.codes[split.axis]
            let middle = rows[node.range].partition { !Self.holds(split.left, codes[$0]) }
            var (left, right) = (node.sides, node.sides)
            left[split.axis] = split.left
            right[split.axis] = split.right
            open.append((middle..<node.range.upperBound, right))
            open.append((node.range.lowerBound..<middle, left))
        }
    }

    private static func mask(_ levels: Int) -> UInt64 { levels >= 64 ? .max : (1 << UInt64(levels)) - 1 }

    private static func holds(_ side: Side, _ code: Int) -> Bool {
        switch side {
        case .codes(let range): range.contains(code)
        case .levels(let mask): mask >> UInt64(code) & 1 == 1
        }
    }

    private struct Split {
        var axis: Int
        var left: Side
        var right: Side
        var gain: Double
    }

    /// The split that lowers the squared error most; ties go to the first axis, then to the lowest code.
    private mutating func bestSplit(_ rows: ArraySlice<Int>, _ sides: [Side]) -> Split? {
        guard rows.count >= 2 * minimumLeaf else { return nil }
        let sum = rows.reduce(0) { $0 + sample.values[$1] }
        let squares = rows.reduce(0) { $0 + sample.values[$1] * sample.values[$1] }
        let base = sum * sum / Double(rows.count)
        // Below it there is only rounding left to explain.
        let least = 1e-12 * max(squares, .leastNormalMagnitude)
        guard squares - base > least else { return nil }
        var best: Split?
        for axis in sides.indices {
            let candidate =
                switch sides[axis] {
                case .codes(let range): orderedSplit(axis, range, rows, total: sum)
                case .levels(let mask): levelSplit(axis, mask, rows, total: sum)
                }
            guard var candidate else { continue }
            candidate.gain -= base
            if candidate.gain > max(best?.gain ?? 0, least) { best = candidate }
        }
        return best
    }

    private mutating func tally(_ axis: Int, _ codes: Range<Int>, _ rows: ArraySlice<Int>) {
        for code in codes { (sums[code], counts[code]) = (0, 0) }
        let row = sample.codes[axis]
        for index in rows {
            sums[row[index]] += sample.values[index]
            counts[row[index]] += 1
        }
    }

    private mutating func orderedSplit(
        _ axis: Int, _ range: Range<Int>, _ rows: ArraySlice<Int>, total: Double
    ) -> Split? {
        guard range.count > 1 else { return nil }
        tally(axis, range, rows)
        var (sum, count, lastSeen) = (0.0, 0, range.lowerBound)
        var (score, cut) = (-Double.infinity, range.lowerBound)
        for code in range where counts[code] > 0 {
            if count >= minimumLeaf, rows.count - count >= minimumLeaf {
                let here = sum * sum / Double(count) + (total - sum) * (total - sum) / Double(rows.count - count)
                // Between two codes with draws the border lies halfway.
                if here > score { (score, cut) = (here, (lastSeen + 1 + code) / 2) }
            }
            sum += sums[code]
            count += counts[code]
            lastSeen = code
        }
        guard score > -.infinity else { return nil }
        return Split(
            axis: axis, left: .codes(range.lowerBound..<cut), right: .codes(cut..<range.upperBound), gain: score)
    }

    /// Levels in order of their mean: the best of all subsets is a prefix of it (Breiman et al. 1984, section 9.4).
    private mutating func levelSplit(
        _ axis: Int, _ mask: UInt64, _ rows: ArraySlice<Int>, total: Double
    ) -> Split? {
        guard mask.nonzeroBitCount > 1 else { return nil }
        tally(axis, 0..<sample.axes[axis].codes, rows)
        let order = (0..<sample.axes[axis].codes).filter { counts[$0] > 0 }
            .sorted { (sums[$0] / Double(counts[$0]), $0) < (sums[$1] / Double(counts[$1]), $1) }
        var (sum, count, bits) = (0.0, 0, UInt64(0))
        var (score, left, leftCount) = (-Double.infinity, UInt64(0), 0)
        for level in order.dropLast() {
            sum += sums[level]
            count += counts[level]
            bits |= 1 << UInt64(level)
            guard count >= minimumLeaf, rows.count - count >= minimumLeaf else { continue }
            let here = sum * sum / Double(count) + (total - sum) * (total - sum) / Double(rows.count - count)
            if here > score { (score, left, leftCount) = (here, bits, count) }
        }
        guard score > -.infinity else { return nil }
        // Levels without a draw here go with the larger part.
        let seen = order.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
        if leftCount * 2 > rows.count { left |= mask & ~seen }
        return Split(axis: axis, left: .levels(left), right: .levels(mask & ~left), gain: score)
    }
}
