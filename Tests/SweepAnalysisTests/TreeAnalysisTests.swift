import Testing

@testable import SweepAnalysis

@Suite struct TreeAnalysisTests {
    /// Two ordered axes, one of words.
    private let axes = [
        ImportanceAxis(name: "a", points: [0.1, 0.2, 0.5, 0.6, 0.95]),
        ImportanceAxis(name: "w", isOrdered: false, equalCodes: 4),
        ImportanceAxis(name: "b", isOrdered: true, equalCodes: 3),
    ]

    private func sample() -> ImportanceSample {
        var draws = RandomDraws(seed: 5)
        let codes = axes.map { axis in (0..<80).map { _ in draws.index(below: axis.codes) } }
        let values = (0..<80).map { trial in
            Double(codes[0][trial]) + (codes[1][trial] % 2 == 0 ? 3 : 0) * Double(codes[2][trial])
                + Double(draws.index(below: 100)) / 100
        }
        return ImportanceSample(axes: axes, codes: codes, values: values)
    }

    /// The box that holds a point; boxes must cover each point once.
    private func value(_ tree: RegressionTree, _ point: [Int]) -> [Double] {
        tree.boxes.filter { box in
            zip(box.sides, point).allSatisfy { side, code in
                switch side {
                case .codes(let range): range.contains(code)
                case .levels(let mask): mask >> UInt64(code) & 1 == 1
                }
            }
        }.map(\.value)
    }

    @Test func marginalsAgreeWithASumOverAllPoints() throws {
        let tree = RegressionTree(sample(), rows: Array(0..<80), minimumLeaf: 2)
        #expect(tree.boxes.count > 8)
        var points: [(point: [Int], weight: Double, value: Double)] = []
        for a in 0..<5 {
            for w in 0..<4 {
                for b in 0..<3 {
                    let values = value(tree, [a, w, b])
                    #expect(values.count == 1)
                    let weight = axes[0].share(a..<(a + 1)) * axes[1].share(w..<(w + 1)) * axes[2].share(b..<(b + 1))
                    points.append(([a, w, b], weight, values.first ?? 0))
                }
            }
        }
        #expect(abs(points.reduce(0) { $0 + $1.weight } - 1) < 1e-12)
        let mean = points.reduce(0) { $0 + $1.weight * $1.value }
        let total = points.reduce(0) { $0 + $1.weight * ($1.value - mean) * ($1.value - mean) }
        /// Variance of the mean given the codes of some axes.
        func explained(_ kept: [Int]) -> Double {
            let groups = Dictionary(grouping: points) { point in kept.map { point.point[$0] } }
            return groups.values.reduce(0) { sum, group in
                let weight = group.reduce(0) { $0 + $1.weight }
                let level = group.reduce(0) { $0 + $1.weight * $1.value } / weight - mean
                return sum + weight * level * level
            } / total
        }
        let shares = try #require(TreeAnalysis(tree, axes: axes)).shares
        for axis in 0..<3 { #expect(abs(shares.main[axis] - explained([axis])) < 1e-9) }
        for (place, (a, b)) in VarianceTable.pairs(of: 3).enumerated() {
            #expect(abs(shares.pairs[place] - (explained([a, b]) - explained([a]) - explained([b]))) < 1e-9)
        }
    }

    @Test func aLeafKeepsItsLeastNumberOfDraws() {
        let sample = sample()
        let tree = RegressionTree(sample, rows: Array(0..<80), minimumLeaf: 10)
        #expect(tree.boxes.count > 1 && tree.boxes.count <= 8)
    }

    @Test func aTreeOfEqualValuesSaysNothing() {
        let flat = ImportanceSample(axes: axes, codes: sample().codes, values: [Double](repeating: 0.3, count: 80))
        let tree = RegressionTree(flat, rows: Array(0..<80), minimumLeaf: 1)
        #expect(tree.boxes.count == 1)
        #expect(TreeAnalysis(tree, axes: axes) == nil)
        #expect(ForestAnalysis(flat, seed: 0) == nil)
    }
}
