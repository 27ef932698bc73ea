/// A number as JSON writes it (RFC 8259, section 6).
struct NumberLiteral: Sendable {
    let text: String
    /// The nearest double; infinite when the text is beyond the range of doubles.
    let value: Double
    /// The value of a literal without fraction and exponent that fits `Int`.
    let integer: Int?

    /// Reads `text` by JSON's grammar; nil when it is not a JSON number (`0x10`, `1_000`, `.5`, `01`, `+1`, `nan`).
    init?(_ text: String) {
        var rest = Substring(text).utf8
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let whole = Self.takeDigits(&rest)
        guard !whole.isEmpty, whole.count == 1 || whole.first != UInt8(ascii: "0") else { return nil }
        var isInteger = true
        if rest.first == UInt8(ascii: ".") {
            isInteger = false
            rest = rest.dropFirst()
            guard !Self.takeDigits(&rest).isEmpty else { return nil }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            isInteger = false
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard !Self.takeDigits(&rest).isEmpty else { return nil }
        }
        guard rest.isEmpty, let value = Double(text) else { return nil }
        self.text = text
        self.value = value
        self.integer = isInteger ? Int(text) : nil
    }

    private static func takeDigits(_ rest: inout Substring.UTF8View) -> Substring.UTF8View {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        rest = rest.dropFirst(digits.count)
        return digits
    }
}
