/// Small pieces of JSON text, written without a coder so that order and digits are ours.
enum JSONText {
    /// A JSON string with its quotes.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// The shortest decimal text that reads back as the same number; `value` is finite.
    static func number(_ value: Double) -> String {
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// One reference token of a JSON pointer (RFC 6901, section 3).
    static func pointerToken(_ key: String) -> String {
        var result = ""
        for scalar in shortened(key, to: 200).unicodeScalars {
            switch scalar {
            case "~": result += "~0"
            case "/": result += "~1"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// At most `limit` scalars of `text`, with an ellipsis for what was cut.
    static func shortened(_ text: String, to limit: Int = 60) -> String {
        let head = text.unicodeScalars.prefix(limit)
        guard head.endIndex != text.unicodeScalars.endIndex else { return text }
        return String(String.UnicodeScalarView(head)) + "…"
    }
}
