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
        var taken: Set<[Int]> = []
        var left: [TerminalLegend.Entry] = []
        var labels: [(row: Int, column: Int, text: String, style: TerminalStyle, sign: Character)] = []
        for mark in chart.marks {
            guard let row = axes.row(of: mark.y), let column = axes.column(of: mark.x) else { continue }
            let sign = page.signs[mark.sign]
            let style = TerminalStyle(foreground: TerminalPalette.color(mark.tone), isBold: true)
            grid.set(top + row, axes.gutter + column, sign, style)
            taken.insert([row, column])
            if !mark.label.isEmpty { labels.append((row, column, page.clean(mark.label), style, sign)) }
        }
        for label in labels {
            let spots = spots(of: label.text, row: label.row, column: label.column)
            let free = spots.filter { spot in spot.allSatisfy { !taken.contains([$0.row, $0.column]) } }
            // Where the least is covered.
            let best = free.enumerated().min { a, b in
                (covered(a.element, grid, top), a.offset) < (covered(b.element, grid, top), b.offset)
            }
            if let best = best?.element, let start = best.first {
                grid.put(label.text, top + start.row, axes.gutter + start.column, label.style)
                // A blank between them, where a dot would read as part of the name.
                if start.row == label.row {
                    let between = start.column > label.column ? label.column + 1 : label.column - 1
                    grid.set(top + label.row, axes.gutter + between, " ")
                }
                for cell in best { taken.insert([cell.row, cell.column]) }
            } else {
                left.append(TerminalLegend.Entry(sign: String(label.sign), style: label.style, name: label.text))
            }
        }
        return left + placeRuleLabels(on: &grid, top: top, &taken)
    }

    private func placeRuleLabels(
        on grid: inout TextGrid, top: Int, _ taken: inout Set<[Int]>
    ) -> [TerminalLegend.Entry] {
        var left: [TerminalLegend.Entry] = []
        for rule in chart.rules where !rule.label.isEmpty {
            let text = page.clean(rule.label)
            let width = TerminalText.width(text)
            let sign: Character
            var starts: [(row: Int, column: Int)] = []
            switch rule.place {
            case .y(let value):
                sign = page.signs.dashedRow
                guard let row = axes.row(of: value) else { continue }
                for row in [row, row - 1, row + 1] {
                    starts += [(row, axes.columns - width), (row, 1), (row, (axes.columns - width) / 2)]
                }
            case .x(let value):
                sign = page.signs.dashedColumn
                guard let column = axes.column(of: value) else { continue }
                for row in [0, 1, 2, axes.rows - 1] { starts += [(row, column + 1), (row, column - width)] }
            case .yBand(let range):
                sign = page.signs.band
                guard let row = rows(of: range).first else { continue }
                starts = [(row, axes.columns - width), (row - 1, axes.columns - width), (row, 1)]
            }
            let spots = starts.map { start in (0..<width).map { (row: start.row, column: start.column + $0) } }
            let free = spots.filter { spot in
                spot.allSatisfy {
                    (0..<axes.rows).contains($0.row) && (0..<axes.columns).contains($0.column)
                        && !taken.contains([$0.row, $0.column])
                }
            }
            let best = free.enumerated().min { a, b in
                (covered(a.element, grid, top), a.offset) < (covered(b.element, grid, top), b.offset)
            }
            if let best = best?.element, let start = best.first {
                grid.put(text, top + start.row, axes.gutter + start.column, .muted)
                for cell in best { taken.insert([cell.row, cell.column]) }
            } else {
                left.append(TerminalLegend.Entry(sign: String(repeating: sign, count: 2), style: .muted, name: text))
            }
        }
        return left
    }

    /// Cells of a label beside, above and below a sign, inside the area.
    private func spots(of text: String, row: Int, column: Int) -> [[(row: Int, column: Int)]] {
        let width = TerminalText.width(text)
        let starts = [
            (row, column + 2), (row, column - width - 1), (row - 1, column - width / 2), (row + 1, column - width / 2),
            (row - 1, column + 1), (row - 1, column - width), (row + 1, column + 1), (row + 1, column - width),
        ]
        return starts.map { start in (0..<width).map { (row: start.0, column: start.1 + $0) } }
            .filter { spot in
                spot.allSatisfy { (0..<axes.rows).contains($0.row) && (0..<axes.columns).contains($0.column) }
            }
    }

    private func covered(_ spot: [(row: Int, column: Int)], _ grid: TextGrid, _ top: Int) -> Int {
        spot.count { cell in
            let character = grid.rows[top + cell.row][axes.gutter + cell.column].character
            return character != " " && character != page.signs.band && character != page.signs.dashedRow
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
