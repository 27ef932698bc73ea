/// Rows under titles, fitted to a width: never wrapped, the least important column gives way first.
struct Table: Sendable {
    struct Column: Sendable {
        var title: String
        var alignment: Alignment
        /// The lower, the earlier the column is narrowed, and then left out.
        var importance: Int
        /// Narrower than this it is left out instead.
        var narrowest: Int

        init(_ title: String, _ alignment: Alignment = .left, importance: Int = 50, narrowest: Int? = nil) {
            (self.title, self.alignment, self.importance) = (title, alignment, importance)
            // Half a number would lie, half a text does not.
            self.narrowest = narrowest ?? (alignment == .right ? .max : 8)
        }
    }

    enum Alignment: Sendable { case left, right }

    struct Cell: Sendable, ExpressibleByStringLiteral {
        var text: String
        var tone: Tone

        init(_ text: String, _ tone: Tone = .plain) { (self.text, self.tone) = (Text.oneLine(text), tone) }
        init(stringLiteral value: String) { self.init(value) }
    }

    var columns: [Column]
    var rows: [[Cell]] = []
    private static let gap = "  "

    init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row with one cell a column.
    mutating func add(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "a row has one cell a column")
        rows.append(cells)
    }

    /// The lines, without trailing blanks, each ended by a line feed. Columns without any content are left out.
    func render(_ page: Page) -> String {
        var shown = columns.indices.filter { index in rows.isEmpty || rows.contains { !$0[index].text.isEmpty } }
        var widths = columns.indices.map { index in
            rows.reduce(Text.width(columns[index].title)) { max($0, Text.width($1[index].text)) }
        }
        if let width = page.width { fit(&shown, &widths, to: width) }
        var text = line(shown.map { Cell(columns[$0].title, .dim) }, shown, widths, page)
        for row in rows { text += line(shown.map { row[$0] }, shown, widths, page) }
        return text
    }

    private func fit(_ shown: inout [Int], _ widths: inout [Int], to limit: Int) {
        func total() -> Int { shown.reduce(0) { $0 + widths[$1] } + max(0, shown.count - 1) * Self.gap.count }
        for index in shown.sorted(by: { (columns[$0].importance, $1) < (columns[$1].importance, $0) }) {
            let excess = total() - limit
            if excess <= 0 { return }
            let narrowest = min(columns[index].narrowest, widths[index])
            if widths[index] - excess >= narrowest {
                widths[index] -= excess
            } else if shown.count > 1 {
                shown.removeAll { $0 == index }
            } else {
                widths[index] = max(1, limit)
            }
        }
    }

    private func line(_ cells: [Cell], _ shown: [Int], _ widths: [Int], _ page: Page) -> String {
        var text = ""
        for (position, (cell, index)) in zip(cells, shown).enumerated() {
            let content = Text.fit(cell.text, widths[index], mark: page.ellipsis)
            let padding = String(repeating: " ", count: max(0, widths[index] - Text.width(content)))
            let painted = page.colors ? cell.tone.paint(content) : content
            let isLast = position == shown.count - 1
            if position > 0 { text += Self.gap }
            switch columns[index].alignment {
            case .left: text += isLast ? painted : painted + padding
            case .right: text += padding + painted
            }
        }
        while text.hasSuffix(" ") { text.removeLast() }
        return text + "\n"
    }
}

/// How a text is painted where colors are welcome.
enum Tone: Sendable, CaseIterable {
    case plain, dim, good, busy, warning, bad

    func paint(_ text: String) -> String {
        switch self {
        case .plain: text
        case .dim: "\u{1B}[2m\(text)\u{1B}[0m"
        case .good: "\u{1B}[32m\(text)\u{1B}[0m"
        case .busy: "\u{1B}[36m\(text)\u{1B}[0m"
        case .warning: "\u{1B}[33m\(text)\u{1B}[0m"
        case .bad: "\u{1B}[31m\(text)\u{1B}[0m"
        }
    }
}
