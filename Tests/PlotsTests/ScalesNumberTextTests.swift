import Testing

@testable import Plots

@Suite struct ScalesNumberTextTests {
    private static let short: [(Double, String)] = [
        (0, "0"), (-0.0, "0"), (320, "320"), (0.001, "0.001"), (1e-5, "1e-05"), (0.00025, "0.00025"),
        (2.5e-6, "2.5e-06"),
        (1.23456, "1.235"), (-1.5, "-1.5"), (99999, "99999"), (999_999.9, "1e+06"), (1e6, "1e+06"),
        (123_456_789, "1.235e+08"),
        (9.99996, "10"), (1e308, "1e+308"), (.leastNonzeroMagnitude, "4.941e-324"), (.infinity, "∞"),
        (-.infinity, "-∞"), (.nan, "–"),
    ]

    @Test(arguments: short)
    func numbersAreShort(value: Double, text: String) {
        #expect(Axis.Format.number.text(value) == text)
    }

    private static let fixed: [(Double, Int, String)] = [
        (0.1, 2, "0.10"), (-0.001, 2, "0.00"), (2, 0, "2"), (0.05, 3, "0.050"), (12.345, 1, "12.3"),
        (-3.21, 2, "-3.21"),
    ]

    @Test(arguments: fixed)
    func fixedKeepsItsDigits(value: Double, digits: Int, text: String) {
        #expect(NumberText.fixed(value, digits: digits) == text)
    }

    private static let formats: [(Axis.Format, Double, String)] = [
        (Axis.Format.accuracy, 0.5336, "0.534"), (.accuracy, 1, "1.000"), (.accuracy, 0, "0.000"),
        (.accuracy, 0.0001, "0.0001"),
        (.percent, 0.42, "42 %"), (.percent, 0.0341, "3.4 %"), (.percent, 0.004, "0.4 %"), (.percent, 1, "100 %"),
        (.duration, 0.25, "0.25 s"), (.duration, 90, "90 s"), (.duration, 720, "12 min"), (.duration, 10_800, "3 h"),
        (.duration, 259_200, "3 d"), (.duration, -600, "-10 min"), (.integer, 1999.6, "2000"), (.integer, -4, "-4"),
    ]

    @Test(arguments: formats)
    func formatsHaveUnits(format: Axis.Format, value: Double, text: String) {
        #expect(format.text(value) == text)
    }

    private static let powers: [(Double, String)] = [
        (1e-5, "10⁻⁵"), (2.5e7, "2.5×10⁷"), (-3e10, "−3×10¹⁰"), (0, "0"), (1, "10⁰"),
    ]

    @Test(arguments: powers)
    func powersAreRaised(value: Double, text: String) {
        #expect(NumberText.superscript(value) == text)
    }
}
