/// Functional analysis of variance of one regression tree, exact over its boxes.
///
/// A marginal is the tree's mean over all other axes; over the cells between the tree's own borders it is a sum over
/// boxes, each weighted by its share of the other axes (Hutter, Hoos, Leyton-Brown 2014, section 3.2, algorithm 2).
struct TreeAnalysis {
    /// Of each term's variance in the tree's, not in the data's.
    let shares: VarianceTable

    /// Nil for a tree that has one value everywhere.
    init?(_ tree: RegressionTree, axes: [ImportanceAxis]) {
        let grids = axes.indices.map { axis in CellGrid(axes[axis], sides: tree.boxes.map { $0.sides[axis] }) }
        let spans = axes.indices.map { axis in tree.boxes.map { grids[axis].spans($0.sides[axis]) } }
        let widths = axes.indices.map { axis in spans[axis].map(grids[axis].share) }
        let volumes: [Double] = tree.boxes.indices.map { box in
            var volume = 1.0
            for width in widths { volume *= width[box] }
            return volume
        }
        let mean = zip(volumes, tree.boxes).reduce(0.0) { sum, pair in sum + pair.0 * pair.1.value }
        let centred = tree.boxes.map { $0.value - mean }
        let total = Self.meanSquare(centred, volumes)
        guard total > 1e-24 * (1 + mean * mean) else { return nil }

        var shares = VarianceTable(axes: axes.count)
        var effects: [[Double]] = []
        for axis in axes.indices {
            let effect = Self.marginal(grids[axis], spans[axis], widths[axis], volumes, centred)
            shares.main[axis] = Self.meanSquare(effect, grids[axis].weights) / total
            effects.append(effect)
        }
        for (place, (a, b)) in VarianceTable.pairs(of: axes.count).enumerated() {
            // An axis that the tree never splits has no interaction.
            guard grids[a].weights.count > 1, grids[b].weights.count > 1 else { continue }
            let joint = Self.marginal(
                (grids[a], grids[b]), (spans[a], spans[b]), (widths[a], widths[b]), volumes, centred)
            var square = 0.0
            let columns = grids[b].weights.count
            for i in grids[a].weights.indices {
                for j in 0..<columns {
                    let effect = joint[i * (columns + 1) + j] - effects[a][i] - effects[b][j]
                    let weight = grids[a].weights[i] * grids[b].weights[j]
                    square += effect * effect * weight
                }
            }
            shares.pairs[place] = square / total
        }
        self.shares = shares
    }

    /// - Parameter weights: add up to 1.
    private static func meanSquare(_ values: [Double], _ weights: [Double]) -> Double {
        var sum = 0.0
        for (value, weight) in zip(values, weights) { sum += value * value * weight }
        return sum
    }

    /// By differences: each box adds its weight where it begins and takes it back where it ends.
    private static func marginal(
        _ grid: CellGrid, _ spans: [[Range<Int>]], _ widths: [Double], _ volumes: [Double], _ values: [Double]
    ) -> [Double] {
        var effect = [Double](repeating: 0, count: grid.weights.count + 1)
        for box in values.indices where widths[box] > 0 {
            let weight = volumes[box] / widths[box] * values[box]
            for span in spans[box] {
                effect[span.lowerBound] += weight
                effect[span.upperBound] -= weight
            }
        }
        for cell in 1..<effect.count { effect[cell] += effect[cell - 1] }
        effect.removeLast()
        return effect
    }

    /// Rows of the first grid's cells, each with one number more than the second grid has cells.
    private static func marginal(
        _ grids: (CellGrid, CellGrid), _ spans: ([[Range<Int>]], [[Range<Int>]]), _ widths: ([Double], [Double]),
        _ volumes: [Double], _ values: [Double]
    ) -> [Double] {
        let (rows, columns) = (grids.0.weights.count, grids.1.weights.count + 1)
        var joint = [Double](repeating: 0, count: (rows + 1) * columns)
        for box in values.indices {
            let area = widths.0[box] * widths.1[box]
            guard area > 0 else { continue }
            let weight = volumes[box] / area * values[box]
            for first in spans.0[box] {
                for second in spans.1[box] {
                    joint[first.lowerBound * columns + second.lowerBound] += weight
                    joint[first.lowerBound * columns + second.upperBound] -= weight
                    joint[first.upperBound * columns + second.lowerBound] -= weight
                    joint[first.upperBound * columns + second.upperBound] += weight
                }
            }
        }
        for i in 0..<rows {
            for j in 1..<columns { joint[i * columns + j] += joint[i * columns + j - 1] }
            guard i > 0 else { continue }
            for j in 0..<columns { joint[i * columns + j] += joint[(i - 1) * columns + j] }
        }
        return joint
    }
}

/// The cells of one axis between the borders of a tree's boxes.
struct CellGrid {
    /// Share of the domain of each cell.
    let weights: [Double]
    /// The cell that begins with each code, for codes that begin one; words have a cell a level.
    private let cellOfCode: [Int]

    init(_ axis: ImportanceAxis, sides: [RegressionTree.Side]) {
        var begins = [Bool](repeating: !axis.isOrdered, count: axis.codes + 1)
        (begins[0], begins[axis.codes]) = (true, true)
        for case .codes(let range) in sides { (begins[range.lowerBound], begins[range.upperBound]) = (true, true) }
        let borders = begins.indices.filter { begins[$0] }
        weights = zip(borders, borders.dropFirst()).map { axis.share($0..<$1) }
        var cells = [Int](repeating: 0, count: axis.codes + 1)
        for (cell, border) in borders.enumerated() { cells[border] = cell }
        cellOfCode = cells
    }

    /// Cells of a side, as runs.
    func spans(_ side: RegressionTree.Side) -> [Range<Int>] {
        switch side {
        case .codes(let range): return [cellOfCode[range.lowerBound]..<cellOfCode[range.upperBound]]
        case .levels(let mask):
            var runs: [Range<Int>] = []
            for level in weights.indices where mask >> UInt64(level) & 1 == 1 {
                if let last = runs.last, last.upperBound == level {
                    runs[runs.count - 1] = last.lowerBound..<(level + 1)
                } else {
                    runs.append(level..<(level + 1))
                }
            }
            return runs
        }
    }

    func share(_ spans: [Range<Int>]) -> Double {
        spans.reduce(0) { $0 + weights[$1].reduce(0, +) }
    }
}
