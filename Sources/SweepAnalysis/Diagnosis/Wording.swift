#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

import SweepModel

/// Numbers and lists as sentences have them.
enum Wording {
    /// Three digits after the point: a sample of a thousand images resolves no more.
    static func accuracy(_ value: Double) -> String { fixed(value, 3) }

    /// Three significant digits.
    static func loss(_ value: Double) -> String { number(significant(value, 3)) }

    /// Whole per cent, and words where that would read 0 or 100 although it is neither.
    static func percent(_ share: Double) -> String {
        if share > 0, share < 0.005 { return "less than 1 %" }
        if share < 1, share >= 0.995 { return "more than 99 %" }
        return "\(fixed(100 * share, 0)) %"
    }

    /// Two numbers with as many significant digits, at least three, as it takes to tell them apart.
    static func distinct(_ a: Double, _ b: Double) -> (String, String) {
        for digits in 3...9 {
            let texts = (number(significant(a, digits)), number(significant(b, digits)))
            if texts.0 != texts.1 { return texts }
        }
        return (number(a), number(b))
    }

    static func fixed(_ value: Double, _ digits: Int) -> String {
        let scale = pow(10, Double(digits))
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 1e15 else { return number(value) }
        let (whole, rest) = Int(scaled).quotientAndRemainder(dividingBy: Int(scale))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return sign + whole.description }
        let text = rest.description
        return "\(sign)\(whole)." + String(repeating: "0", count: digits - text.count) + text
    }

    /// Rounded to so many significant digits, without binary dust such as 0.30000000000000004.
    static func significant(_ value: Double, _ digits: Int) -> Double {
        guard value != 0, value.isFinite else { return value }
        let exponent = Int(log10(abs(value)).rounded(.down))
        let shift = pow(10, Double(abs(digits - 1 - exponent)))
        return digits - 1 - exponent >= 0 ? (value * shift).rounded() / shift : (value / shift).rounded() * shift
    }

    /// The shortest text that reads back as the same number, without `.0`.
    static func number(_ value: Double) -> String { ParameterValue.number(value).description }

    static func count(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }

    static func list(_ words: [String], _ conjunction: String = "and") -> String {
        guard let last = words.last else { return "" }
        guard words.count > 1 else { return last }
        return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
    }
}
