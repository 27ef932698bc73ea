/// A symmetric positive definite matrix as UᵀU, to which rows and columns are added.
///
/// Golub, Van Loan: *Matrix Computations*, 4.2. Loops run along rows of U, so that no sum is split.
struct Covariance {
    private(set) var count = 0
    private let capacity: Int
    /// U, row-major, `capacity` numbers a row.
    private var root: [Double]

    init(capacity: Int) {
        self.capacity = capacity
        root = Array(repeating: 0, count: capacity * capacity)
    }

    /// Half the logarithm of the determinant.
    var logRoot: Double { (0..<count).reduce(0) { $0 + PlainMath.log(root[$1 * capacity + $1]) } }

    /// Adds a point. `column`: its covariances with those before.
    mutating func append(_ column: [Double], diagonal: Double) {
        precondition(column.count == count && count < capacity)
        let reduced = reduced(column)
        let rest = diagonal - reduced.reduce(0) { $0 + $1 * $1 }
        for row in 0..<count { root[row * capacity + count] = reduced[row] }
        // Of two points so close that rounding leaves nothing.
        root[count * capacity + count] = max(rest, 1e-10).squareRoot()
        count += 1
    }

    /// K⁻¹ `values`; `values` may be fewer than there are points: then of the first ones.
    func solve(_ values: [Double]) -> [Double] {
        var solution = reduced(values)
        for row in solution.indices.reversed() {
            var sum = solution[row]
            for column in row + 1..<solution.count { sum -= root[row * capacity + column] * solution[column] }
            solution[row] = sum / root[row * capacity + row]
        }
        return solution
    }

    /// `column`ᵀ K⁻¹ `column`: the variance that the points explain.
    func explained(by column: [Double]) -> Double { reduced(column).reduce(0) { $0 + $1 * $1 } }

    /// K⁻¹, row-major: its lower triangle. The sum of xxᵀ over the columns x of U⁻¹, one after the other.
    func inverse() -> [Double] {
        let (columns, count) = (rootInverse(), count)
        var result = Array(repeating: 0.0, count: count * count)
        columns.withUnsafeBufferPointer { columns in
            result.withUnsafeMutableBufferPointer { result in
                for place in 0..<count {
                    for row in 0...place {
                        let factor = columns[place * count + row]
                        for other in 0...row { result[row * count + other] += factor * columns[place * count + other] }
                    }
                }
            }
        }
        return result
    }

    /// U⁻ᵀ, row-major.
    private func rootInverse() -> [Double] {
        // U⁻¹ from its last row on.
        var rows = Array(repeating: 0.0, count: count * count)
        let (count, capacity) = (count, capacity)
        root.withUnsafeBufferPointer { root in
            rows.withUnsafeMutableBufferPointer { rows in
                for row in (0..<count).reversed() {
                    rows[row * count + row] = 1
                    for other in row + 1..<count {
                        let factor = root[row * capacity + other]
                        for column in other..<count {
                            rows[row * count + column] -= factor * rows[other * count + column]
                        }
                    }
                    let pivot = root[row * capacity + row]
                    for column in row..<count { rows[row * count + column] /= pivot }
                }
                for row in 0..<count {
                    for column in row + 1..<count { rows.swapAt(row * count + column, column * count + row) }
                }
            }
        }
        return rows
    }

    /// U⁻ᵀ `values`.
    private func reduced(_ values: [Double]) -> [Double] {
        var result = values
        let capacity = capacity
        root.withUnsafeBufferPointer { root in
            result.withUnsafeMutableBufferPointer { result in
                for row in result.indices {
                    let value = result[row] / root[row * capacity + row]
                    result[row] = value
                    for column in row + 1..<result.count { result[column] -= value * root[row * capacity + column] }
                }
            }
        }
        return result
    }
}
