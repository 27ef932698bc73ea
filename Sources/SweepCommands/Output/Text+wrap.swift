extension Text {
    /// Breaks a text at blanks into lines of at most `columns`; a longer word stands alone and whole.
    static func wrap(_ text: String, _ columns: Int?) -> [String] {
        guard let columns else { return [text] }
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, width(line) + 1 + width(String(word)) > columns {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        if !line.isEmpty || lines.isEmpty { lines.append(line) }
        return lines
    }

    /// As ``printable(_:)``, but colors stay: ECMA-48's SGR, `ESC [ digits and semicolons m`.
    static func withColorsOnly(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let escape = rest.firstIndex(of: "\u{1B}") {
            result += printable(String(rest[..<escape]))
            let code = rest[escape...].dropFirst()
            let end = code.dropFirst().firstIndex { !("0"..."9").contains($0) && $0 != ";" }
            if code.first == "[", let end, code[end] == "m" {
                result += rest[escape...end]
                rest = rest[rest.index(after: end)...]
            } else {
                result += "?"
                rest = code
            }
        }
        return result + printable(String(rest))
    }
}
