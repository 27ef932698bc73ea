/// Matrix products in plain loops, each element one chain over the summed index.
enum ReferenceProducts {
    enum Rounding: Sendable {
        /// Fused multiply-adds.
        case fused
        /// A product rounded, then a sum: quicker where the processor's base has no fused instruction.
        case separate
    }

    /// a (rows×depth) · b (depth×columns).
    static func product(
        _ a: [Double], _ b: [Double], rows: Int, depth: Int, columns: Int, _ rounding: Rounding
    ) -> [Double] {
        var c = [Double](repeating: 0, count: rows * columns)
        withPointers(a, b, &c) { a, b, c in
            // Four rows at a time, so that a row of b is fetched once for them.
            for first in stride(from: 0, to: rows, by: 4) {
                for k in 0..<depth {
                    for r in first..<min(first + 4, rows) {
                        add(c + r * columns, a[r * depth + k], b + k * columns, columns, rounding)
                    }
                }
            }
        }
        return c
    }

    /// aᵀ · b, where a is depth×rows.
    static func transposedProduct(
        _ a: [Double], _ b: [Double], rows: Int, depth: Int, columns: Int, _ rounding: Rounding
    ) -> [Double] {
        var c = [Double](repeating: 0, count: rows * columns)
        withPointers(a, b, &c) { a, b, c in
            for first in stride(from: 0, to: rows, by: 8) {
                for k in 0..<depth {
                    for r in first..<min(first + 8, rows) {
                        add(c + r * columns, a[k * rows + r], b + k * columns, columns, rounding)
                    }
                }
            }
        }
        return c
    }

    /// a · b with one fused chain over even k plus one over odd k.
    static func evenOddProduct(_ a: [Double], _ b: [Double], rows: Int, depth: Int, columns: Int) -> [Double] {
        var c = [Double](repeating: 0, count: rows * columns)
        for r in 0..<rows {
            for j in 0..<columns {
                var (even, odd) = (0.0, 0.0)
                for k in 0..<depth {
                    let (x, y) = (a[r * depth + k], b[k * columns + j])
                    if k % 2 == 0 { even.addProduct(x, y) } else { odd.addProduct(x, y) }
                }
                c[r * columns + j] = even + odd
            }
        }
        return c
    }

    @inline(__always)
    private static func add(
        _ c: UnsafeMutablePointer<Double>, _ factor: Double, _ b: UnsafePointer<Double>, _ count: Int,
        _ rounding: Rounding
    ) {
        switch rounding {
        case .fused: for j in 0..<count { c[j] = c[j].addingProduct(factor, b[j]) }
        case .separate: for j in 0..<count { c[j] += factor * b[j] }
        }
    }

    private static func withPointers(
        _ a: [Double], _ b: [Double], _ c: inout [Double],
        _ body: (UnsafePointer<Double>, UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void
    ) {
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                c.withUnsafeMutableBufferPointer { c in
                    guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
                    body(a, b, c)
                }
            }
        }
    }
}
