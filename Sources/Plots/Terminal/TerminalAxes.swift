/// The two axes of an area, and where values lie in it.
struct TerminalAxes {
    let page: TerminalPage
    let x: AxisScale
    /// Nil where rows are named otherwise.
    let y: AxisScale?
    /// Columns left of the area, with the axis itself.
    let gutter: Int
    let columns: Int
    let rows: Int
    private let yLabels: [(row: Int, text: String)]

    init(_ page: TerminalPage, x: AxisScale, y: AxisScale, rows: Int) {
        (self.page, self.x, self.y, self.rows) = (page, x, y, rows)
        let limit = max(4, page.width / 3 - 2)
        var labels: [(row: Int, text: String)] = []
        let isNamed = if case .categories = y.axis.scale { true } else { false }
        for tick in y.ticks(atMost: isNamed ? rows : max(3, rows / 2), unicode: page.unicode) where tick.isMajor {
            let row = Self.row(tick.position, rows)
            guard !labels.contains(where: { $0.row == row }) else { continue }
            labels.append((row, page.label(tick.label, limit)))
        }
        yLabels = labels
        gutter = (labels.map { TerminalText.width($0.text) }.max() ?? 0) + 1
        columns = max(4, page.width - gutter)
    }

    /// With room for names of rows on the left.
    init(_ page: TerminalPage, x: AxisScale, gutter: Int, rows: Int, right: Int = 0) {
        (self.page, self.x, y, self.rows, self.gutter) = (page, x, nil, rows, gutter)
        yLabels = []
        columns = max(4, page.width - gutter - right)
    }

    private static func row(_ position: Double, _ rows: Int) -> Int {
        Int(((1 - min(1, max(0, position))) * Double(rows * 4 - 1)).rounded()) / 4
    }

    /// The row of a value of y; nil outside.
    func row(of value: Double) -> Int? {
        guard let position = y?.position(of: value), (-1e-9...1 + 1e-9).contains(position) else { return nil }
        return Self.row(position, rows)
    }

    /// The column of a value of x, counted from the left of the area; nil outside.
    func column(of value: Double) -> Int? {
        guard let position = x.position(of: value), (-1e-9...1 + 1e-9).contains(position) else { return nil }
        return Int((position * Double(columns - 1)).rounded())
    }

    /// Draws both axes with the area's top at `top`, and returns the row below all of it.
    func draw(on grid: inout TextGrid, top: Int) -> Int {
        let signs = page.signs
        grid.grow(to: top + rows + 1)
        for row in 0..<rows { grid.set(top + row, gutter - 1, signs.vertical, .muted) }
        for (row, text) in yLabels {
            grid.put(text, top + row, gutter - 1 - TerminalText.width(text), .muted)
            grid.set(top + row, gutter - 1, signs.tickLeft, .muted)
        }
        let below = top + rows
        for column in 0..<columns { grid.set(below, gutter + column, signs.horizontal, .muted) }
        grid.set(below, gutter - 1, signs.corner, .muted)
        return drawXLabels(on: &grid, below: below)
    }

    private func drawXLabels(on grid: inout TextGrid, below: Int) -> Int {
        var bottom = below + 1
        for label in xLabels() {
            grid.put(label.text, below + 1 + label.row, label.column, .muted)
            bottom = max(bottom, below + 2 + label.row)
        }
        for tick in shownTicks() { grid.set(below, gutter + tick.column, page.signs.tickBelow, .muted) }
        let name = page.label(x.axis.label, page.width)
        guard !name.isEmpty else { return bottom }
        let width = TerminalText.width(name)
        let middle = gutter + (columns - width) / 2
        grid.put(name, bottom, max(0, min(middle, page.width - width)))
        return bottom + 1
    }

    private var isNamed: Bool { if case .categories = x.axis.scale { true } else { false } }

    private func ticks(_ count: Int) -> [(column: Int, text: String)] {
        x.ticks(atMost: count, unicode: page.unicode).filter(\.isMajor).map { tick in
            (Int((tick.position * Double(columns - 1)).rounded()), page.clean(tick.label))
        }
    }

    /// The most ticks whose labels stand beside each other.
    private func shownTicks() -> [(column: Int, text: String)] {
        if isNamed { return ticks(columns) }
        for count in stride(from: max(2, columns / 8), through: 2, by: -1) {
            let ticks = ticks(count)
            let placed = TerminalLabels.centered(
                ticks.map { $0.text + " " }, at: ticks.map { gutter + $0.column }, in: 0..<page.width + 1, rows: 1,
                unicode: page.unicode)
            if placed.map(\.text) == ticks.map({ $0.text + " " }) { return ticks }
        }
        return ticks(2)
    }

    private func xLabels() -> [TerminalLabels.Placed] {
        let ticks = shownTicks()
        return TerminalLabels.centered(
            ticks.map(\.text), at: ticks.map { gutter + $0.column }, in: 0..<page.width, rows: isNamed ? 3 : 1,
            unicode: page.unicode)
    }
}
