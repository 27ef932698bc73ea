import Plots

/// Reads back what a terminal would show of an output.
struct TerminalScreen {
    struct Cell: Equatable {
        var character: Character
        var foreground: String?
        var background: String?
    }

    var lines: [[Cell]] = []
    /// Any control character beside line feeds and color sequences.
    var hasStrayControls = false
    var escapes = 0

    init(_ output: String) {
        var line: [Cell] = []
        var (foreground, background): (String?, String?) = (nil, nil)
        var rest = Substring(output)
        while let character = rest.popFirst() {
            if character == "\u{1B}" {
                escapes += 1
                let codes = rest.prefix { $0.isNumber || $0 == ";" || $0 == "[" }.dropFirst().split(separator: ";")
                rest = rest.drop { $0.isNumber || $0 == ";" || $0 == "[" }
                if rest.popFirst() != "m" { hasStrayControls = true }
                var index = 0
                while index < codes.count {
                    switch codes[index] {
                    case "0": (foreground, background) = (nil, nil)
                    case "1": break
                    case "38", "48":
                        let count = index + 1 < codes.count && codes[index + 1] == "2" ? 4 : 2
                        let color = codes[(index + 2)..<min(codes.count, index + count + 1)].joined(separator: ";")
                        if codes[index] == "38" { foreground = color } else { background = color }
                        index += count
                    default: hasStrayControls = true
                    }
                    index += 1
                }
            } else if character == "\n" {
                lines.append(line)
                line = []
            } else {
                if character.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
                    hasStrayControls = true
                }
                line.append(Cell(character: character, foreground: foreground, background: background))
            }
        }
        if !line.isEmpty { lines.append(line) }
    }

    /// The texts of the lines.
    var texts: [String] { lines.map { String($0.map(\.character)) } }

    /// Columns of the widest line, by a rule of its own: East Asian scripts and emoji take two.
    var width: Int {
        lines.map { line in
            line.reduce(0) { sum, cell in
                let scalar = cell.character.unicodeScalars.first!
                let isWide =
                    (0x1100...0x115F).contains(scalar.value) || (0x2E80...0xA4CF).contains(scalar.value)
                    || (0xAC00...0xD7A3).contains(scalar.value) || (0xFF01...0xFF60).contains(scalar.value)
                    || scalar.properties.isEmojiPresentation
                return sum + (isWide ? 2 : 1)
            }
        }.max() ?? 0
    }

    func contains(_ text: String) -> Bool { texts.contains { $0.contains(text) } }

    /// Character cells that hold this character.
    func cells(_ character: Character) -> [Cell] { lines.joined().filter { $0.character == character } }

    /// Cells with braille dots.
    var dots: [Cell] {
        lines.joined().filter { (0x2801...0x28FF).contains($0.character.unicodeScalars.first!.value) }
    }
}

extension TerminalScreen {
    init(_ content: Figure.Content, _ width: Int = 80, _ colors: TerminalColors = .none, unicode: Bool = true) {
        self.init(
            TerminalPlot.render(
                Figure(title: "Title", summary: "", content: content),
                TerminalOptions(width: width, colors: colors, unicode: unicode)))
    }
}
