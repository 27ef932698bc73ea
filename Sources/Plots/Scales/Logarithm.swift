#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Powers of ten and back: the only mathematics here that Swift leaves to the C library.
enum Logarithm {
    static func base10(_ value: Double) -> Double { log10(value) }

    /// Exact for exponents 0…22, whose powers a Double holds.
    static func powerOfTen(_ exponent: Int) -> Double { pow(10, Double(exponent)) }

    /// `base` to the power of `exponent`, for colours.
    static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
}
