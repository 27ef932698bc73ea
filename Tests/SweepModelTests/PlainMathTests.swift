import Foundation
import Testing

@testable import SweepModel

@Suite struct PlainMathTests {
    private struct Normal: Decodable {
        let a: [Double]
        let log_below: [Double]
        let p: [Double]
        let quantile: [Double]
    }

    private func isClose(_ ours: Double, _ theirs: Double, _ share: Double = 1e-15) -> Bool {
        abs(ours - theirs) <= share * max(abs(theirs), .leastNormalMagnitude)
    }

    @Test func logarithmsAreThoseOfTheLibraryToAFewUnits() {
        for x in [1e-307, 1e-308, 1e-9, 0.1, 0.5, 0.999_999, 1, 1.000_001, 1.414_213, 1.414_214, 2, 3, 1e5, 1e308] {
            #expect(isClose(PlainMath.log(x), log(x)), "log \(x)")
        }
        #expect(PlainMath.log(0) == -.infinity && PlainMath.log(-1).isNaN && PlainMath.log(.infinity) == .infinity)
    }

    @Test func exponentialsAreThoseOfTheLibraryToAFewUnits() {
        for x in stride(from: -700.0, through: 709, by: 0.37) { #expect(isClose(PlainMath.exp(x), exp(x)), "exp \(x)") }
        #expect(PlainMath.exp(0) == 1 && PlainMath.exp(-1e9) == 0 && PlainMath.exp(1e9) == .infinity)
    }

    @Test func theNormalDistributionIsThatOfSciPy() throws {
        let normal = try Fixture.recorded("normal", as: Normal.self)
        for (a, log) in zip(normal.a, normal.log_below) {
            #expect(isClose(PlainMath.logUpperTail(-a), log, 1e-13), "at \(a)")
        }
        for (p, quantile) in zip(normal.p, normal.quantile) {
            #expect(abs(PlainMath.quantile(p) - quantile) <= 1e-13 * max(abs(quantile), 1), "at \(p)")
        }
    }

    @Test func massesOfIntervalsKeepTheirDigitsInBothTails() {
        #expect(isClose(PlainMath.logMass(-1, 1), log(0.682_689_492_137_085_9), 1e-14))
        #expect(PlainMath.logMass(20, 21) == PlainMath.logMass(-21, -20))
        // Almost all of the tail lies in its first part.
        #expect(isClose(PlainMath.logMass(20, 30), PlainMath.logUpperTail(20), 1e-12))
        #expect(PlainMath.logMass(3, 3 + 1e-9) < PlainMath.logMass(3, 3 + 1e-6))
    }
}
