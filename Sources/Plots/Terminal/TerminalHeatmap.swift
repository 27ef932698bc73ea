/// Values as colored blocks with their numbers; without colors, the numbers alone.
struct TerminalHeatmap {
    let map: Heatmap
    let page: TerminalPage
    private let scale: AxisScale
    private let columnNames: [String]
    private let rowNames: [String]

    init(_ map: Heatmap, _ page: TerminalPage) {
        (self.map, self.page) = (map, page)
        var value = map.value
        let values = map.cells.flatMap { $0.compactMap { $0?.value } }.filter(\.isFinite)
        // Colors begin at the lowest value, not at a round number below it.
        if value.range == nil, let low = values.min(), let high = values.max(), low < high { value.range = low...high }
        scale = AxisScale(value, values: values)
        columnNames = Self.names(map.x, map.cells.map(\.count).max() ?? 0, page)
        rowNames = Self.names(map.y, map.cells.count, page)
    }

    private static func names(_ axis: Axis, _ count: Int, _ page: TerminalPage) -> [String] {
        var names: [String] = []
        if case .categories(let known) = axis.scale { names = known.prefix(count).map { page.clean($0) } }
        return names + Array(repeating: "", count: count - names.count)
    }

    func draw() -> TextGrid {
        var grid = TextGrid(width: page.width)
        guard !columnNames.isEmpty else { return grid }
        let limit = max(5, page.width / 4)
        let gutter = (rowNames.map { min(limit, TerminalText.width($0)) }.max() ?? 0) + 1
        let room = max(4, page.width - gutter)
        let texts = map.cells.map { $0.map { text($0) } }
        let needed = (texts.joined().map { TerminalText.width($0) }.max() ?? 0) + (hasNumbers ? 2 : 0)
        var cell = max(hasNumbers ? needed : 2, min(12, room / max(6, columnNames.count)))
        // Closer, and even without numbers, before the map is cut into pieces; but without colors numbers are all.
        if cell * columnNames.count > room, hasNumbers { cell = max(needed - 1, min(cell, room / columnNames.count)) }
        var isBare = !hasNumbers
        if cell * columnNames.count > room, page.hasColors { (cell, isBare) = (max(1, room / columnNames.count), true) }
        let yName = page.label(map.y.label, page.width)
        if !yName.isEmpty { grid.add(yName + (page.unicode ? " ↓" : ":")) }
        let perPiece = max(1, room / cell)
        for start in stride(from: 0, to: columnNames.count, by: perPiece) {
            let columns = start..<min(start + perPiece, columnNames.count)
            grid.place(piece(columns, gutter: gutter, cell: cell, isBare ? nil : texts))
        }
        grid.place(legend())
        return grid
    }

    private var hasNumbers: Bool { map.hasNumbers || !page.hasColors }

    private func text(_ cell: Heatmap.Cell?) -> String {
        guard let cell else { return "" }
        guard let value = cell.value, value.isFinite else { return String(page.signs.cross) }
        return page.clean(scale.text(value)) + (cell.isMarked ? "*" : "")
    }

    /// Some of the columns, with their names above.
    private func piece(_ columns: Range<Int>, gutter: Int, cell: Int, _ texts: [[String]]?) -> TextGrid {
        var grid = TextGrid(width: page.width)
        let xName = page.label(map.x.label, page.width)
        if !xName.isEmpty {
            let middle = gutter + (cell * columns.count - TerminalText.width(xName)) / 2
            grid.put(xName, 0, max(0, min(middle, page.width - TerminalText.width(xName))))
        }
        drawColumnNames(columns, gutter: gutter, cell: cell, on: &grid)
        let height = page.hasColors && map.cells.count <= 8 && cell >= 6 && !page.isPanel ? 3 : 1
        for (y, row) in map.cells.enumerated() {
            let top = grid.height
            grid.grow(to: top + height)
            let middle = top + height / 2
            let name = page.fit(rowNames[y], gutter - 1)
            grid.put(name, middle, gutter - 1 - TerminalText.width(name))
            for (place, x) in columns.enumerated() where x < row.count {
                let left = gutter + place * cell
                let style = style(row[x])
                if page.hasColors, row[x]?.value != nil {
                    for line in top..<top + height {
                        for column in left..<left + cell { grid.set(line, column, " ", style) }
                    }
                }
                let text = texts.map { $0[y][x] } ?? bareSign(row[x])
                let offset = (cell - TerminalText.width(text) + 1) / 2
                grid.put(text, middle, left + max(0, offset), style)
            }
        }
        return grid
    }

    private func bareSign(_ cell: Heatmap.Cell?) -> String {
        guard let cell else { return "" }
        if cell.value == nil { return String(page.signs.cross) }
        return cell.isMarked ? "*" : ""
    }

    private func style(_ cell: Heatmap.Cell?) -> TerminalStyle {
        guard let cell, let value = cell.value, let position = scale.position(of: value) else {
            return TerminalStyle(foreground: TerminalPalette.bad)
        }
        return .block(TerminalPalette.block(position), bold: cell.isMarked)
    }

    /// Names in as many as three rows, with lines down to their columns where they stand higher.
    private func drawColumnNames(_ columns: Range<Int>, gutter: Int, cell: Int, on grid: inout TextGrid) {
        let places = columns.indices.map { gutter + ($0 - columns.lowerBound) * cell + cell / 2 }
        let placed = TerminalLabels.centered(
            columns.map { columnNames[$0] }, at: places, in: 0..<page.width, rows: 3, unicode: page.unicode)
        let rows = (placed.map(\.row).max() ?? -1) + 1
        let top = grid.height
        grid.grow(to: top + rows)
        for (label, place) in zip(placed, places) {
            for row in label.row + 1..<max(label.row + 1, rows) where place < page.width {
                grid.set(top + row, place, page.signs.vertical, .muted)
            }
        }
        for label in placed { grid.put(label.text, top + label.row, label.column) }
    }

    /// What the colors and the signs mean.
    private func legend() -> TextGrid {
        var grid = TextGrid(width: page.width)
        let cells = map.cells.joined().compactMap { $0 }
        let values = cells.compactMap(\.value).filter(\.isFinite)
        guard let low = values.min(), let high = values.max() else { return grid }
        var parts: [String] = []
        if cells.contains(where: \.isMarked) { parts.append("* best") }
        if cells.contains(where: { $0.value == nil }) { parts.append("\(page.signs.cross) no value") }
        let (from, to) = (page.clean(scale.text(low)), page.clean(scale.text(high)))
        let name = page.clean(map.value.label)
        guard page.hasColors, low < high else {
            let words = ([(name.isEmpty ? "" : name + ": ") + from + " to " + to] + parts).joined(separator: ", ")
            for line in TerminalText.wrap(words, page.width) { grid.add(line, .muted) }
            return grid
        }
        let ramp = min(20, max(6, page.width / 5))
        var column = 0
        grid.addBlank()
        grid.put(from + " ", 0, 0, .muted)
        column = TerminalText.width(from) + 1
        for step in 0..<ramp {
            let place = Double(step) / Double(ramp - 1)
            grid.set(0, column + step, " ", .block(TerminalPalette.block(place)))
        }
        column += ramp + 1
        grid.put(to, 0, column, .muted)
        column += TerminalText.width(to) + 2
        for part in [name] + parts {
            let width = TerminalText.width(part)
            if column + width > page.width, column > 0 {
                grid.addBlank()
                column = 0
            }
            grid.put(page.fit(part, page.width), grid.height - 1, column, .muted)
            column += width + 3
        }
        return grid
    }
}
