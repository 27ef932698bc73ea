import Testing

@testable import Plots

/// Whatever a figure holds, its picture is well formed, and nothing in it is not a number or leaves it.
@Suite struct SVGStrangeFiguresTests {
    private static let long = "a label of sixty characters, which nobody will ever read fully"

    static let figures: [(name: String, content: Figure.Content)] =
        TerminalStrangeFigures.all + [
            ("many categories", .chart(chart(names: 50))), ("one category", .chart(chart(names: 1))),
            ("one point", .chart(Chart(x: Axis("x"), y: Axis("y"), series: [.init("a", points: [.init(3, 4)])]))),
            (
                "equal values",
                .chart(
                    Chart(
                        x: Axis(long, format: .duration), y: Axis(long, format: .percent),
                        series: [.init(long, .steps, points: (0..<5).map { _ in .init(2, 7) })],
                        marks: (0..<9).map { .init(x: 2, y: 7, sign: .star, label: "\(long) \($0)") }))
            ),
            (
                "long bars",
                .bars(
                    BarChart(
                        value: Axis(long, scale: .logarithmic),
                        bars: (0..<50).map { .init("\(long) \($0)", Double($0)) }))
            ),
            (
                "many lanes",
                .lanes(
                    LaneChart(
                        time: Axis(long, format: .duration, range: 0...10),
                        lanes: (0..<1500).map { index in
                            let start = Double(index % 12)
                            return .init(
                                label: long, spans: [.init(start...(start + 1), tone: .category(index), note: "&<>")])
                        }))
            ),
            (
                "panels",
                .panels((0..<7).map { Figure(title: long + " \($0)", summary: "", content: .chart(chart(names: 8))) })
            ),
            (
                "many axes",
                .parallel(
                    ParallelCoordinates(
                        axes: (0..<12).map { Axis("\(long)_\($0)", scale: $0 % 2 == 0 ? .linear : .logarithmic) },
                        lines: (0..<40).map { line in
                            .init(
                                values: (0..<12).map { $0 == line ? nil : Double(line * $0) }, tone: .scale(0.3),
                                note: "n")
                        }))
            ),
        ]

    private static func chart(names: Int) -> Chart {
        Chart(
            x: Axis(long, scale: .categories((0..<names).map { "\(long) \($0)" })), y: Axis(long, scale: .logarithmic),
            series: [.init(long, .points, points: (0..<100).map { .init(Double($0 % names), Double($0)) })],
            rules: [.init(.y(20), label: long), .init(.x(0), label: long), .init(.yBand(-5...30), label: long)])
    }

    @Test(arguments: figures.indices, [320.0, 720]) func isWellFormedAndInsideItsBox(index: Int, width: Double) {
        let (name, content) = Self.figures[index]
        let figure = Figure(title: Self.long, subtitle: name, summary: Self.long, content: content)
        let options = SVGOptions(width: width, isEmbedded: width > 500)
        let text = SVG.render(figure, options)
        let reader = SVGReader(text)
        #expect(reader.error == nil, "\(name)")
        #expect(problemsOfNumbers(reader) + problemsOfIDs(reader) + problemsOfTexts(reader, width) == [], "\(name)")
        #expect(!text.contains("style=") && text.contains("<style>") == !options.isEmbedded)
        #expect(text == SVG.render(figure, options), "\(name)")
    }

    private static let lengths: Set = ["r", "rx", "width", "height"]
    private static let numbers = lengths.union(["x", "y", "cx", "cy"])
    private static let pathLetters = Set("MlhvzHVLZ0123456789.- ".utf8)

    private func problemsOfNumbers(_ reader: SVGReader) -> [String] {
        reader.elements.flatMap { element in
            element.attributes.compactMap { key, value in
                if key == "d" {
                    return value.utf8.allSatisfy(Self.pathLetters.contains) ? nil : "a path \(value.prefix(80))"
                }
                guard Self.numbers.contains(key) else { return nil }
                guard let number = Double(value), number.isFinite, !Self.lengths.contains(key) || number >= 0 else {
                    return "\(element.name) with \(key)=\(value)"
                }
                return nil
            }
        }
    }

    private func problemsOfIDs(_ reader: SVGReader) -> [String] {
        let ids = reader.elements.compactMap { $0.attributes["id"] }
        let known = Set(ids)
        let lost = reader.all("use").compactMap { $0.attributes["href"] }.filter {
            !known.contains(String($0.dropFirst()))
        }
        return (known.count < ids.count ? ["an id twice"] : []) + lost.map { "no \($0)" }
    }

    private func problemsOfTexts(_ reader: SVGReader, _ width: Double) -> [String] {
        let height = reader.elements.first?.number("height") ?? 0
        return reader.all("text").compactMap { element in
            // Slanted ones are looked at elsewhere.
            guard element.attributes["transform"] == nil else { return nil }
            guard let place = element.place() else { return "\(element.text) without a place" }
            let size = size(element)
            let length = TextMetrics.width(element.text, size: size)
            let left =
                switch element.attributes["text-anchor"] {
                case "middle": place.x - length / 2
                case "end": place.x - length
                default: place.x
                }
            let isInside =
                left >= -1 && left + length <= width + 1 && place.y >= size * 0.5 && place.y <= height
            return isInside ? nil : "\(element.text) at \(left), \(place.y), \(length) wide"
        }
    }

    private func size(_ element: SVGReader.Element) -> Double {
        for (name, size): (Substring, Double) in [
            ("plot-title", 14), ("plot-tiny", 9), ("plot-tick", 11), ("plot-small", 11),
        ]
        where element.classes.contains(name) { return size }
        return 12
    }
}
