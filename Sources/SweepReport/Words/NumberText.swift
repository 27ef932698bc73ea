import FoundationEssentials

/// Numbers as people read them; never traps, whatever the value.
enum NumberText {
    /// With exactly `digits` fraction digits; a dash for a value that is not finite.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return "–" }
        let scale = (0..<max(0, digits)).reduce(1.0) { power, _ in power * 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 0x1p53 else { return short(value) }
        let units = Int(scaled), factor = Int(scale)
        let sign = value < 0 && units > 0 ? "−" : ""
        guard digits > 0 else { return sign + String(units) }
        let fraction = String(units % factor)
        return sign + String(units / factor) + "." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// At most four significant digits, no more than needed: `0.001`, `3.16e-05`, `320`.
    static func short(_ value: Double, significant: Int = 4) -> String {
        guard value.isFinite else { return "–" }
        guard value != 0 else { return "0" }
        let exponent = Decade.floor(abs(value))
        if exponent < -4 || exponent >= 7 {
            // 10^-324 is no double, and 10^308 · 10 is none either.
            let mantissa =
                exponent < -300 ? value * 1e300 / Decade.power(exponent + 300) : value / Decade.power(exponent)
            return trimmed(fixed(mantissa, significant - 1)) + "e" + String(exponent)
        }
        return trimmed(fixed(value, max(0, significant - 1 - exponent)))
    }

    /// `512`, `49 000`: groups of three with a thin space from five digits on.
    static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        guard digits.count > 4 else { return String(value) }
        var groups: [Substring] = []
        var end = digits.endIndex
        while end > digits.startIndex {
            let start = digits.index(end, offsetBy: -3, limitedBy: digits.startIndex) ?? digits.startIndex
            groups.append(digits[start..<end])
            end = start
        }
        return (value < 0 ? "−" : "") + groups.reversed().joined(separator: "\u{202F}")
    }

    /// `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "–" }
        if seconds < 10 { return trimmed(fixed(seconds, 1)) + " s" }
        let whole = Int(seconds.rounded())
        func pair(_ high: Int, _ highUnit: String, _ low: Int, _ lowUnit: String) -> String {
            low == 0 ? "\(high) \(highUnit)" : "\(high) \(highUnit) \(low) \(lowUnit)"
        }
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return pair(whole / 60, "min", whole % 60, "s")
        case ..<86_400: return pair(whole / 3600, "h", whole % 3600 / 60, "min")
        default: return pair(whole / 86_400, "d", whole % 86_400 / 3600, "h")
        }
    }

    /// Day and time in UTC, `2026-11-24 08:42 UTC`.
    static func date(_ date: Date) -> String {
        let text = date.formatted(.iso8601)
        guard text.count >= 16 else { return text }
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5) + " UTC"
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = Substring(text)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return String(text)
    }
}
