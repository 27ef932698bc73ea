import Testing

@testable import Plots

@Suite struct ScalesAxisTests {
    private static let linear: [([Double], ClosedRange<Double>)] = [
        ([0.1, 0.53], 0.1...0.55), ([3, 1960], 0.0...2000), ([0, 143], 0...150), ([5, 5], 4.5...5.5), ([], 0...1),
        ([.nan], 0...1),
        ([0, 0], 0...1), ([1.21, 2.3], 1.2...2.3),
    ]

    @Test(arguments: linear)
    func linearEndsAreRound(values: [Double], domain: ClosedRange<Double>) {
        #expect(AxisScale(Axis(""), values: values).domain == domain)
    }

    private static let logarithmic: [([Double], ClosedRange<Double>)] = [
        ([1e-4, 1e-1], 1e-4...1e-1), ([80, 3200], 50.0...5000), ([80, 320], 80...400), ([0, -3], 1...10),
        ([0.003, 0.003], 0.001...0.006),
    ]

    @Test(arguments: logarithmic)
    func logarithmicEndsAreRound(values: [Double], domain: ClosedRange<Double>) {
        let scale = AxisScale(Axis("", scale: .logarithmic), values: values)
        #expect((scale.domain.lowerBound / domain.lowerBound - 1).magnitude < 1e-9)
        #expect((scale.domain.upperBound / domain.upperBound - 1).magnitude < 1e-9)
    }

    @Test func aGivenRangeIsKeptAsItIs() {
        #expect(AxisScale(Axis("", range: 0.13...0.77), values: [5]).domain == 0.13...0.77)
        #expect(AxisScale(Axis("", range: 2...2), values: []).domain == 1.8...2.2)
        #expect(AxisScale(Axis("", range: 0...Double.infinity), values: [0, 1]).domain == 0...1)
        let logarithmic = AxisScale(Axis("", scale: .logarithmic, range: 0...10), values: [0.5, 5])
        #expect(logarithmic.domain == 0.01...10)
    }

    @Test func zeroIsOnTheAxisWhereItIsWanted() {
        #expect(AxisScale(Axis(""), values: [3, 4], hasZero: true).domain.lowerBound == 0)
        #expect(AxisScale(Axis(""), values: [-3, -4], hasZero: true).domain.upperBound == 0)
    }

    @Test func positionsGoFromZeroToOne() throws {
        let linear = AxisScale(Axis("", range: 10...20), values: [])
        #expect(linear.position(of: 10) == 0)
        #expect(linear.position(of: 15) == 0.5)
        #expect(linear.position(of: 25) == 1.5)
        #expect(linear.position(of: .nan) == nil)
        let logarithmic = AxisScale(Axis("", scale: .logarithmic, range: 0.001...1), values: [])
        #expect(try #require(logarithmic.position(of: 0.01)) - 1.0 / 3 < 1e-12)
        #expect(logarithmic.position(of: 0) == nil)
        #expect(logarithmic.position(of: -1) == nil)
        let names = AxisScale(Axis("", scale: .categories(["a", "b"])), values: [])
        #expect(names.position(of: 0) == 0.25)
        #expect(names.position(of: 1) == 0.75)
        #expect(names.text(1) == "b")
        #expect(names.text(7) == "7")
    }
}
