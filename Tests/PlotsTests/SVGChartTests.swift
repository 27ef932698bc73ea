import Foundation
import Testing

@testable import Plots

@Suite struct SVGChartTests {
    private func figure(
        _ series: [Chart.Series], x: Axis = Axis("x", range: 0...10), y: Axis = Axis("y", range: 0...10)
    ) -> Figure {
        Figure(title: "T", summary: "S", content: .chart(Chart(x: x, y: y, series: series, hasLegend: false)))
    }

    private func read(_ figure: Figure, width: Double = 600) -> SVGReader {
        SVGReader(SVG.render(figure, SVGOptions(width: width, isEmbedded: true)))
    }

    @Test func pointsLieWhereTheirValuesSay() throws {
        let points: [Chart.Point] = [.init(0, 0), .init(10, 10), .init(5, 5), .init(11, 5), .init(.nan, 5)]
        let circles = read(figure([.init("a", .points, points: points)])).all("circle")
        // One lies outside of the range, one nowhere.
        try #require(circles.count == 3)
        let places = try circles.map { try #require($0.place("cx", "cy")) }
        #expect(places[0].x < places[1].x && places[0].y > places[1].y)
        #expect((places[2].x - (places[0].x + places[1].x) / 2).magnitude < 0.11)
        #expect((places[2].y - (places[0].y + places[1].y) / 2).magnitude < 0.11)
        #expect(circles[2].title == "a\nx: 5\ny: 5")
    }

    @Test func aLogarithmicAxisHasEqualDistancesForEqualRatios() throws {
        let points = [0.001, 0.01, 0.1, 0, -1].map { Chart.Point($0, 1) }
        let circles = read(figure([.init("", .points, points: points)], x: Axis("x", scale: .logarithmic))).all(
            "circle")
        try #require(circles.count == 3)
        let x = try circles.map { try #require($0.number("cx")) }
        #expect((x[1] - x[0] - (x[2] - x[1])).magnitude < 0.21)
    }

    @Test func aGapInterruptsALineAndALonePointIsADot() throws {
        let points = [
            Chart.Point(0, 1), .init(1, 2), .init(2, .nan), .init(3, 4), .init(4, .infinity), .init(5, 1), .init(6, 2),
        ]
        let reader = read(figure([.init("a", points: points)]))
        let path = try #require(
            reader.all("path").compactMap { $0.attributes["id"] == nil ? nil : $0.attributes["d"] }.first)
        #expect(path.count { $0 == "M" } == 2)
        #expect(reader.all("circle", class: "plot-dot").count == 1)
    }

    @Test func aLineSaysItsNameAndLastValueAndLeadsToItsLink() throws {
        let series = Chart.Series(
            "trial 7", points: [.init(0, 1), .init(1, 2.5), .init(2, .nan)], link: "#/trials/7?a=1&b=2")
        let reader = read(figure([series]))
        let link = try #require(reader.all("a").first)
        #expect(link.title == "trial 7\nlast: 2.5")
        #expect(link.attributes["href"] == "#/trials/7?a=1&b=2")
        #expect(reader.elements[0].attributes["role"] == "group")
        #expect(reader.all("use", class: "plot-hit").count == 1)
    }

    @Test func aLineWithoutANameSaysTheNoteOfItsLastPoint() throws {
        let series = Chart.Series(
            "", points: [.init(0, 1), .init(1, 2.5, note: "trial 9, diverged")], link: "#/trials/9")
        #expect(try #require(read(figure([series])).all("a").first).title == "trial 9, diverged")
    }

    @Test func aPictureWithoutLinksIsAnImageWithTitleAndDescription() {
        let reader = read(figure([]))
        #expect(reader.elements[0].attributes["role"] == "img")
        #expect(reader.elements[0].attributes["aria-labelledby"] == "p-title p-desc")
        #expect(reader.elements[0].title == "T")
        #expect(reader.all("desc").map(\.text) == ["S"])
    }

    @Test func longLinesAreThinnedToTwoPointsAPixelAndKeepTheirPeak() throws {
        var points = (0..<50_000).map { Chart.Point(Double($0) / 5000, 5 + sin(Double($0) / 7)) }
        points[31_234].y = 10
        let reader = read(figure([.init("a", points: points)]))
        let path = try #require(
            reader.all("path").compactMap { $0.attributes["id"] == nil ? nil : $0.attributes["d"] }.first)
        #expect(path.utf8.count < 16_000)
        var y = 0.0
        var highest = Double.infinity
        for step in Self.steps(path) {
            y = step.isAbsolute ? step.y : y + step.y
            highest = min(highest, y)
        }
        let top = try #require(reader.all("rect").compactMap { $0.number("y") }.first)
        #expect((highest - top).magnitude < 3)
    }

    private static func steps(_ path: String) -> [(isAbsolute: Bool, y: Double)] {
        var result: [(Bool, Double)] = []
        var letter: Character = "M"
        var number = ""
        var numbers: [Double] = []
        func end() {
            if let value = Double(number) { numbers.append(value) }
            number = ""
            let needed = letter == "h" || letter == "v" ? 1 : 2
            guard numbers.count == needed else { return }
            result.append((letter == "M", letter == "h" ? 0 : numbers[needed - 1]))
            numbers = []
        }
        for character in path {
            if character.isLetter {
                end()
                letter = character
            } else if character == " " || character == "-" {
                end()
                number = character == "-" ? "-" : ""
            } else {
                number.append(character)
            }
        }
        end()
        return result
    }

    @Test func veryManyPointsAreThinnedButEachToneStays() {
        var points = (0..<20_000).map { Chart.Point(Double($0 % 100) / 10, Double($0 / 100) / 20) }
        points[777].tone = .accent
        let reader = read(figure([.init("a", .points, points: points)]))
        #expect((1000...4100).contains(reader.all("circle").count))
        #expect(reader.all("g", class: "plot-accent").count == 1)
    }

    @Test func stepsGoOnLevelAndThenJump() throws {
        let points = [Chart.Point(0, 1), .init(1, 1), .init(2, 5), .init(3, 5), .init(4, 5)]
        let reader = read(figure([.init("a", .steps, points: points)]))
        let path = try #require(
            reader.all("path").compactMap { $0.attributes["id"] == nil ? nil : $0.attributes["d"] }.first)
        #expect(path.filter(\.isLetter) == "Mhvh")
    }

    @Test func columnsStandOnZero() throws {
        let points = [Chart.Point(0.5, 4), .init(1.5, 8)]
        let columns = read(figure([.init("a", .columns(width: 1), points: points)], x: Axis("x"), y: Axis("n"))).all(
            "rect", class: "plot-fill")
        try #require(columns.count == 2)
        let heights = columns.map { $0.number("height") ?? 0 }
        #expect((heights[1] / heights[0] - 2).magnitude < 0.01)
        let feet = columns.map { ($0.number("y") ?? 0) + ($0.number("height") ?? 0) }
        #expect((feet[0] - feet[1]).magnitude < 0.11)
    }

    @Test func anInfiniteMarkStandsAtTheEdge() throws {
        let marks: [Chart.Mark] = [
            .init(x: 5, y: .infinity, sign: .dot, label: "up"), .init(x: 5, y: -.infinity), .init(x: 5, y: .nan),
            .init(x: 5, y: 5),
        ]
        let chart = Chart(x: Axis("x", range: 0...10), y: Axis("y", range: 0...10), series: [], marks: marks)
        let circles = read(Figure(title: "", summary: "", content: .chart(chart))).all("circle")
        let y = circles.compactMap { $0.number("cy") }
        try #require(y.count == 3)
        #expect(y[0] < y[2] && y[2] < y[1])
    }

    @Test func theLegendNamesEachSeriesOnceAndWraps() {
        var series = (0..<10).map { Chart.Series("series number \($0)", tone: .category($0), points: []) }
        series += [series[0], Chart.Series("", points: [])]
        let chart = Chart(x: Axis("x"), y: Axis("y"), series: series)
        let reader = read(Figure(title: "", summary: "", content: .chart(chart)), width: 360)
        let names = reader.all("text").filter { $0.text.hasPrefix("series number") }
        #expect(names.count == 10)
        #expect(Set(names.compactMap { $0.number("y") }).count > 2)
    }

    @Test(arguments: [320.0, 360, 500, 720, 1000, 1400, 2000]) func ticksNeverOverlap(width: Double) throws {
        let axes = [
            Axis("x", range: 0...2000), Axis("x", format: .duration, range: 0...90_000),
            Axis("x", scale: .logarithmic, range: 1e-9...1),
            Axis("x", range: 1e6...1.0001e6), Axis("x", scale: .logarithmic, range: 0.9...3.1),
            Axis("x", format: .percent, range: -1...1),
        ]
        for axis in axes {
            let reader = read(figure([], x: axis), width: width)
            let ticks = reader.all("text", class: "plot-tick").filter { $0.attributes["text-anchor"] == "middle" }
            #expect(ticks.count >= 2)
            let boxes = ticks.map { tick in
                let half = TextMetrics.width(tick.text, size: 11) / 2
                let x = tick.number("x") ?? 0
                return (left: x - half, right: x + half)
            }
            for (box, next) in zip(boxes, boxes.dropFirst()) {
                #expect(box.right + 3 < next.left, "\(axis) at \(width)")
            }
        }
    }
}
