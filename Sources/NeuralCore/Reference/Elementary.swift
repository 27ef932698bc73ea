#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// exp and log of the C library, for the twin only: correctly rounded in nearly all cases, as NumPy's are.
enum Elementary {
    static func exp(_ x: Double) -> Double {
        #if canImport(Glibc)
            Glibc.exp(x)
        #elseif canImport(Musl)
            Musl.exp(x)
        #else
            Darwin.exp(x)
        #endif
    }

    static func log(_ x: Double) -> Double {
        #if canImport(Glibc)
            Glibc.log(x)
        #elseif canImport(Musl)
            Musl.log(x)
        #else
            Darwin.log(x)
        #endif
    }

    /// `np.sum` of contiguous doubles: eight running sums in blocks of up to 128, halves beyond that.
    static func sum(_ values: ArraySlice<Double>) -> Double {
        let (first, count) = (values.startIndex, values.count)
        if count < 8 { return values.reduce(0, +) }
        if count > 128 {
            let half = count / 2 / 8 * 8
            return sum(values[first..<(first + half)]) + sum(values[(first + half)...])
        }
        var r = Array(values[first..<(first + 8)])
        let whole = count / 8 * 8
        for i in stride(from: 8, to: whole, by: 8) {
            for lane in 0..<8 { r[lane] += values[first + i + lane] }
        }
        var total = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
        for i in whole..<count { total += values[first + i] }
        return total
    }
}
