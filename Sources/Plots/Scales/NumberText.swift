/// Numbers as text, without locale and without `printf`.
enum NumberText {
    /// With exactly `digits` digits after the point; `0.10`, `-3`. A number that rounds to zero has no sign.
    static func fixed(_ value: Double, digits: Int) -> String {
        guard value.isFinite else { return special(value) }
        let digits = min(max(digits, 0), 15)
        let scaled = (value.magnitude * Logarithm.powerOfTen(digits)).rounded()
        guard scaled < 9e15 else { return significant(value, digits: 6) }
        let whole = UInt64(scaled)
        var text = String(whole)
        if digits > 0 {
            text = String(repeating: "0", count: max(0, digits + 1 - text.utf8.count)) + text
            text.insert(".", at: text.index(text.endIndex, offsetBy: -digits))
        }
        return value < 0 && whole != 0 ? "-" + text : text
    }

    /// Rounded to `digits` digits and as short as that allows: `0.001`, `320`, `1e-05`, `2.5e+09`.
    static func significant(_ value: Double, digits: Int) -> String {
        guard value.isFinite else { return special(value) }
        guard value != 0 else { return "0" }
        let (mantissa, exponent) = decimal(value.magnitude, digits: digits)
        let sign = value < 0 ? "-" : ""
        if exponent < -4 || exponent >= 6 {
            let power = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
            let text = trimmed(fixed(mantissa, digits: digits - 1))
            return sign + text + (exponent < 0 ? "e-" : "e+") + power
        }
        return trimmed(fixed(value, digits: max(0, digits - 1 - exponent)))
    }

    /// `2.5×10⁻⁵`, and `10⁻⁵` where the mantissa is 1.
    static func superscript(_ value: Double, digits: Int = 3) -> String {
        guard value.isFinite else { return special(value) }
        guard value != 0 else { return "0" }
        let (mantissa, exponent) = decimal(value.magnitude, digits: digits)
        let head = trimmed(fixed(mantissa, digits: digits - 1))
        let power = String(String(exponent).map { raised[$0] ?? $0 })
        return (value < 0 ? "−" : "") + (head == "1" ? "" : head + "×") + "10" + power
    }

    /// Without the zeros that end a fraction.
    static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text[...]
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return String(text)
    }

    /// `value = mantissa · 10^exponent` with 1 ≤ mantissa < 10 after rounding to `digits` digits; `value` > 0.
    private static func decimal(_ value: Double, digits: Int) -> (mantissa: Double, exponent: Int) {
        var exponent = Int(Logarithm.base10(value).rounded(.down))
        // In two steps, because 10^324 is not a Double and the smallest value is 5e-324.
        let half = -exponent / 2
        var mantissa = value * Logarithm.powerOfTen(half) * Logarithm.powerOfTen(-exponent - half)
        let unit = Logarithm.powerOfTen(digits - 1)
        mantissa = (mantissa * unit).rounded() / unit
        if mantissa >= 10 {
            (mantissa, exponent) = (mantissa / 10, exponent + 1)
        } else if mantissa < 1 {
            (mantissa, exponent) = (mantissa * 10, exponent - 1)
        }
        return (mantissa, exponent)
    }

    private static func special(_ value: Double) -> String {
        value.isNaN ? "–" : value < 0 ? "-∞" : "∞"
    }

    private static let raised: [Character: Character] = [
        "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
    ]
}
