/// A cell of a chart's area.
private struct Spot: Hashable {
    var row: Int
    var column: Int
}

extension TerminalChart {
    /// Bands and lines across the area, below all else.
    func drawRules(on grid: inout TextGrid, top: Int) {
        for rule in chart.rules {
            switch rule.place {
            case .y(let value):
                guard let row = axes.row(of: value) else { continue }
                for column in 0..<axes.columns {
                    grid.set(top + row, axes.gutter + column, page.signs.dashedRow, .muted)
                }
            case .x(let value):
                guard let column = axes.column(of: value) else { continue }
                for row in 0..<axes.rows {
                    grid.set(top + row, axes.gutter + column, page.signs.dashedColumn, .muted)
                }
            case .yBand(let range):
                for row in rows(of: range) {
                    for column in 0..<axes.columns {
                        grid.set(top + row, axes.gutter + column, page.signs.band, .muted)
                    }
                }
            }
        }
    }

    /// Rows of a band, clipped to the area; empty when it lies outside.
    private func rows(of range: ClosedRange<Double>) -> Range<Int> {
        guard let low = axes.y?.position(of: range.lowerBound), let high = axes.y?.position(of: range.upperBound),
            low <= 1, high >= 0
        else { return 0..<0 }
        let rows = Double(axes.rows)
        let first = Int(((1 - min(1, high)) * rows).rounded())
        let end = Int(((1 - max(0, low)) * rows).rounded())
        let start = min(first, axes.rows - 1)
        return start..<min(axes.rows, max(end, start + 1))
    }

    /// Signs with their labels, and the labels of the rules; what found no room goes to the legend.
    func placeMarksAndLabels(on grid: inout TextGrid, top: Int) -> [TerminalLegend.Entry] {
        var taken: Set<Spot> = []
        var homeless: [TerminalLegend.Entry] = []
        var labels: [(spot: Spot, text: String, style: TerminalStyle, sign: Character)] = []
        for mark in chart.marks {
            guard let row = axes.row(of: mark.y), let column = axes.column(of: mark.x) else { continue }
            let spot = Spot(row: row, column: column)
            let style = TerminalStyle(foreground: TerminalPalette.color(mark.tone), isBold: true)
            grid.set(top + row, axes.gutter + column, page.signs[mark.sign], style)
            taken.insert(spot)
            let text = page.clean(mark.label)
            if !text.isEmpty { labels.append((spot, text, style, page.signs[mark.sign])) }
        }
        for label in labels {
            let starts = starts(around: label.spot, width: TerminalText.width(label.text))
            guard let start = put(label.text, at: starts, label.style, on: &grid, top: top, &taken) else {
                homeless.append(.init(sign: String(label.sign), style: label.style, name: label.text))
                continue
            }
            // A blank between sign and label, where a dot would read as part of the name.
            guard start.row == label.spot.row else { continue }
            let between = Spot(row: start.row, column: label.spot.column + (start.column > label.spot.column ? 1 : -1))
            if !taken.contains(between) { grid.set(top + between.row, axes.gutter + between.column, " ") }
        }
        for rule in chart.rules {
            let text = page.clean(rule.label)
            guard !text.isEmpty, let (sign, starts) = starts(for: rule, width: TerminalText.width(text)) else {
                continue
            }
            if put(text, at: starts, .muted, on: &grid, top: top, &taken) == nil {
                homeless.append(.init(sign: String(repeating: sign, count: 2), style: .muted, name: text))
            }
        }
        // A legend longer than the chart would help nobody.
        return Array(homeless.prefix(8))
    }

    /// Writes a text at that of the starts where it covers the least, and takes its place; nil where none is free.
    private func put(
        _ text: String, at starts: [Spot], _ style: TerminalStyle, on grid: inout TextGrid, top: Int,
        _ taken: inout Set<Spot>
    ) -> Spot? {
        let width = TerminalText.width(text)
        var best: (start: Spot, covered: Int)?
        for start in starts where (0..<axes.rows).contains(start.row) {
            let columns = start.column..<start.column + width
            guard columns.lowerBound >= 0, columns.upperBound <= axes.columns,
                columns.allSatisfy({ !taken.contains(Spot(row: start.row, column: $0)) })
            else { continue }
            let covered = columns.count { covers(grid.rows[top + start.row][axes.gutter + $0]) }
            if covered < best?.covered ?? .max { best = (start, covered) }
        }
        guard let start = best?.start else { return nil }
        grid.put(text, top + start.row, axes.gutter + start.column, style)
        for column in start.column..<start.column + width { taken.insert(Spot(row: start.row, column: column)) }
        return start
    }

    /// Whether a text there would hide something.
    private func covers(_ cell: TextGrid.Cell) -> Bool {
        cell.character != " " && cell.character != page.signs.band && cell.character != page.signs.dashedRow
    }

    /// Beside, above and below a sign.
    private func starts(around spot: Spot, width: Int) -> [Spot] {
        let (row, column) = (spot.row, spot.column)
        return [
            (row, column + 2), (row, column - width - 1), (row - 1, column - width / 2), (row + 1, column - width / 2),
            (row - 1, column + 1), (row - 1, column - width), (row + 1, column + 1), (row + 1, column - width),
        ].map { Spot(row: $0.0, column: $0.1) }
    }

    /// On a rule or beside it, with its sign; nil for one that lies outside.
    private func starts(for rule: Chart.Rule, width: Int) -> (sign: Character, starts: [Spot])? {
        let right = axes.columns - width
        switch rule.place {
        case .y(let value):
            guard let row = axes.row(of: value) else { return nil }
            let starts = [row, row - 1, row + 1].flatMap { row in
                [right, 1, right / 2].map { Spot(row: row, column: $0) }
            }
            return (page.signs.dashedRow, starts)
        case .x(let value):
            guard let column = axes.column(of: value) else { return nil }
            let starts = [0, 1, 2, axes.rows - 1].flatMap { row in
                [column + 1, column - width].map { Spot(row: row, column: $0) }
            }
            return (page.signs.dashedColumn, starts)
        case .yBand(let range):
            guard let row = rows(of: range).first else { return nil }
            return (
                page.signs.band,
                [Spot(row: row, column: right), Spot(row: row - 1, column: right), Spot(row: row, column: 1)]
            )
        }
    }
}

extension TerminalSigns {
    subscript(sign: Chart.Mark.Sign) -> Character {
        switch sign {
        case .dot: bigDot
        case .cross: cross
        case .star: star
        }
    }
}
