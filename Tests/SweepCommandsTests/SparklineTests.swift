import Testing

@testable import SweepCommands

struct SparklineTests {
    @Test func drawsFromLowestToHighest() {
        #expect(Sparkline.draw([0, 1, 2, 3, 4, 5, 6, 7], unicode: true) == "▁▂▃▄▅▆▇█")
        #expect(Sparkline.draw([7, 0], unicode: false) == "@_")
    }

    @Test func missingValuesAreBlank() {
        #expect(Sparkline.draw([1, nil, .nan, 2], unicode: true) == "▁  █")
        #expect(Sparkline.draw([nil, .infinity], unicode: true) == "")
    }

    @Test func aFlatCurveIsInTheMiddle() { #expect(Sparkline.draw([2, 2], unicode: true) == "▅▅") }

    @Test func histogramsCountFromTheLowestToTheHighest() {
        #expect(Sparkline.histogram([0, 0, 0, 0, 1, 4, 4], columns: 4, unicode: true) == "█▂ ▄")
        #expect(Sparkline.histogram([0, 1, .nan, .infinity], columns: 2, unicode: false) == "@@")
        #expect(Sparkline.histogram([1, 1], columns: 4, unicode: true) == nil)
        #expect(Sparkline.histogram([], columns: 4, unicode: true) == nil)
        #expect(Sparkline.histogram([0, 1], columns: 0, unicode: true) == nil)
        #expect(Sparkline.histogram([-1e308, 1e308], columns: 4, unicode: true) == nil)
    }

    @Test func thinningKeepsTheEnd() {
        #expect(Sparkline.thin((1...10).map { Double($0) }, to: 5) == [2, 4, 6, 8, 10])
        #expect(Sparkline.thin([1, 2], to: 5) == [1, 2])
    }
}
