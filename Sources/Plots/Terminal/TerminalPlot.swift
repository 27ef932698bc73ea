/// Figures as text for a terminal.
public enum TerminalPlot {
    /// Lines of at most `options.width` columns, each ended by a line feed.
    ///
    /// Lines are braille dots, or characters in ASCII; without colors, letters tell series apart and there are no
    /// escape sequences. Control characters in labels are left out.
    public static func render(_ figure: Figure, _ options: TerminalOptions = TerminalOptions()) -> String {
        let page = TerminalPage(
            width: min(400, max(20, options.width)), colors: options.colors, unicode: options.unicode)
        return page.draw(figure).render(options.colors)
    }
}

/// The room that a figure has.
struct TerminalPage: Sendable {
    var width: Int
    var colors: TerminalColors
    var unicode: Bool
    /// Whether the figure is one of several.
    var isPanel = false

    var hasColors: Bool { colors != .none }
    var signs: TerminalSigns { unicode ? .unicode : .ascii }

    /// Rows of a chart's area.
    var plotRows: Int {
        let rows = width < 50 ? 10 : width < 70 ? 14 : width < 110 ? 18 : 24
        return isPanel ? max(8, rows * 2 / 3) : rows
    }

    func clean(_ text: String) -> String { TerminalText.clean(text, unicode: unicode) }
    func fit(_ text: String, _ columns: Int) -> String { TerminalText.fit(text, columns, unicode: unicode) }

    /// Cleaned, and cut to `columns`.
    func label(_ text: String, _ columns: Int) -> String { fit(clean(text), columns) }

    func draw(_ figure: Figure) -> TextGrid {
        var grid = TextGrid(width: width)
        for line in TerminalText.wrap(clean(figure.title), width) { grid.add(line, .bold) }
        for line in TerminalText.wrap(clean(figure.subtitle ?? ""), width) { grid.add(line, .muted) }
        switch figure.content {
        case .chart(let chart): grid.place(TerminalChart(chart, self).draw())
        case .bars(let chart): grid.place(TerminalBars(chart, self).draw())
        case .heatmap(let map): grid.place(TerminalHeatmap(map, self).draw())
        case .parallel(let chart): grid.place(TerminalParallel(chart, self).draw())
        case .lanes(let chart): grid.place(TerminalLanes(chart, self).draw())
        case .tiles(let tiles): grid.place(TerminalTiles(tiles, self).draw())
        case .panels(let figures): grid.place(panels(figures))
        case .empty(let sentence):
            for line in TerminalText.wrap(clean(sentence), width) { grid.add(line) }
        }
        return grid
    }

    /// Below each other, or beside each other on a wide terminal.
    private func panels(_ figures: [Figure]) -> TextGrid {
        let gap = 3
        let columns = min(max(1, figures.count), max(1, (width + gap) / (56 + gap)))
        var panel = self
        (panel.width, panel.isPanel) = ((width + gap) / columns - gap, true)
        var grid = TextGrid(width: width)
        for start in stride(from: 0, to: figures.count, by: columns) {
            if start > 0 { grid.addBlank() }
            let top = grid.height
            for (place, figure) in figures[start..<min(start + columns, figures.count)].enumerated() {
                grid.place(panel.draw(figure), row: top, column: place * (panel.width + gap))
            }
        }
        return grid
    }
}

/// The characters of axes and signs.
struct TerminalSigns: Sendable {
    var vertical: Character
    var horizontal: Character
    var corner: Character
    /// Where a label stands left of a vertical axis, and below a horizontal one.
    var tickLeft: Character
    var tickBelow: Character
    var dashedRow: Character
    var dashedColumn: Character
    var band: Character
    var dot: Character
    var bigDot: Character
    var cross: Character
    var star: Character
    /// Ends and middle of a whisker, and where the value lies on it.
    var whisker: (left: Character, right: Character, line: Character, value: Character)

    static let unicode = TerminalSigns(
        vertical: "│", horizontal: "─", corner: "└", tickLeft: "┤", tickBelow: "┬", dashedRow: "┄", dashedColumn: "┊",
        band: "░", dot: "•", bigDot: "●", cross: "×", star: "★", whisker: ("├", "┤", "─", "┼"))

    static let ascii = TerminalSigns(
        vertical: "|", horizontal: "-", corner: "+", tickLeft: "+", tickBelow: "+", dashedRow: "-", dashedColumn: ":",
        band: "-", dot: "o", bigDot: "@", cross: "x", star: "*", whisker: ("|", "|", "-", "+"))
}
