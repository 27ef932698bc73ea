/// Horizontal bars in eighths of a column, with whiskers and their values in figures.
struct TerminalBars {
    let chart: BarChart
    let page: TerminalPage

    init(_ chart: BarChart, _ page: TerminalPage) { (self.chart, self.page) = (chart, page) }

    func draw() -> TextGrid {
        let values = chart.bars.flatMap { bar in
            [bar.value] + (bar.interval.map { [$0.lowerBound, $0.upperBound] } ?? [])
        }
        let scale = AxisScale(chart.value, values: values, hasZero: true)
        let names = chart.bars.map { page.label($0.label, max(6, page.width / 3)) }
        let texts = chart.bars.map { text($0, scale) }
        let right = (texts.map { TerminalText.width($0) }.max() ?? 0) + 1
        // Room between few bars, so that they can be told from a wall.
        let pitch = chart.bars.count <= 8 ? 2 : 1
        let axes = TerminalAxes(
            page, x: scale, gutter: (names.map { TerminalText.width($0) }.max() ?? 0) + 2,
            rows: max(1, chart.bars.count * pitch - (pitch - 1)), right: min(right, page.width / 3))
        var grid = TextGrid(width: page.width)
        let bottom = axes.draw(on: &grid, top: 0)
        for (index, bar) in chart.bars.enumerated() {
            let row = index * pitch
            grid.put(names[index], row, axes.gutter - 2 - TerminalText.width(names[index]))
            draw(bar, row, axes, on: &grid)
            grid.put(page.fit(texts[index], right - 1), row, axes.gutter + axes.columns + 1)
        }
        grid.grow(to: bottom)
        return grid
    }

    /// `42 %`, and on a wide page `42 % (35…49 %)`.
    private func text(_ bar: BarChart.Bar, _ scale: AxisScale) -> String {
        let value = page.clean(scale.text(bar.value))
        guard page.width >= 72, let interval = bar.interval else { return value }
        let (low, high) = (page.clean(scale.text(interval.lowerBound)), page.clean(scale.text(interval.upperBound)))
        let units = [low, high].map { $0.split(separator: " ").dropFirst().joined(separator: " ") }
        let start = units[0] == units[1] && !units[0].isEmpty ? String(low.prefix { $0 != " " }) : low
        return value + " (" + start + (page.unicode ? "…" : "..") + high + ")"
    }

    private func draw(_ bar: BarChart.Bar, _ row: Int, _ axes: TerminalAxes, on grid: inout TextGrid) {
        let zero = min(1, max(0, axes.x.position(of: 0) ?? 0)) * Double(axes.columns)
        guard let position = axes.x.position(of: bar.value) else { return }
        let end = min(1, max(0, position)) * Double(axes.columns)
        let color = TerminalPalette.color(bar.tone)
        let (low, high) = (min(zero, end), max(zero, end))
        for column in Int(low)..<max(Int(low), Int(high.rounded(.up))) where column < axes.columns {
            // Eighths grow to the right only; the end of a bar to the left is a whole cell.
            let share = end < zero ? (Double(column) + 0.5 > low ? 1 : 0) : high - Double(column)
            if let block = TerminalBlocks.horizontal(share, unicode: page.unicode) {
                grid.set(row, axes.gutter + column, block, .ink(color))
            }
        }
        if let interval = bar.interval { drawWhisker(interval, bar.value, row, color, axes, on: &grid) }
    }

    private func drawWhisker(
        _ interval: ClosedRange<Double>, _ value: Double, _ row: Int, _ color: RGB, _ axes: TerminalAxes,
        on grid: inout TextGrid
    ) {
        func column(_ value: Double) -> Int? {
            axes.x.position(of: value).map { min(axes.columns - 1, Int(min(1, max(0, $0)) * Double(axes.columns))) }
        }
        guard let first = column(interval.lowerBound), let last = column(interval.upperBound), last > first,
            let middle = column(value)
        else { return }
        let signs = page.signs.whisker
        for place in first...last {
            let sign =
                place == first
                ? signs.left : place == last ? signs.right : place == middle ? signs.value : signs.line
            let isInBar = page.hasColors && place < middle
            grid.set(row, axes.gutter + place, sign, isInBar ? .block(color) : .plain)
        }
    }
}
