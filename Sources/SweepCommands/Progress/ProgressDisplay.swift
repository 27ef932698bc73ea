import SweepAPI

/// Shows how far a sweep is: on a terminal in place, otherwise as lines of a log.
///
/// The cursor stays visible and below the text, so that there is nothing to restore however the program ends.
struct ProgressDisplay {
    private let stream: Console.Stream
    /// Columns that each line of the view takes.
    private var drawn: [Int] = []
    private var plain = PlainProgress()

    init(_ stream: Console.Stream) { self.stream = stream }

    /// - Parameter curve: of the leading trial; shown where the view is redrawn.
    mutating func update(
        _ sweep: SweepReply, curve: LeaderCurve? = nil, at now: ContinuousClock.Instant = .now
    ) throws {
        if stream.redraws {
            try redraw(ProgressView.lines(sweep, stream.page, curve: curve))
        } else if let line = plain.line(for: sweep, at: now) {
            try stream.writeLine(Text.oneLine(line))
        }
    }

    /// What comes next on this terminal is written below the view, which then begins anew.
    mutating func leave() { drawn = [] }

    mutating func redraw(_ lines: [String]) throws {
        let lines = fitting(lines)
        // ECMA-48: CUU moves up, EL erases to the end of the line, ED to the end of the screen.
        var text = rowsAbove > 0 ? "\u{1B}[\(rowsAbove)A\r" : ""
        for line in lines { text += line + "\u{1B}[K\n" }
        text += "\u{1B}[J"
        drawn = lines.map { Text.width(Text.withoutColors($0)) }
        try stream.write(Array(text.utf8))
    }

    /// Rows between the view's first line and the cursor: more than lines, once the terminal has become narrower than
    /// a line, which it then has wrapped.
    private var rowsAbove: Int {
        guard let columns = stream.columns(), columns > 0 else { return drawn.count }
        return drawn.reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
    }

    /// The first lines and how many there are more, where the terminal is lower than the view: the cursor can't go
    /// back to what has scrolled out.
    private func fitting(_ lines: [String]) -> [String] {
        guard let rows = stream.rows(), rows > 2, lines.count >= rows else { return lines }
        return lines.prefix(rows - 2) + ["\(stream.page.ellipsis) \(lines.count - rows + 2) more lines"]
    }
}
