import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Numbers, durations and times for people to read.
enum Format {
    /// With so many decimals, rounded half away from zero; the shortest form outside ±10^12.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite, value.magnitude < 1e12, (0...6).contains(decimals) else { return "\(value)" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int64((value.magnitude * scale).rounded())
        let digits = String(scaled)
        let sign = value < 0 && scaled != 0 ? "-" : ""
        if decimals == 0 { return sign + digits }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }

    /// An accuracy, 0…1.
    static func accuracy(_ value: Double?) -> String { value.map { fixed($0, 4) } ?? "" }

    /// A loss: four decimals, or an exponent when it is large.
    static func loss(_ value: Double?) -> String {
        guard let value else { return "" }
        return value.magnitude < 10_000 ? fixed(value, 4) : scientific(value)
    }

    /// `1.23e+45`.
    static func scientific(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return "\(value)" }
        var exponent = Int(log10(value.magnitude).rounded(.down))
        var mantissa = value / pow(10, Double(exponent))
        if fixed(mantissa.magnitude, 2) == "10.00" { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        return
            "\(fixed(mantissa, 2))e" + (exponent < 0 ? "-" : "+") + (exponent.magnitude < 10 ? "0" : "")
            + "\(exponent.magnitude)"
    }

    /// A fraction 0…1 as `53.1 %`.
    static func percent(_ fraction: Double, decimals: Int = 1) -> String { "\(fixed(fraction * 100, decimals)) %" }

    /// The two largest units: `45 s`, `3 min 20 s`, `2 h 05 min`, `4 d 3 h`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e11 else { return "very long" }
        let total = Int(max(0, seconds).rounded())
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return switch total {
        case ..<60: "\(total) s"
        case ..<3600: "\(total / 60) min \(two(total % 60)) s"
        case ..<86400: "\(total / 3600) h \(two(total / 60 % 60)) min"
        default: "\(total / 86400) d \(total / 3600 % 24) h"
        }
    }

    /// `512 B`, `1.5 KiB`, `600.0 MiB`.
    static func bytes(_ count: Int) -> String {
        var value = Double(count)
        var unit = 0
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
        while value >= 1024, unit < units.count - 1 { (value, unit) = (value / 1024, unit + 1) }
        return unit == 0 ? "\(count) B" : "\(fixed(value, 1)) \(units[unit])"
    }

    /// Floating-point operations: `1.2 TFLOP`.
    static func operations(_ count: Double) -> String {
        guard count.isFinite else { return "\(count) FLOP" }
        var value = count
        var unit = 0
        let units = ["FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP", "EFLOP"]
        while value >= 1000, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
        return "\(fixed(value, unit == 0 ? 0 : 1)) \(units[unit])"
    }

    /// `2026-01-31 13:05:09` at the given offset from UTC.
    static func time(_ date: Date, utcOffset: Int) -> String {
        let seconds = date.timeIntervalSince1970
        guard seconds.magnitude < 1e11 else { return "?" }
        var moment = time_t(seconds.rounded(.down)) + utcOffset
        var parts = tm()
        guard gmtime_r(&moment, &parts) != nil else { return "?" }
        func two(_ number: CInt) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(1900 + parts.tm_year)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }

    /// As the clock on the wall shows it.
    static func localTime(_ date: Date) -> String {
        let seconds = date.timeIntervalSince1970
        guard seconds.magnitude < 1e11 else { return "?" }
        var moment = time_t(seconds)
        var parts = tm()
        guard localtime_r(&moment, &parts) != nil else { return time(date, utcOffset: 0) + "Z" }
        return time(date, utcOffset: parts.tm_gmtoff)
    }
}
