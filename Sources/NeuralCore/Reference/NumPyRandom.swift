/// NumPy's legacy random stream: the Mersenne Twister of Matsumoto and Nishimura (1998), normal numbers by the polar
/// method, bounded integers by masked rejection.
public struct NumPyRandom: Sendable {
    private var state: [UInt32]
    private var position = 624
    /// The second number of a polar pair, not yet given out.
    private var spare: Double?

    public init(seed: UInt32) {
        state = [seed]
        for i in 1..<624 {
            let last = state[i - 1]
            state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(i))
        }
    }

    /// 32 random bits.
    public mutating func word() -> UInt32 {
        if position == 624 { refill() }
        var y = state[position]
        position += 1
        y ^= y >> 11
        y ^= (y << 7) & 0x9D2C_5680
        y ^= (y << 15) & 0xEFC6_0000
        return y ^ (y >> 18)
    }

    private mutating func refill() {
        for i in 0..<624 {
            let y = (state[i] & 0x8000_0000) | (state[(i + 1) % 624] & 0x7FFF_FFFF)
            state[i] = state[(i + 397) % 624] ^ (y >> 1) ^ (y & 1 == 0 ? 0 : 0x9908_B0DF)
        }
        position = 0
    }

    /// In [0, 1), 53 bits.
    public mutating func double() -> Double {
        let high = Double(word() >> 5)
        let low = Double(word() >> 6)
        return (high * 67_108_864 + low) / 9_007_199_254_740_992
    }

    /// `randn()`: of each pair the second number comes first.
    public mutating func normal() -> Double {
        if let value = spare {
            spare = nil
            return value
        }
        while true {
            let x1 = 2 * double() - 1
            let x2 = 2 * double() - 1
            let r2 = x1 * x1 + x2 * x2
            guard r2 < 1 && r2 != 0 else { continue }
            let f = (-2 * Elementary.log(r2) / r2).squareRoot()
            spare = f * x1
            return f * x2
        }
    }

    /// `scale * randn(count)`.
    public mutating func normals(_ count: Int, scale: Double) -> [Double] {
        (0..<count).map { _ in scale * normal() }
    }

    /// `choice(bound, count)`, with replacement.
    ///
    /// - Precondition: 1 ≤ `bound` ≤ 2³².
    public mutating func choice(_ bound: Int, count: Int) -> [Int] {
        let largest = UInt32(bound - 1)
        let mask = largest == 0 ? 0 : UInt32.max >> UInt32(largest.leadingZeroBitCount)
        return (0..<count).map { _ in
            guard largest > 0 else { return 0 }
            var value = word() & mask
            while value > largest { value = word() & mask }
            return Int(value)
        }
    }
}
