import SweepAPI

/// Shows how far a sweep is: on a terminal in place, otherwise as lines of a log.
///
/// The cursor stays visible and below the text, so that there is nothing to restore however the program ends.
struct ProgressDisplay {
    private let stream: Console.Stream
    private var drawn = 0
    private var plain = PlainProgress()

    init(_ stream: Console.Stream) { self.stream = stream }

    mutating func update(_ sweep: SweepReply, at now: ContinuousClock.Instant = .now) throws {
        if stream.redraws {
            try redraw(ProgressView.lines(sweep, stream.page))
        } else if let line = plain.line(for: sweep, at: now) {
            try stream.writeLine(Text.oneLine(line))
        }
    }

    /// What comes next on this terminal is written below the view, which then begins anew.
    mutating func leave() { drawn = 0 }

    mutating func redraw(_ lines: [String]) throws {
        // ECMA-48: CUU moves up, EL erases to the end of the line, ED to the end of the screen.
        var text = drawn > 0 ? "\u{1B}[\(drawn)A\r" : ""
        for line in lines { text += line + "\u{1B}[K\n" }
        text += "\u{1B}[J"
        drawn = lines.count
        try stream.write(Array(text.utf8))
    }
}
