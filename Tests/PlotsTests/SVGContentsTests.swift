import CZlib
import Testing

@testable import Plots

@Suite struct SVGContentsTests {
    private func read(_ content: Figure.Content, width: Double = 600) -> SVGReader {
        SVGReader(
            SVG.render(Figure(title: "T", summary: "S", content: content), SVGOptions(width: width, isEmbedded: true)))
    }

    @Test func textIsEscapedEverywhere() {
        let nasty = "<script>\"&'</script>\u{0}\u{1b}[31m\u{fffe}"
        let shown = "<script>\"&'</script>[31m"
        let bars = BarChart(value: Axis(nasty), bars: [.init(nasty, 1, note: nasty)])
        let text = SVG.render(
            Figure(title: nasty, subtitle: nasty, summary: nasty, content: .bars(bars)),
            SVGOptions(idPrefix: "\"><b>ü1"))
        let reader = SVGReader(text)
        #expect(reader.error == nil)
        #expect(!text.contains("<script"))
        #expect(reader.elements[0].title == shown)
        #expect(reader.all("desc").map(\.text) == [shown])
        #expect(reader.all("g", class: "plot-item").map(\.title) == [shown])
        #expect(reader.elements[0].attributes["aria-labelledby"] == "b1-title b1-desc")
    }

    @Test func barsAreAsLongAsTheirValues() throws {
        let bars = BarChart(
            value: Axis("v", range: 0...10),
            bars: [.init("a", 2, interval: 1...3), .init("b", 8), .init("c", .nan, note: "none")])
        let reader = read(.bars(bars))
        let widths = reader.all("rect", class: "plot-fill").compactMap { $0.number("width") }
        try #require(widths.count == 2)
        #expect((widths[1] / widths[0] - 4).magnitude < 0.02)
        #expect(reader.all("path", class: "plot-whisker").count == 1)
        #expect(reader.all("g", class: "plot-item").compactMap(\.title) == ["a: 2", "b: 8", "none"])
    }

    private let heatmap = Heatmap(
        x: Axis("rate", scale: .categories(["0.1", "0.01"])), y: Axis("reg", scale: .categories(["1", "2"])),
        value: Axis("accuracy", format: .accuracy),
        cells: [[.init(0.1), .init(0.9, isMarked: true, link: "#/9")], [.init(nil, note: "diverged"), nil]])

    @Test func cellsAreColoredCrossedOutAndFramed() throws {
        let reader = read(.heatmap(heatmap))
        let cells = reader.all("rect", class: "plot-fill").filter { $0.attributes["rx"] != nil }
        #expect(cells.map { $0.attributes["class"] } == ["plot-fill plot-s0", "plot-fill plot-s63"])
        #expect(cells[0].number("y") == cells[1].number("y"))
        #expect(try #require(cells[0].number("x")) < #require(cells[1].number("x")))
        #expect(reader.all("path", class: "plot-cross").count == 1)
        #expect(reader.all("rect", class: "plot-frame").count == 1)
        #expect(reader.all("rect", class: "plot-outline").count == 1)
        #expect(reader.all("a").map { $0.attributes["href"] } == ["#/9"])
        let titles = reader.elements.filter { $0.classes.contains("plot-item") }.compactMap(\.title)
        #expect(titles == ["rate: 0.1\nreg: 1\naccuracy: 0.100", "rate: 0.01\nreg: 1\naccuracy: 0.900", "diverged"])
        let texts = reader.all("text").map(\.text)
        #expect(texts.contains("0.900") && texts.contains("0.1") && texts.contains("rate") && texts.contains("reg"))
    }

    @Test func numbersStayOutOfCellsThatAreTooSmall() {
        let names = (0..<50).map { "\($0)" }
        let map = Heatmap(
            x: Axis("x", scale: .categories(names)), y: Axis("y", scale: .categories(["a"])),
            value: Axis("v", format: .accuracy),
            cells: [names.indices.map { .init(Double($0) / 50) }])
        #expect(!read(.heatmap(map), width: 360).all("text").contains { $0.text == "0.500" })
    }

    private let parallel = ParallelCoordinates(
        axes: [
            Axis("a", range: 0...1), Axis("b", scale: .categories(["u", "v"])),
            Axis("metric", format: .accuracy, range: 0...1),
        ],
        lines: [
            .init(values: [0, 0, 1], tone: .scale(1), note: "first", link: "#/1"),
            .init(values: [1, nil, 0.5], tone: .bad, note: "second"),
        ])

    @Test func linesRunThroughUprightAxesWhereThereIsRoomAndElseThroughLyingOnes() throws {
        for (width, isUpright) in [(800.0, true), (320, false)] {
            let axes = ParallelCoordinates(
                axes: parallel.axes + [Axis("c")], lines: [.init(values: [0, 0, 1, 0], tone: .accent, note: "n")])
            let reader = read(.parallel(axes), width: width)
            let axis = try #require(reader.all("path", class: "plot-axis").first?.attributes["d"])
            #expect(axis.drop { $0 != "M" }.dropFirst().first { $0.isLetter } == (isUpright ? "v" : "h"))
        }
        let reader = read(.parallel(parallel))
        #expect(reader.elements.filter { $0.classes.contains("plot-item") }.compactMap(\.title) == ["first", "second"])
        // The second line has a gap in the middle: two dots.
        #expect(reader.all("circle").count == 2)
        #expect(reader.all("text").map(\.text).filter { ["a", "b", "metric"].contains($0) } == ["a", "b", "metric"])
    }

    @Test(arguments: [520.0, 600, 720, 1000, 1400]) func titlesOfAxesDoNotTouch(width: Double) {
        let names = ["learning_rate", "learning_rate_decay", "batch_size", "hidden_size", "validation accuracy"]
        let chart = ParallelCoordinates(axes: names.map { Axis($0) }, lines: [])
        let titles = read(.parallel(chart), width: width).all("text", class: "plot-heading")
        let lines = Dictionary(grouping: titles) { $0.number("y") ?? 0 }.values
        for line in lines {
            let ends = line.map { title in
                let half = TextMetrics.width(title.text, size: 12, isBold: true) / 2
                return ((title.number("x") ?? 0) - half, (title.number("x") ?? 0) + half)
            }
            for (one, next) in zip(ends, ends.dropFirst()) { #expect(one.1 + 3 < next.0) }
            #expect((ends.first?.0 ?? 0) >= -0.1 && (ends.last?.1 ?? 0) <= width + 0.1)
        }
        #expect(titles.count >= names.count)
    }

    @Test func spansLieInTheirLanesInTheirTime() throws {
        let lanes = LaneChart(
            time: Axis("time", format: .duration, range: 0...100),
            lanes: [
                .init(label: "worker 0", spans: [.init(0...50, tone: .category(0), note: "trial 1", link: "#/1")]),
                .init(
                    label: "worker 1",
                    spans: [.init(50...75, tone: .bad, note: "trial 2"), .init(200...300, tone: .bad, note: "later")]),
            ], legend: [.init("good", .category(0))])
        let reader = read(.lanes(lanes))
        let bars = reader.all("rect", class: "plot-fill").filter { $0.number("width") != 12 }
        try #require(bars.count == 2)
        let widths = try bars.map { try #require($0.number("width")) + 1 }
        #expect((widths[0] / widths[1] - 2).magnitude < 0.01)
        #expect(try #require(bars[0].number("y")) < #require(bars[1].number("y")))
        #expect(reader.all("text").map(\.text).filter { $0.hasPrefix("worker") } == ["worker 0", "worker 1"])
    }

    @Test func tilesArePicturesInTheirFullSizeWithSharpPixels() throws {
        let tile = TileGrid.Picture(width: 2, height: 1, channels: 3, pixels: [255, 0, 0, 0, 0, 255])
        let reader = read(.tiles(TileGrid(tiles: [tile, tile, tile], columns: 2, captions: ["a", "b", "c & d"])))
        let images = reader.all("image", class: "plot-pixels")
        #expect(images.map(\.title) == ["a", "b", "c & d"])
        let url = "data:image/png;base64," + Base64.encode(PNG.encode(tile))
        #expect(images.allSatisfy { $0.attributes["href"] == url })
        let scale = try #require(images[0].number("width")) / 2
        #expect(scale >= 1 && scale == scale.rounded())
        #expect(images[0].number("y") == images[1].number("y") && images[2].number("x") == images[0].number("x"))
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func base64IsThatOfTheStandard(plain: String, coded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == coded)
    }

    @Test(arguments: [(360.0, 1, 4), (600, 2, 2), (900, 2, 2), (1200, 4, 1)]) func panelsStackWhereItIsNarrow(
        width: Double, columns: Int, rows: Int
    ) {
        let panels = (0..<4).map { Figure(title: "panel \($0)", summary: "", content: .empty("nothing")) }
        let places = read(.panels(panels), width: width).all("text", class: "plot-heading").compactMap { $0.place() }
        #expect(places.count == 4)
        #expect(Set(places.map(\.x)).count == columns && Set(places.map(\.y)).count == rows)
    }

    @Test func emptySaysWhy() {
        #expect(read(.empty("No trial has ended yet.")).all("text").map(\.text).contains("No trial has ended yet."))
    }

    @Test func manyLinksAreNoStopsOfTheTabKey() {
        func chart(_ count: Int) -> Figure.Content {
            .chart(
                Chart(
                    x: Axis("x"), y: Axis("y"),
                    series: [.init("a", .points, points: (0..<count).map { .init(Double($0), 1, link: "#\($0)") })]))
        }
        #expect(read(chart(3)).all("a").allSatisfy { $0.attributes["tabindex"] == nil })
        #expect(read(chart(100)).all("a").allSatisfy { $0.attributes["tabindex"] == "-1" })
    }
}
