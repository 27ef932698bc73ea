/// A page of character cells: what is put outside of it is cut off, so that no line can be wider than the page.
struct TextGrid: Sendable {
    struct Cell: Sendable, Equatable {
        /// Nil for the right half of a wide character.
        var character: Character? = " "
        var style = TerminalStyle.plain

        var isBlank: Bool { character == " " && style.background == nil }
    }

    let width: Int
    private(set) var rows: [[Cell]]

    init(width: Int, height: Int = 0) {
        self.width = max(0, width)
        rows = Array(repeating: Array(repeating: Cell(), count: self.width), count: max(0, height))
    }

    var height: Int { rows.count }

    func isInside(_ row: Int, _ column: Int) -> Bool { rows.indices.contains(row) && (0..<width).contains(column) }

    mutating func grow(to height: Int) {
        while rows.count < height { rows.append(Array(repeating: Cell(), count: width)) }
    }

    mutating func set(_ row: Int, _ column: Int, _ character: Character, _ style: TerminalStyle = .plain) {
        let span = TerminalText.width(character)
        guard span > 0, isInside(row, column), column + span <= width else { return }
        for place in column..<column + span { release(row, place) }
        rows[row][column] = Cell(character: character, style: style)
        for place in column + 1..<column + span { rows[row][place] = Cell(character: nil, style: style) }
    }

    /// A wide character of which one half is written over leaves a blank.
    private mutating func release(_ row: Int, _ column: Int) {
        if rows[row][column].character == nil, column > 0 {
            rows[row][column - 1].character = " "
        } else if column + 1 < width, rows[row][column + 1].character == nil {
            rows[row][column + 1].character = " "
        }
    }

    /// Writes a cleaned text from `column` on, which may lie outside, and lets the page grow to `row`.
    mutating func put(_ text: String, _ row: Int, _ column: Int, _ style: TerminalStyle = .plain) {
        guard row >= 0 else { return }
        grow(to: row + 1)
        var place = column
        for character in text {
            set(row, place, character, style)
            place += TerminalText.width(character)
        }
    }

    /// Adds a line below.
    mutating func add(_ text: String, _ style: TerminalStyle = .plain, indent: Int = 0) {
        put(text, height, indent, style)
    }

    mutating func addBlank() { grow(to: height + 1) }

    /// Lays another page over this one, from `row` on or below all; this one grows downwards.
    mutating func place(_ other: TextGrid, row: Int? = nil, column: Int = 0) {
        let top = row ?? height
        grow(to: top + other.height)
        for (y, cells) in other.rows.enumerated() {
            for (x, cell) in cells.enumerated() where isInside(top + y, column + x) {
                rows[top + y][column + x] = cell
            }
        }
    }

    func style(_ row: Int, _ column: Int) -> TerminalStyle {
        isInside(row, column) ? rows[row][column].style : .plain
    }

    /// The lines, without trailing blanks, each ended by a line feed.
    func render(_ colors: TerminalColors) -> String {
        var text = ""
        for cells in rows {
            var current = TerminalStyle.plain
            let end = (cells.lastIndex { !$0.isBlank } ?? -1) + 1
            for cell in cells[..<end] {
                guard let character = cell.character else { continue }
                if colors != .none {
                    // The ink of a blank can't be seen.
                    let style =
                        cell.character == " " && cell.style.background == current.background
                        ? current : cell.style
                    if style != current { text += style.sequence(colors) }
                    current = style
                }
                text.append(character)
            }
            if current != .plain { text += "\u{1B}[0m" }
            text += "\n"
        }
        return text
    }
}
