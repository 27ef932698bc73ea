import Plots

/// A figure of each kind for tests.
enum TerminalFigures {
    static let plain: [(String, Figure.Content)] = [
        ("lines", .chart(lines)), ("histogram", .chart(histogram)), ("bars", .bars(bars)),
        ("heat map", .heatmap(heatmap(4, 5))), ("confusion", .heatmap(heatmap(10, 10))),
        ("parallel", .parallel(parallel)), ("lanes", .lanes(lanes(3))), ("many lanes", .lanes(lanes(300))),
        ("tiles", .tiles(tiles(80))), ("captions", .tiles(captioned)),
        ("panels", .panels((0..<3).map { Figure(title: "panel \($0)", summary: "", content: .chart(lines)) })),
        ("empty", .empty("No trial has ended an epoch yet; look again in a minute or so.")),
    ]

    static let lines = Chart(
        x: Axis("iteration", format: .integer), y: Axis("validation accuracy", format: .accuracy),
        series: (0..<60).map { index in
            Chart.Series(
                index > 56 ? "trial \(index)" : "", .line, weight: index > 56 ? .strong : .faint,
                tone: index > 56 ? .category(index) : .muted,
                points: (0..<20).map { .init(Double($0 * 100), Double($0 * index) / 1500) })
        },
        rules: [
            .init(.y(0.1), label: "chance"), .init(.x(800), label: "best"), .init(.yBand(0.5...0.6), label: "noise"),
        ],
        marks: [
            .init(x: 1900, y: 0.7, sign: .star, label: "trial 59"), .init(x: 10, y: 0.1, sign: .cross, tone: .bad),
        ])

    static let histogram = Chart(
        x: Axis("accuracy", format: .accuracy), y: Axis("trials", format: .integer),
        series: [
            .init(
                "trials", .columns(width: 0.1), points: (0..<10).map { .init(Double($0) / 10, Double($0 % 4) * 7) })
        ])

    static let bars = BarChart(
        value: Axis("share of variance", format: .percent),
        bars: [
            .init("learning_rate", 0.7, interval: 0.6...0.85), .init("reg", 0.2, interval: 0.1...0.25, tone: .bad),
            .init("hidden_size × batch_size", 0.01),
        ])

    static func heatmap(_ rows: Int, _ columns: Int) -> Heatmap {
        Heatmap(
            x: Axis("learning_rate", scale: .categories((0..<columns).map { "1e-0\($0)" })),
            y: Axis("reg", scale: .categories((0..<rows).map { "reg \($0)" })),
            value: Axis("accuracy", format: .accuracy),
            cells: (0..<rows).map { y in (0..<columns).map { x in cell(x, y, rows + columns) } })
    }

    private static func cell(_ x: Int, _ y: Int, _ sum: Int) -> Heatmap.Cell? {
        if (x, y) == (0, 0) { return Heatmap.Cell(nil) }
        if (x, y) == (1, 0) { return nil }
        return Heatmap.Cell(Double(x + y) / Double(sum), isMarked: (x, y) == (2, 2))
    }

    static let parallel = ParallelCoordinates(
        axes: [
            Axis("learning_rate", scale: .logarithmic), Axis("batch_size", scale: .categories(["200", "400", "800"])),
            Axis("hidden_size", format: .integer), Axis("accuracy", format: .accuracy),
        ],
        lines: (0..<50).map { line($0) })

    private static func line(_ index: Int) -> ParallelCoordinates.Line {
        let share = Double(index) / 50
        let values: [Double?] = [
            1e-4 * Double(index + 1), Double(index % 3), Double(80 * (index % 5)), index % 7 == 0 ? nil : share,
        ]
        return .init(values: values, weight: index == 49 ? .strong : .faint, tone: .scale(share), note: "")
    }

    static func lanes(_ count: Int) -> LaneChart {
        LaneChart(
            time: Axis("time", format: .duration),
            lanes: (0..<count).map { lane in
                .init(
                    label: count > 9 ? "" : "worker \(lane)",
                    spans: [
                        .init(Double(lane)...Double(lane + 40), tone: .category(0), note: ""),
                        .init(60...Double(100 + lane), tone: .bad, note: ""), .init(50...50, tone: .accent, note: ""),
                    ])
            }, legend: [.init("running", .category(0)), .init("failed", .bad)])
    }

    static func tiles(_ count: Int, side: Int = 32) -> TileGrid {
        TileGrid(
            tiles: (0..<count).map { tile in
                let pixels = (0..<side * side * 3).map { index in UInt8(truncatingIfNeeded: index * 7 + tile * 31) }
                return TileGrid.Picture(width: side, height: side, channels: 3, pixels: pixels)
            })
    }

    static let captioned: TileGrid = {
        var grid = tiles(7, side: 28)
        grid.captions = (0..<7).map { "Ankle boot, taken for T-shirt/top \($0)" }
        return grid
    }()
}
