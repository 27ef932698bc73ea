/// Texts from outside, made fit for a terminal.
enum Text {
    /// Without control characters, which could drive the terminal: line feeds and tabs stay, the rest becomes `?`.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnprintable) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(isUnprintable(scalar) ? "?" : scalar) }
        return String(result)
    }

    /// As ``printable(_:)``, on one line.
    static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value < 0x20 || isUnprintable($0) }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            result.append(scalar.value < 0x20 && !isUnprintable(scalar) ? " " : isUnprintable(scalar) ? "?" : scalar)
        }
        return String(result)
    }

    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        // C0 and C1 controls, and the marks that turn the writing direction around.
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// Columns of a terminal that a text takes.
    static func width(_ text: String) -> Int { text.reduce(0) { $0 + width($1) } }

    private static func width(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first?.value else { return 0 }
        return switch scalar {
        // East Asian wide and full-width blocks, and emoji (Unicode Standard Annex 11, in rough blocks).
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            2
        default: 1
        }
    }

    /// Without the sequences that ``Tone`` sets around a text.
    static func withoutColors(_ text: String) -> String {
        guard text.contains("\u{1B}") else { return text }
        var pieces = text.split(separator: "\u{1B}", omittingEmptySubsequences: false)[...]
        let head = pieces.popFirst() ?? ""
        return head + pieces.map { $0.drop { $0 != "m" }.dropFirst() }.joined()
    }

    /// Cuts a text to `columns`, with a mark at its end when something is missing.
    static func fit(_ text: String, _ columns: Int, mark: String) -> String {
        guard width(text) > columns else { return text }
        guard columns > width(mark) else { return String(mark.prefix(max(0, columns))) }
        var result = ""
        var used = width(mark)
        for character in text {
            used += width(character)
            if used > columns { break }
            result.append(character)
        }
        return result + mark
    }

    /// `1 trial`, `2 trials`.
    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
