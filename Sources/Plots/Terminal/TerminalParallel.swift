/// One vertical axis a parameter, one braille line a trial.
struct TerminalParallel {
    let chart: ParallelCoordinates
    let page: TerminalPage

    init(_ chart: ParallelCoordinates, _ page: TerminalPage) { (self.chart, self.page) = (chart, page) }

    func draw() -> TextGrid {
        var grid = TextGrid(width: page.width)
        guard !chart.axes.isEmpty else { return grid }
        let scales = chart.axes.indices.map { index in
            AxisScale(
                chart.axes[index],
                values: chart.lines.compactMap { index < $0.values.count ? $0.values[index] : nil })
        }
        let rows = page.plotRows
        let labels = scales.map { scale in
            scale.ticks(atMost: isNamed(scale) ? rows : max(2, rows / 4), unicode: page.unicode).filter(\.isMajor).map {
                (
                    row: Self.row($0.position, rows),
                    text: page.label($0.label, max(4, page.width / chart.axes.count - 1))
                )
            }
        }
        // Labels stand right of their axes, those of the last one outside of the lines.
        let right = (labels.last?.map { TerminalText.width($0.text) }.max() ?? 0) + 1
        let columns = max(chart.axes.count, page.width - right)
        let places = chart.axes.indices.map { chart.axes.count < 2 ? 0 : $0 * (columns - 1) / (chart.axes.count - 1) }
        drawNames(places, on: &grid)
        let top = grid.height
        var canvas = DotCanvas(columns: columns, rows: rows, unicode: page.unicode)
        for (index, line) in chart.lines.enumerated() { draw(line, index, scales, places, on: &canvas) }
        grid.grow(to: top + rows)
        canvas.paint(on: &grid, row: top, column: 0)
        for (axis, place) in places.enumerated() {
            for row in 0..<rows { grid.set(top + row, place, page.signs.vertical, .muted) }
            for label in labels[axis] {
                grid.set(top + label.row, place, page.unicode ? "├" : "+", .muted)
                grid.put(label.text, top + label.row, place + 1, .plain)
            }
        }
        return grid
    }

    private func isNamed(_ scale: AxisScale) -> Bool {
        if case .categories = scale.axis.scale { true } else { false }
    }

    private static func row(_ position: Double, _ rows: Int) -> Int {
        Int(((1 - min(1, max(0, position))) * Double(rows * 4 - 1)).rounded()) / 4
    }

    private func drawNames(_ places: [Int], on grid: inout TextGrid) {
        let placed = TerminalLabels.centered(
            chart.axes.map { page.clean($0.label) }, at: places, in: 0..<page.width, rows: 3, unicode: page.unicode)
        let rows = (placed.map(\.row).max() ?? -1) + 1
        let top = grid.height
        grid.grow(to: top + rows)
        for (label, place) in zip(placed, places) {
            for row in label.row..<max(label.row, rows) { grid.set(top + row, place, page.signs.vertical, .muted) }
        }
        for label in placed { grid.put(label.text, top + label.row, label.column, .bold) }
    }

    private func draw(
        _ line: ParallelCoordinates.Line, _ index: Int, _ scales: [AxisScale], _ places: [Int],
        on canvas: inout DotCanvas
    ) {
        let glyph: Character = line.weight == .strong ? "#" : line.weight == .normal ? "*" : "."
        let pen = DotCanvas.Pen(
            rank: line.weight.rank, style: .ink(TerminalPalette.color(line.tone)), glyph: glyph, owner: index)
        var last: (x: Double, y: Double)?
        for (axis, scale) in scales.enumerated() {
            guard axis < line.values.count, let value = line.values[axis], let y = scale.position(of: value) else {
                last = nil
                continue
            }
            let x = Double(places[axis]) / Double(max(1, canvas.columns - 1))
            let place = canvas.dot(x, y)
            canvas.line(last ?? place, place, pen)
            last = place
        }
    }
}
