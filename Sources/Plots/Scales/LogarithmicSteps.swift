/// Ticks of a logarithmic axis are at 1, 2 … 9 times a power of ten.
enum LogarithmicSteps {
    /// The largest of 1, 2, 5 times a power of ten that is not above `value`.
    static func floor(_ value: Double) -> Double {
        let exponent = Int(Logarithm.base10(value).rounded(.down))
        for mantissa in [5.0, 2, 1] where self.value(mantissa, exponent) <= value * (1 + 1e-9) {
            return self.value(mantissa, exponent)
        }
        return self.value(5, exponent - 1)
    }

    /// The smallest of 1, 2, 5 times a power of ten that is not below `value`.
    static func ceil(_ value: Double) -> Double {
        let exponent = Int(Logarithm.base10(value).rounded(.down))
        for mantissa in [1.0, 2, 5] where self.value(mantissa, exponent) >= value * (1 - 1e-9) {
            return self.value(mantissa, exponent)
        }
        return self.value(1, exponent + 1)
    }

    /// `mantissa · 10^exponent`, exact where a Double can be.
    static func value(_ mantissa: Double, _ exponent: Int) -> Double {
        exponent < 0 ? mantissa / Logarithm.powerOfTen(-exponent) : mantissa * Logarithm.powerOfTen(exponent)
    }
}
