extension Canvas {
    /// Title, subtitle and content, below each other.
    mutating func draw(_ figure: Figure) {
        if depth == 0 {
            paragraph(figure.title, size: 14, lineHeight: 19, classes: "plot-title", isBold: true)
        } else {
            paragraph(figure.title, size: 12, lineHeight: 16, classes: "plot-heading", isBold: true)
        }
        if let subtitle = figure.subtitle {
            paragraph(subtitle, size: 12, lineHeight: 16, classes: "plot-quiet")
        }
        if y > 0 { y += 6 }
        switch figure.content {
        case .chart(let chart): draw(chart)
        case .bars(let chart): draw(chart)
        case .heatmap(let heatmap): draw(heatmap)
        case .parallel(let chart): draw(chart)
        case .lanes(let chart): draw(chart)
        case .tiles(let grid): draw(grid)
        case .panels(let figures): draw(panels: figures)
        case .empty(let reason): draw(empty: reason)
        }
    }

    /// As many panels in a row as have at least 260 pixels; below each other on a narrow picture.
    private mutating func draw(panels figures: [Figure]) {
        guard !figures.isEmpty else { return draw(empty: "Nothing to show.") }
        let (gapX, gapY) = (28.0, 22.0)
        let fitting = max(1, Int((width + gapX) / (260 + gapX)))
        // 4 figures in 2 and 2 rather than 3 and 1.
        let rows = (figures.count + fitting - 1) / fitting
        let columns = min(fitting, (figures.count + rows - 1) / rows)
        let panelWidth = (width - gapX * Double(columns - 1)) / Double(columns)
        for row in 0..<rows {
            let line = figures[(row * columns)..<min((row + 1) * columns, figures.count)]
            if row > 0 { y += gapY }
            var height = 0.0
            for (column, figure) in line.enumerated() {
                var part = part(width: panelWidth)
                part.draw(figure)
                place(part, x: (panelWidth + gapX) * Double(column), y: y)
                height = max(height, part.y)
            }
            y += height
        }
    }

    mutating func draw(empty reason: String) {
        let lines = TextMetrics.wrapped(reason, to: width - 48, size: 12, lines: 4)
        let height = 72 + 17 * Double(max(lines.count, 1))
        markup.element(
            "rect",
            [
                "class": "plot-surface", "y": .number(y), "width": .number(width), "height": .number(height), "rx": 6,
            ])
        for (index, line) in lines.enumerated() {
            text(line, x: width / 2, y: y + 36 + 12 + 17 * Double(index), classes: "plot-quiet", anchor: .middle)
        }
        y += height
    }
}

extension Figure.Content {
    /// Of all that can be clicked.
    var linkCount: Int {
        switch self {
        case .chart(let chart):
            chart.series.reduce(0) { count, series in
                count + (series.link == nil ? 0 : 1) + series.points.count { $0.link != nil }
            }
        case .heatmap(let heatmap): heatmap.cells.reduce(0) { $0 + $1.count { $0?.link != nil } }
        case .parallel(let chart): chart.lines.count { $0.link != nil }
        case .lanes(let chart): chart.lanes.reduce(0) { $0 + $1.spans.count { $0.link != nil } }
        case .panels(let figures): figures.reduce(0) { $0 + $1.content.linkCount }
        case .bars, .tiles, .empty: 0
        }
    }
}
