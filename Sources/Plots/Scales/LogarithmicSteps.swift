/// Ticks of a logarithmic axis are at 1, 2 … 9 times a power of ten.
enum LogarithmicSteps {
    /// The largest of `mantissas` (ascending, from 1) times a power of ten that is not above `value`.
    static func floor(_ value: Double, _ mantissas: [Double]) -> Double {
        let exponent = Int(Logarithm.base10(value).rounded(.down))
        for mantissa in mantissas.reversed() where self.value(mantissa, exponent) <= value * (1 + 1e-9) {
            return self.value(mantissa, exponent)
        }
        return self.value(mantissas[mantissas.count - 1], exponent - 1)
    }

    /// The smallest of `mantissas` (ascending, from 1) times a power of ten that is not below `value`.
    static func ceil(_ value: Double, _ mantissas: [Double]) -> Double {
        let exponent = Int(Logarithm.base10(value).rounded(.down))
        for mantissa in mantissas where self.value(mantissa, exponent) >= value * (1 - 1e-9) {
            return self.value(mantissa, exponent)
        }
        return self.value(1, exponent + 1)
    }

    /// `mantissa · 10^exponent`, exact where a Double can be.
    static func value(_ mantissa: Double, _ exponent: Int) -> Double {
        exponent < 0 ? mantissa / Logarithm.powerOfTen(-exponent) : mantissa * Logarithm.powerOfTen(exponent)
    }
}
