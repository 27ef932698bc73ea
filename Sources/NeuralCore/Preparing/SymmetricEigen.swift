import CKernels

/// The largest eigenvalues of a symmetric matrix, with their vectors.
///
/// Householder's reduction to a tridiagonal matrix in panels of columns, bisection by Sturm counts, inverse iteration with
/// orthogonalization of close ones, reflections back (Golub, Van Loan: *Matrix Computations*, 8.3–8.4). Multiplications,
/// additions, divisions and square roots alone, each rounded once and in a fixed order: the same bits on every machine.
///
/// Cut into steps, so that a caller can do other things in between: `reduce` for each panel in order, `solve`, then
/// `turnBack` for parts of the vectors in any order or at the same time.
// SAFETY: `turnBack` touches the vectors that it is given alone; all else is done by one caller at a time, as said above.
final class SymmetricEigen: @unchecked Sendable {
    static let panelWidth = 32
    /// Vectors that are turned back together.
    static let group = 8

    let n: Int
    /// k, the number of eigenvalues wanted.
    let count: Int
    /// n×n; the reflectors take its place, row by row.
    private let matrix: AlignedDoubles
    /// k×n, row-major: row i belongs to `values[i]`.
    let vectors: AlignedDoubles
    /// Descending.
    private(set) var values: [Double] = []

    private var diagonal: [Double]
    private var beside: [Double]
    /// 2 / vᵀv of each reflector, 0 for none.
    private var factors: [Double]
    private let pairs: (v: AlignedDoubles, w: AlignedDoubles)
    private let kernels: OpaquePointer

    /// - Precondition: `matrix` is n×n and symmetric, 1 ≤ `count` ≤ n. It is used up.
    init(_ matrix: AlignedDoubles, n: Int, count: Int, instructionSet: InstructionSet = .current) {
        precondition(matrix.count >= n * n && 1...n ~= count)
        (self.matrix, self.n, self.count, kernels) = (matrix, n, count, instructionSet.kernels)
        vectors = AlignedDoubles(count: count * n)
        (diagonal, beside, factors) = (.init(repeating: 0, count: n), .init(repeating: 0, count: n), [])
        factors = diagonal
        pairs = (AlignedDoubles(count: Self.panelWidth * n), AlignedDoubles(count: Self.panelWidth * n))
    }

    var panels: Int { (n + Self.panelWidth - 1) / Self.panelWidth }
    var groups: Int { (count + Self.group - 1) / Self.group }

    /// All steps.
    func run() {
        for panel in 0..<panels { reduce(panel: panel) }
        solve()
        for group in 0..<groups { turnBack(group: group) }
    }

    // MARK: Reduction

    /// Columns 32·`panel` and on. The trailing matrix is brought up to date once, at the end: A −= VWᵀ + WVᵀ.
    func reduce(panel: Int) {
        let (first, end) = (panel * Self.panelWidth, min((panel + 1) * Self.panelWidth, n))
        let (v, w) = (pairs.v.pointer, pairs.w.pointer)
        for i in first..<end {
            let (done, rest) = (i - first, n - i - 1)
            let row = matrix.pointer + i * n
            ck_subtract_pairs(kernels, 0, 1, Int64(n - i), Int64(done), v + i, w + i, Int64(n), row + i, Int64(n))
            diagonal[i] = row[i]
            let (vi, wi) = (v + done * n, w + done * n)
            vi.update(repeating: 0, count: n)
            wi.update(repeating: 0, count: n)
            guard rest > 0 else { continue }
            let x = row + i + 1
            let factor = reflect(x, rest, at: i)
            factors[i] = factor
            guard factor > 0 else { continue }
            (vi + i + 1).update(from: x, count: rest)
            multiply(i, done: done, factor: factor)
        }
        guard end < n else { return }
        let left = Int64(n - end)
        ck_subtract_pairs(
            kernels, 0, left, left, Int64(end - first), v + end, w + end, Int64(n), matrix.pointer + end * n + end,
            Int64(n))
    }

    /// Makes of x the v of H = 1 − β·v·vᵀ with Hx = (α, 0, …), and returns β.
    private func reflect(_ x: UnsafeMutablePointer<Double>, _ rest: Int, at i: Int) -> Double {
        let tail = rest > 1 ? dot(x + 1, x + 1, rest - 1) : 0
        guard tail > 0 else {
            beside[i] = x[0]
            return 0
        }
        let norm = (x[0] * x[0] + tail).squareRoot()
        let alpha = x[0] > 0 ? -norm : norm
        beside[i] = alpha
        x[0] -= alpha
        return 2 / (x[0] * x[0] + tail)
    }

    /// w = p − ½β(pᵀv)·v with p = β·Av, of the matrix that the pairs so far have not reached yet.
    private func multiply(_ i: Int, done: Int, factor: Double) {
        let (at, rest) = (i + 1, n - i - 1)
        let (v, w) = (pairs.v.pointer, pairs.w.pointer)
        let (vi, p) = (v + done * n + at, w + done * n + at)
        ck_products(kernels, Int64(rest), Int64(rest), matrix.pointer + at * n + at, Int64(n), vi, p)
        for j in 0..<done {
            let (vj, wj) = (v + j * n + at, w + j * n + at)
            let (vv, wv) = (dot(vj, vi, rest), dot(wj, vi, rest))
            ck_subtract(kernels, Int64(rest), wv, vj, p)
            ck_subtract(kernels, Int64(rest), vv, wj, p)
        }
        for c in 0..<rest { p[c] *= factor }
        ck_subtract(kernels, Int64(rest), 0.5 * factor * dot(p, vi, rest), vi, p)
    }

    private func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
        var result = 0.0
        ck_products(kernels, 1, Int64(count), a, Int64(count), b, &result)
        return result
    }

    // MARK: The tridiagonal matrix

    /// Its eigenvalues and vectors.
    func solve() {
        let radius = (0..<n).map { abs(beside[$0]) + ($0 > 0 ? abs(beside[$0 - 1]) : 0) }
        let least = (0..<n).map { diagonal[$0] - radius[$0] }.min() ?? 0
        let most = (0..<n).map { diagonal[$0] + radius[$0] }.max() ?? 0
        let norm = max(abs(least), abs(most), .leastNormalMagnitude)
        let squares = beside.map { $0 * $0 }
        values = (0..<count).map { value($0, squares: squares, least: least, most: most, norm: norm) }
        var shift = Double.infinity
        for i in 0..<count {
            // Equal ones are moved apart a little, or they would all give the same vector.
            shift = min(values[i], shift - 4 * norm.ulp)
            iterate(i, shift: shift, norm: norm)
        }
    }

    /// The number `index` from above.
    private func value(_ index: Int, squares: [Double], least: Double, most: Double, norm: Double) -> Double {
        // More than `wanted` lie below the upper end, at most so many below the lower.
        let wanted = n - 1 - index
        var (low, high) = (least - 2 * norm.ulp, most + 2 * norm.ulp)
        while true {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high, high - low > norm.ulp / 4 else { return middle }
            if countBelow(middle, squares, norm) > wanted { high = middle } else { low = middle }
        }
    }

    private func countBelow(_ x: Double, _ squares: [Double], _ norm: Double) -> Int {
        let smallest = norm * 0x1p-1000
        return diagonal.withUnsafeBufferPointer { diagonal in
            squares.withUnsafeBufferPointer { squares in
                var (below, q) = (0, 1.0)
                for i in 0..<n {
                    q = diagonal[i] - x - (i > 0 ? squares[i - 1] / q : 0)
                    if abs(q) < smallest { q = -smallest }
                    if q < 0 { below += 1 }
                }
                return below
            }
        }
    }

    private func iterate(_ index: Int, shift: Double, norm: Double) {
        let solver = ShiftedSolver(diagonal, beside, shift: shift, smallest: norm * 0x1p-53)
        let z = vectors.pointer + index * n
        var state = UInt64(index) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        for c in 0..<n {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            z[c] = Double(state >> 11) * 0x1p-53 - 0.5
        }
        var first = index
        while first > 0, values[first - 1] - values[index] <= 1e-5 * norm { first -= 1 }
        for _ in 0..<3 {
            normalize(z)
            solver.solve(z)
            normalize(z)
            for other in first..<max(index, first) {
                let known = vectors.pointer + other * n
                ck_subtract(kernels, Int64(n), dot(known, z, n), known, z)
            }
        }
        normalize(z)
    }

    /// By the largest first, so that no square overflows.
    private func normalize(_ z: UnsafeMutablePointer<Double>) {
        var largest = 0.0
        for c in 0..<n { largest = max(largest, abs(z[c])) }
        guard largest > 0, largest.isFinite else { return }
        for c in 0..<n { z[c] /= largest }
        let norm = dot(z, z, n).squareRoot()
        for c in 0..<n { z[c] /= norm }
    }

    // MARK: Back

    /// Vectors 8·`group` and on, as those of the whole matrix; of each the largest component is positive.
    func turnBack(group: Int) {
        let (first, end) = (group * Self.group, min((group + 1) * Self.group, count))
        var shares = [Double](repeating: 0, count: Self.group)
        for i in stride(from: n - 2, through: 0, by: -1) where factors[i] > 0 {
            let (at, rest) = (i + 1, Int64(n - i - 1))
            let v = matrix.pointer + i * n + at
            ck_products(kernels, Int64(end - first), rest, vectors.pointer + first * n + at, Int64(n), v, &shares)
            for k in first..<end {
                ck_subtract(kernels, rest, factors[i] * shares[k - first], v, vectors.pointer + k * n + at)
            }
        }
        for k in first..<end {
            let z = vectors.pointer + k * n
            var largest = 0
            for c in 0..<n where abs(z[c]) > abs(z[largest]) { largest = c }
            if z[largest] < 0 { for c in 0..<n { z[c] = -z[c] } }
        }
    }
}

/// Solves (T − shift)·x = b for a tridiagonal T by elimination with partial pivoting.
private struct ShiftedSolver {
    private let n: Int
    /// Of the upper triangle, which has two diagonals beside its main one; and the multipliers below.
    private var main: [Double], above: [Double], second: [Double], below: [Double]
    private var isSwapped: [Bool]

    init(_ diagonal: [Double], _ beside: [Double], shift: Double, smallest: Double) {
        n = diagonal.count
        (main, above, below) = (diagonal.map { $0 - shift }, beside, beside)
        second = .init(repeating: 0, count: n)
        isSwapped = .init(repeating: false, count: n)
        for i in 0..<max(n - 1, 0) {
            if abs(main[i]) >= abs(below[i]) {
                if abs(main[i]) < smallest { main[i] = main[i] < 0 ? -smallest : smallest }
                below[i] /= main[i]
                main[i + 1] -= below[i] * above[i]
            } else {
                let factor = main[i] / below[i]
                main[i] = below[i]
                below[i] = factor
                (above[i], main[i + 1]) = (main[i + 1], above[i] - factor * main[i + 1])
                if i + 1 < n - 1 { (second[i], above[i + 1]) = (above[i + 1], -factor * above[i + 1]) }
                isSwapped[i] = true
            }
        }
        if n > 0, abs(main[n - 1]) < smallest { main[n - 1] = main[n - 1] < 0 ? -smallest : smallest }
    }

    func solve(_ b: UnsafeMutablePointer<Double>) {
        for i in 0..<max(n - 1, 0) {
            if isSwapped[i] { (b[i], b[i + 1]) = (b[i + 1], b[i]) }
            b[i + 1] -= below[i] * b[i]
        }
        for i in stride(from: n - 1, through: 0, by: -1) {
            var x = b[i]
            if i + 1 < n { x -= above[i] * b[i + 1] }
            if i + 2 < n { x -= second[i] * b[i + 2] }
            b[i] = x / main[i]
        }
    }
}

/// Doubles at a cache line's start, zero at first.
// SAFETY: plain memory, owned by one computation, whose own rules hold for it.
final class AlignedDoubles: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Double>
    let count: Int

    init(count: Int) {
        self.count = count
        let memory = LargeMemory.allocate(byteCount: max(count, 1) * 8)
        pointer = memory.bindMemory(to: Double.self, capacity: max(count, 1))
    }

    deinit { pointer.deallocate() }
}
