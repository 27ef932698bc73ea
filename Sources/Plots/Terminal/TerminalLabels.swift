/// Texts beside each other in as few rows as they need.
enum TerminalLabels {
    struct Placed: Equatable {
        var row: Int
        var column: Int
        var text: String
    }

    /// Centers cleaned texts below their columns, all inside `range`, in up to `rows` rows in turn; cut off when even
    /// that is not enough.
    ///
    /// - Parameter places: columns, ascending.
    static func centered(
        _ texts: [String], at places: [Int], in range: Range<Int>, rows: Int, unicode: Bool
    ) -> [Placed] {
        for count in 1...max(1, rows) {
            if let placed = attempt(texts, places, range, rows: count) { return placed }
        }
        var room = range.count
        for index in places.indices.dropFirst(rows) { room = min(room, places[index] - places[index - rows] - 1) }
        // Labels at the ends are pushed inwards, so that they may still meet; then they get less room.
        while room > 1 {
            let cut = texts.map { TerminalText.fit($0, room, unicode: unicode) }
            if let placed = attempt(cut, places, range, rows: rows) { return placed }
            room -= 1
        }
        return []
    }

    private static func attempt(
        _ texts: [String], _ places: [Int], _ range: Range<Int>, rows: Int
    ) -> [Placed]? {
        var ends = Array(repeating: range.lowerBound - 1, count: rows)
        var result: [Placed] = []
        for (index, (text, place)) in zip(texts, places).enumerated() {
            let width = TerminalText.width(text)
            let column = max(range.lowerBound, min(place - width / 2, range.upperBound - width))
            guard column > ends[index % rows], column + width <= range.upperBound else { return nil }
            ends[index % rows] = column + width
            result.append(Placed(row: index % rows, column: column, text: text))
        }
        return result
    }
}

/// Signs and what they mean, as many in a line as there is room for.
struct TerminalLegend {
    struct Entry {
        var sign: String
        var style: TerminalStyle
        var name: String
    }

    var entries: [Entry] = []

    func draw(_ page: TerminalPage, indent: Int) -> TextGrid {
        var grid = TextGrid(width: page.width)
        var column = indent
        for entry in entries {
            let sign = TerminalText.width(entry.sign) + 1
            let name = page.label(entry.name, page.width - indent - sign)
            let width = sign + TerminalText.width(name)
            if grid.height == 0 { grid.addBlank() }
            if column > indent, column + width > page.width {
                grid.addBlank()
                column = indent
            }
            grid.put(entry.sign, grid.height - 1, column, entry.style)
            grid.put(name, grid.height - 1, column + sign)
            column += width + 3
        }
        return grid
    }
}
