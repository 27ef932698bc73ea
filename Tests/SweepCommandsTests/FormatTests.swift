import FoundationEssentials
import Testing

@testable import SweepCommands

struct FormatTests {
    @Test(arguments: [
        (0.0, 4, "0.0000"), (0.54, 4, "0.5400"), (0.99995, 4, "1.0000"), (-0.5, 0, "-1"), (-0.00001, 4, "0.0000"),
        (-1.005, 1, "-1.0"), (1234.5678, 2, "1234.57"), (53.1, 1, "53.1"), (.infinity, 2, "inf"),
        (1e12, 2, "1000000000000.0"),
    ])
    func fixedRoundsToDecimals(value: Double, decimals: Int, text: String) {
        #expect(Format.fixed(value, decimals) == text)
    }

    @Test(arguments: [
        (1e-3, "1.00e-03"), (9.999e-5, "1.00e-04"), (1.23456e45, "1.23e+45"), (-2.5, "-2.50e+00"), (0.0, "0.0"),
    ])
    func scientificHasThreeDigits(value: Double, text: String) { #expect(Format.scientific(value) == text) }

    @Test(arguments: [
        (0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (200, "3 min 20 s"), (7500, "2 h 05 min"),
        (360_000, "4 d 4 h"), (-3, "0 s"), (.infinity, "very long"), (.nan, "very long"),
    ])
    func durationHasTwoUnits(seconds: Double, text: String) { #expect(Format.duration(seconds) == text) }

    @Test(arguments: [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1 << 30, "1.0 GiB"), (Int.max, "8192.0 PiB")])
    func bytesHaveBinaryUnits(count: Int, text: String) { #expect(Format.bytes(count) == text) }

    @Test(arguments: [(999.0, "999 FLOP"), (1.5e12, "1.5 TFLOP"), (3e21, "3000.0 EFLOP")])
    func operationsHaveDecimalUnits(count: Double, text: String) { #expect(Format.operations(count) == text) }

    @Test(arguments: [(0, "2026-01-02 03:04:05"), (3600, "2026-01-02 04:04:05"), (-12_600, "2026-01-01 23:34:05")])
    func timesFollowTheOffset(offset: Int, text: String) {
        #expect(Format.time(Date(timeIntervalSince1970: 1_767_323_045), utcOffset: offset) == text)
    }

    @Test func aTimeOutOfRangeDoesNotTrap() {
        #expect(Format.time(Date(timeIntervalSince1970: 1e300), utcOffset: 0) == "?")
        #expect(Format.localTime(Date(timeIntervalSince1970: -.infinity)) == "?")
    }

    @Test(arguments: [(1, "1 look"), (0, "0 looks"), (2, "2 looks")])
    func countsHavePlurals(number: Int, text: String) { #expect(Text.count(number, "look") == text) }

    @Test(arguments: [
        ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("abcd", 1, "…"), ("abcd", 0, ""), ("日本語", 5, "日本…"), ("日本語", 4, "日…"),
    ])
    func textsAreCutToColumns(text: String, columns: Int, cut: String) {
        #expect(Text.fit(text, columns, mark: "…") == cut)
    }
}
