import CKernels
import Testing

@testable import NeuralCore

@Suite struct SymmetricEigenTests {
    private func matrix(_ values: [Double]) -> AlignedDoubles {
        let matrix = AlignedDoubles(count: values.count)
        for (i, value) in values.enumerated() { matrix.pointer[i] = value }
        return matrix
    }

    /// Symmetric, of rank `rank`, with eigenvalues that come in pairs when `rank` is half of n.
    private func sample(_ n: Int, rank: Int) -> [Double] {
        let factor = PreparingFixture.noise(count: n * rank)
        var values = [Double](repeating: 0, count: n * n)
        for r in 0..<n {
            for c in 0...r {
                let sum = (0..<rank).reduce(0.0) { $0 + factor[r * rank + $1] * factor[c * rank + $1] }
                (values[r * n + c], values[c * n + r]) = (sum, sum)
            }
        }
        return values
    }

    @Test(arguments: InstructionSet.available) func itAgreesWithNumPy(_ set: InstructionSet) {
        let n = 37
        let eigen = SymmetricEigen(
            matrix(PreparingFixture.numbers(PreparingFixture.symmetric)), n: n, count: n, instructionSet: set)
        eigen.run()
        let values = PreparingFixture.numbers(PreparingFixture.values)
        for (ours, theirs) in zip(eigen.values, values) { #expect(abs(ours - theirs) < 1e-7) }
        let vectors = PreparingFixture.numbers(PreparingFixture.vectors)
        for (i, theirs) in vectors.enumerated() { #expect(abs(eigen.vectors.pointer[i] - theirs) < 1e-7) }
    }

    /// Sizes around the panel's width, a matrix of low rank, and one whose eigenvalues are all the same.
    @Test(arguments: [(1, 1), (2, 2), (3, 1), (31, 31), (32, 9), (33, 33), (65, 65), (70, 2), (101, 50)])
    func vectorsAreOrthonormalAndGiveTheMatrixBack(n: Int, rank: Int) {
        let original = sample(n, rank: rank)
        let eigen = SymmetricEigen(matrix(original), n: n, count: n)
        eigen.run()
        let v = eigen.vectors.pointer
        let scale = max(eigen.values.map { abs($0) }.max() ?? 1, 1)
        for i in 0..<n {
            for j in 0...i {
                let product = (0..<n).reduce(0.0) { $0 + v[i * n + $1] * v[j * n + $1] }
                #expect(abs(product - (i == j ? 1 : 0)) < 1e-9, "\(i), \(j)")
                let again = (0..<n).reduce(0.0) { $0 + eigen.values[$1] * v[$1 * n + i] * v[$1 * n + j] }
                #expect(abs(again - original[i * n + j]) < 1e-11 * scale, "\(i), \(j)")
            }
        }
        #expect(eigen.values == eigen.values.sorted(by: >))
    }

    @Test func equalEigenvaluesHaveDifferentVectors() {
        let n = 40
        let eigen = SymmetricEigen(
            matrix((0..<n * n).map { $0 / n == $0 % n ? 3 : 0 }), n: n, count: n)
        eigen.run()
        #expect(eigen.values.allSatisfy { abs($0 - 3) < 1e-12 })
        for i in 1..<n {
            for j in 0..<i {
                let product = (0..<n).reduce(0.0) {
                    $0 + eigen.vectors.pointer[i * n + $1] * eigen.vectors.pointer[j * n + $1]
                }
                #expect(abs(product) < 1e-9)
            }
        }
    }

    @Test func allInstructionSetsMakeTheSameBits() {
        var first: ([Double], [Double])?
        for set in InstructionSet.available {
            let eigen = SymmetricEigen(matrix(sample(67, rank: 67)), n: 67, count: 20, instructionSet: set)
            eigen.run()
            let result = (eigen.values, (0..<20 * 67).map { eigen.vectors.pointer[$0] })
            if let first { #expect(result.0 == first.0 && result.1 == first.1, "\(set)") } else { first = result }
        }
    }
}

extension PreparingFixture {
    static func numbers(_ text: String) -> [Double] { text.split(separator: " ").compactMap { Double($0) } }

    /// In −1…1.
    static func noise(count: Int) -> [Double] {
        (0..<count).map { Double(RandomStream.probe.words(seed: 77, position: UInt64($0)).0) / 2_147_483_648 - 1 }
    }
}
