#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Powers of ten.
enum Decade {
    /// ⌊log₁₀ value⌋, exact at powers of ten; `value` is finite and above 0.
    static func floor(_ value: Double) -> Int {
        var exponent = Int(log(value).rounded(.down))
        if power(exponent + 1) <= value { exponent += 1 }
        if power(exponent) > value { exponent -= 1 }
        return exponent
    }

    /// 10^exponent, the double nearest to it.
    static func power(_ exponent: Int) -> Double { Double("1e\(exponent)") ?? (exponent < 0 ? 0 : .infinity) }

    /// log₁₀; `value` is above 0.
    static func log(_ value: Double) -> Double { log10(value) }

    /// 10^exponent.
    static func exp(_ exponent: Double) -> Double { pow(10, exponent) }
}
