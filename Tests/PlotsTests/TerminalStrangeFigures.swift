import Plots

/// Figures such as nobody would draw on purpose.
enum TerminalStrangeFigures {
    typealias Named = (name: String, content: Figure.Content)

    static let names = [
        "", "\u{1B}[31mred\u{1B}[0m\u{7}\r\nnext", "\u{202E}backwards\u{2066}", "日本語のラベルはとても長い",
        "🙂👩‍👩‍👧‍👦🏳️‍🌈 flags", "z\u{300}\u{301}\u{302}\u{303}\u{304}algo", "\u{300}alone",
        String(repeating: "long ", count: 60), String(repeating: "x", count: 300),
        "tab\tand\u{2028}line\u{9B}31m", "\u{FE0F}\u{200D}\u{FEFF}",
    ]

    private static let numbers: [Double] = [
        .nan, .infinity, -.infinity, 0, -0.0, 1e308, -1e308, .leastNonzeroMagnitude, 1, -1, .greatestFiniteMagnitude,
        0.1,
    ]

    static let all: [Named] =
        names.indices.flatMap { index in
            let scales: [Axis.Scale] = [.linear, .logarithmic, .categories([]), .categories(names)]
            let formats: [Axis.Format] = [.number, .accuracy, .percent, .duration, .integer]
            return contents(index, Axis(names[index], scale: scales[index % 4], format: formats[index % 5]))
        } + empty + [wide]

    private static func contents(_ index: Int, _ axis: Axis) -> [Named] {
        let name = names[index]
        return [
            ("chart \(index)", .chart(chart(index, axis))), ("bars \(index)", .bars(bars(name, axis))),
            ("heat map \(index)", .heatmap(heatmap(name, axis))), ("lanes \(index)", .lanes(lanes(name, axis))),
            ("parallel \(index)", .parallel(parallel(index, axis))), ("sentence \(index)", .empty(name)),
        ]
    }

    private static func chart(_ index: Int, _ axis: Axis) -> Chart {
        let name = names[index]
        let other = Axis(name, format: axis.format)
        let points = numbers.flatMap { x in numbers.map { Chart.Point(x, $0) } }
        let shapes: [Chart.Series.Shape] = [.line, .steps, .points, .columns(width: numbers[index])]
        var rules: [Chart.Rule] = [.init(.yBand(-1e308...1e308), label: name)]
        for number in numbers { rules += [.init(.x(number), label: name), .init(.y(number), label: name)] }
        return Chart(
            x: index % 2 == 0 ? axis : other, y: index % 2 == 0 ? other : axis,
            series: shapes.enumerated().map { place, shape in
                Chart.Series(name + "\(place)", shape, tone: .category(-place), points: points)
            },
            rules: rules, marks: numbers.map { .init(x: $0, y: 1, tone: .scale($0), label: name) })
    }

    private static func bars(_ name: String, _ axis: Axis) -> BarChart {
        BarChart(
            value: axis,
            bars: numbers.map { number in
                .init(name, number, interval: number.isNaN ? nil : min(number, 0)...max(number, 0))
            })
    }

    private static func heatmap(_ name: String, _ axis: Axis) -> Heatmap {
        Heatmap(
            x: Axis(name, scale: .categories(names)), y: axis, value: axis,
            cells: [[], numbers.map { Heatmap.Cell($0, isMarked: true) }, [nil, .init(nil)]])
    }

    private static func parallel(_ count: Int, _ axis: Axis) -> ParallelCoordinates {
        ParallelCoordinates(
            axes: Array(repeating: axis, count: count),
            lines: numbers.map { .init(values: [$0, nil, 1, $0], tone: .bad, note: axis.label) })
    }

    private static func lanes(_ name: String, _ axis: Axis) -> LaneChart {
        LaneChart(
            time: axis, lanes: [.init(label: name, spans: [.init(-1e308...1e308, tone: .bad, note: name)])],
            legend: [.init(name, .muted)])
    }

    private static let wide: Named = {
        let columns = (0..<90).map { "column \($0)" }
        return (
            "wide map",
            .heatmap(
                Heatmap(
                    x: Axis("", scale: .categories(columns)), y: Axis("", scale: .categories(["row"])), value: Axis(""),
                    cells: [columns.indices.map { Heatmap.Cell(Double($0)) }]))
        )
    }()

    private static let empty: [Named] = [
        ("no tiles", .tiles(TileGrid(tiles: []))), ("no panels", .panels([])),
        ("empty tile", .tiles(TileGrid(tiles: [.init(width: 0, height: 0, channels: 1, pixels: [])]))),
        ("a line", .tiles(TileGrid(tiles: [.init(width: 250, height: 1, channels: 1, pixels: Array(0..<250))]))),
        (
            "a pole",
            .tiles(
                TileGrid(tiles: [.init(width: 1, height: 250, channels: 1, pixels: Array(0..<250))], captions: names))
        ),
        ("no bars", .bars(BarChart(value: Axis(""), bars: []))),
        ("no cells", .heatmap(Heatmap(x: Axis(""), y: Axis(""), value: Axis(""), cells: []))),
        ("no lanes", .lanes(LaneChart(time: Axis(""), lanes: []))),
        ("no series", .chart(Chart(x: Axis(""), y: Axis(""), series: []))),
        ("panel in panel", .panels([Figure(title: names[3], subtitle: names[7], summary: "", content: .panels([]))])),
    ]
}
