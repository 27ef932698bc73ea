/// The sizes of a grid: how many points, and which values belong to a point.
struct GridShape {
    let counts: [Int]

    /// Domains that a grid cannot go through count as one.
    init(_ parameters: [ParameterSpec]) {
        counts = parameters.map { $0.domain.count ?? 1 }
    }

    /// The product; `Int.max` when it does not fit.
    var points: Int {
        counts.reduce(1) { product, count in
            let (next, overflow) = product.multipliedReportingOverflow(by: count)
            return overflow ? .max : next
        }
    }

    /// The index of each parameter's value at `point`; the last parameter changes fastest.
    func indices(of point: Int) -> [Int] {
        var rest = point
        var result = [Int](repeating: 0, count: counts.count)
        for place in counts.indices.reversed() {
            result[place] = rest % counts[place]
            rest /= counts[place]
        }
        return result
    }
}
