import Testing

@testable import Plots

@Suite struct ScalesTicksTests {
    private func labels(_ axis: Axis, _ values: [Double], _ count: Int, unicode: Bool = true) -> [String] {
        AxisScale(axis, values: values).ticks(atMost: count, unicode: unicode).filter(\.isMajor).map(\.label)
    }

    private static let linear: [(Axis, [Double], Int, [String])] = [
        (Axis("", format: .number), [0.0, 1], 6, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (Axis("", format: .integer), [3, 1960], 5, ["0", "500", "1000", "1500", "2000"]),
        (Axis("", format: .integer), [0, 2], 10, ["0", "1", "2"]),
        (Axis("", format: .accuracy), [0.1, 0.53], 5, ["0.1", "0.2", "0.3", "0.4", "0.5"]),
        (Axis("", format: .percent), [0, 0.83], 5, ["0 %", "20 %", "40 %", "60 %", "80 %"]),
        (Axis("", format: .percent), [0, 0.004], 5, ["0.0 %", "0.1 %", "0.2 %", "0.3 %", "0.4 %"]),
        (Axis("", format: .duration), [0, 110], 5, ["0", "30 s", "60 s", "90 s"]),
        (Axis("", format: .duration), [-600, 0], 4, ["−10 min", "−5 min", "0"]),
        (Axis("", format: .duration), [0, 7 * 3600], 8, ["0", "1 h", "2 h", "3 h", "4 h", "5 h", "6 h", "7 h"]),
        (Axis("", format: .duration), [0, 4 * 86_400], 5, ["0", "1 d", "2 d", "3 d", "4 d"]),
        (Axis(""), [-1, 1], 5, ["−1.0", "−0.5", "0.0", "0.5", "1.0"]),
        (Axis(""), [0, 4e9], 5, ["0", "10⁹", "2×10⁹", "3×10⁹", "4×10⁹"]),
    ]

    @Test(arguments: linear)
    func linearAxesHaveRoundTicks(axis: Axis, values: [Double], count: Int, expected: [String]) {
        #expect(labels(axis, values, count) == expected)
    }

    private static let logarithmic: [([Double], Int, [String])] = [
        ([1e-4, 1e-1], 8, ["0.0001", "0.001", "0.01", "0.1"]),
        ([1e-5, 1e-1], 8, ["10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹"]),
        ([1e-6, 1], 4, ["10⁻⁶", "10⁻⁴", "10⁻²", "10⁰"]), ([80, 320], 8, ["80", "100", "200", "300", "400"]),
        ([1.3, 2.3], 8, ["1", "2", "3"]), ([1, 1e5], 3, ["1", "100", "10000"]),
    ]

    @Test(arguments: logarithmic)
    func logarithmicAxesLabelAllTheirNumbersInOneWay(values: [Double], count: Int, expected: [String]) {
        #expect(labels(Axis("", scale: .logarithmic), values, count) == expected)
    }

    @Test func logarithmicAxesHaveMinorTicksBetweenPowersOfTen() {
        let ticks = AxisScale(Axis("", scale: .logarithmic), values: [1e-4, 1e-1]).ticks(atMost: 8)
        #expect(ticks.count == 28)
        #expect(ticks.count { !$0.isMajor } == 24)
        #expect(ticks.map(\.position) == ticks.map(\.position).sorted())
    }

    @Test func asciiIsAllThatIsNeededWithoutUnicode() {
        let axes = [Axis("", scale: .logarithmic), Axis(""), Axis("", format: .duration)]
        for axis in axes {
            for values in [[1e-7, 1e-1], [-3.0, 1e9], [0, 1e-9]] {
                #expect(labels(axis, values, 5, unicode: false).allSatisfy { $0.allSatisfy(\.isASCII) })
            }
        }
        #expect(labels(axes[0], [1e-7, 1e-1], 4, unicode: false) == ["1e-07", "1e-05", "0.001", "0.1"])
    }

    @Test func categoriesAreThinnedWhenTheyAreTooMany() {
        let names = (0..<50).map { "c\($0)" }
        #expect(labels(Axis("", scale: .categories(names)), [], 5) == ["c0", "c10", "c20", "c30", "c40"])
        #expect(labels(Axis("", scale: .categories(["one"])), [], 5) == ["one"])
        #expect(labels(Axis("", scale: .categories([])), [], 5) == [])
    }

    private static let nasty: [[Double]] = [
        [], [.nan], [.infinity, -.infinity], [0], [5], [-5, -5], [1e300, -1e300], [1e308, -1e308, 1e-308],
        [.leastNonzeroMagnitude], [1, 1 + 1e-15],
        [-1e-300, 1e-300], [0, .leastNormalMagnitude], [1e15, 1e15 + 1], [.greatestFiniteMagnitude],
    ]

    @Test(arguments: nasty, [Axis.Scale.linear, .logarithmic])
    func anyDataGivesFewFiniteOrderedTicks(values: [Double], scale: Axis.Scale) {
        for format in [Axis.Format.number, .accuracy, .percent, .duration, .integer] {
            for count in [0, 1, 2, 7, 40] {
                let fitted = AxisScale(Axis("", scale: scale, format: format), values: values)
                #expect(fitted.domain.lowerBound.isFinite && fitted.domain.upperBound.isFinite)
                #expect(fitted.domain.lowerBound < fitted.domain.upperBound)
                let ticks = fitted.ticks(atMost: count)
                #expect(ticks.count { $0.isMajor } <= max(count, 1))
                #expect(ticks.allSatisfy { $0.value.isFinite && (0...1).contains($0.position) })
                #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0.position <= $1.position })
            }
        }
    }
}
