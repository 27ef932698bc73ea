/// Texts from outside, made fit for the cells of a terminal.
enum TerminalText {
    /// On one line, without what could drive the terminal or takes no place in it. In ASCII, what has no counterpart
    /// there becomes `?`.
    static func clean(_ text: String, unicode: Bool) -> String {
        var result = String.UnicodeScalarView()
        var marks = 0
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar.value == 0x09 || scalar.value == 0x0A,
                .lineSeparator, .paragraphSeparator, .spaceSeparator:
                (marks, _) = (0, result.append(" "))
            // Controls, and the invisible: joiners, marks that turn the writing direction around, tags.
            case .control, .format, .surrogate, .privateUse, .unassigned: continue
            case .nonspacingMark, .enclosingMark, .spacingMark:
                // A pile of accents would climb over its neighbors; variation selectors change widths.
                guard unicode, marks < 2, !result.isEmpty, !scalar.properties.isVariationSelector else { continue }
                marks += 1
                result.append(scalar)
            default:
                marks = 0
                if unicode || scalar.isASCII {
                    result.append(scalar)
                } else {
                    result.append(contentsOf: (counterparts[scalar] ?? "?").unicodeScalars)
                }
            }
        }
        return String(result)
    }

    private static let counterparts: [Unicode.Scalar: String] = [
        "×": "x", "·": ".", "•": "*", "…": "...", "–": "-", "—": "-", "−": "-", "→": "->", "←": "<-", "±": "+/-",
        "≤": "<=", "≥": ">=", "≈": "~", "∞": "inf", "µ": "u", "μ": "u", "‘": "'", "’": "'", "“": "\"", "”": "\"",
        "★": "*", "☆": "*", "°": "deg", "²": "^2", "³": "^3", "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e",
        "è": "e", "à": "a", "σ": "sigma", "Δ": "delta", "λ": "lambda", "η": "eta", "½": "1/2",
    ]

    /// Columns that a cleaned text takes.
    static func width(_ text: String) -> Int { text.reduce(0) { $0 + width($1) } }

    static func width(_ character: Character) -> Int {
        character.unicodeScalars.reduce(0) { $0 + width($1) }
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark: return 0
        default: break
        }
        if scalar.properties.isEmojiPresentation { return 2 }
        return switch scalar.value {
        // East Asian wide and full-width blocks (Unicode Standard Annex 11, in rough blocks).
        case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18CFF,
            0x1B000...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD:
            2
        default: 1
        }
    }

    /// Cuts a cleaned text to `columns`, with a mark at its end when something is missing.
    static func fit(_ text: String, _ columns: Int, unicode: Bool) -> String {
        guard width(text) > columns else { return text }
        // Three dots would eat too much of a short text.
        let mark = unicode ? "…" : columns >= 8 ? ".." : "."
        guard columns > mark.count else { return String(mark.prefix(max(0, columns))) }
        var result = ""
        var used = mark.count
        for character in text {
            used += width(character)
            if used > columns { break }
            result.append(character)
        }
        return result + mark
    }

    /// Breaks a cleaned text between words into lines of at most `columns`; a longer word is broken too.
    static func wrap(_ text: String, _ columns: Int) -> [String] {
        let columns = max(2, columns)
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, width(line) + 1 + width(String(word)) <= columns {
                line += " " + word
                continue
            }
            if !line.isEmpty { lines.append(line) }
            line = ""
            for character in word {
                if width(line) + width(character) > columns {
                    lines.append(line)
                    line = ""
                }
                line.append(character)
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }
}
