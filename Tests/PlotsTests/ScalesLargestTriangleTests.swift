import Testing

@testable import Plots

@Suite struct ScalesLargestTriangleTests {
    @Test func fewPointsAllStay() {
        #expect(LargestTriangle.indices(x: [1, 2, 3], y: [0, 0, 0], count: 10) == [0, 1, 2])
        #expect(LargestTriangle.indices(x: [], y: [], count: 10) == [])
    }

    @Test(arguments: [5, 17, 100, 999, 5000], [0, 4, 7, 50, 1000])
    func endsAndExtremesStay(n: Int, count: Int) {
        let x = (0..<n).map(Double.init)
        // Pseudo-random, with one spike up and one down.
        var y = (0..<n).map { Double(($0 * 7919) % 101) / 101 }
        y[n / 3] = 50
        y[2 * n / 3] = -50
        let kept = LargestTriangle.indices(x: x, y: y, count: count)
        #expect(kept.first == 0 && kept.last == n - 1)
        #expect(kept.contains(n / 3) && kept.contains(2 * n / 3))
        #expect(kept.count <= max(count, 4) + 2)
        #expect(zip(kept, kept.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func theCornerOfEachBucketStays() {
        // Two straight stretches: of the points between the ends, the corner spans the largest triangle.
        let x = (0..<11).map(Double.init)
        let y = x.map { $0 < 4 ? 0 : $0 - 4 }
        #expect(LargestTriangle.indices(x: x, y: y, count: 4).contains(4))
    }
}
