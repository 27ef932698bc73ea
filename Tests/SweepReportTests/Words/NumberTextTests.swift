import Testing

@testable import SweepReport

@Suite struct NumberTextTests {
    @Test(arguments: [
        (0.5337, 3, "0.534"), (0.9996, 3, "1.000"), (-0.25, 1, "−0.3"), (12, 0, "12"), (0.0004, 3, "0.000"),
        (-0.0004, 3, "0.000"), (.nan, 3, "–"), (.infinity, 1, "–"), (1e300, 3, "1e300"),
    ])
    func fixedHasItsDigits(_ value: Double, _ digits: Int, _ text: String) {
        #expect(NumberText.fixed(value, digits) == text)
    }

    @Test(arguments: [
        (0.001, "0.001"), (1e-5, "1e-5"), (3.16227e-5, "3.162e-5"), (320, "320"), (2.302585, "2.303"), (0, "0"),
        (1_234_567, "1234567"), (12_345_678, "1.235e7"), (-2.5, "−2.5"), (0.1, "0.1"), (1e-300, "1e-300"),
        (.leastNonzeroMagnitude, "4.941e-324"), (.greatestFiniteMagnitude, "1.798e308"),
    ])
    func shortIsShort(_ value: Double, _ text: String) {
        #expect(NumberText.short(value) == text)
    }

    @Test(arguments: [
        (0.42, "0.4 s"), (12, "12 s"), (59.7, "1 min"), (200, "3 min 20 s"), (7500, "2 h 5 min"), (270_000, "3 d 3 h"),
        (.nan, "–"), (-1, "–"), (1e300, "–"),
    ])
    func durationsAreInTwoUnits(_ seconds: Double, _ text: String) {
        #expect(NumberText.duration(seconds) == text)
    }

    @Test(arguments: [(0, "0"), (1000, "1000"), (49_000, "49\u{202F}000"), (1_234_567, "1\u{202F}234\u{202F}567")])
    func largeCountsAreGrouped(_ count: Int, _ text: String) {
        #expect(NumberText.count(count) == text)
        #expect(NumberText.count(.min).hasPrefix("−9\u{202F}223"))
    }

    @Test func evenlyKeepsBothEnds() {
        #expect((0..<10).evenly(4) == [0, 3, 6, 9])
        #expect((0..<3).evenly(4) == [0, 1, 2])
        #expect((0..<3).evenly(1) == [0])
        #expect((0..<3).evenly(0) == [])
    }
}
