/// A density over several axes: a mixture of one kernel for each observation, and one for the prior.
///
/// Kernels are products over the axes, truncated normal ones on numbers and smoothed counts on choices. Bergstra and
/// others, "Algorithms for hyper-parameter optimization" (2011); the widths and the weights are those of Optuna 5.
/// An observation without a coordinate, ``SearchAxis/unset``, has the prior's kernel there; a point without one is held
/// against the kernels on its other axes alone.
struct ParzenEstimator {
    /// One axis of all kernels.
    private enum Kernels {
        /// The logarithm of each choice's probability, [kernel][choice].
        case choices([[Double]])
        case numbers([Normal], SearchAxis)
    }

    private struct Normal {
        let center: Double
        let width: Double
        let logWidth: Double
        /// Of the mass between the axis' ends.
        let logMass: Double
        /// Mass below the lower end, and between the ends.
        let below: Double
        let inside: Double
    }

    private static let priorWeight = 1.0
    /// Observations that count in full; older ones fade.
    private static let recent = 25

    private let axes: [Kernels]
    private let weights: [Double]
    private let logWeights: [Double]

    /// `observations`: coordinates by axis, oldest first, one column an observation: `observations[axis][number]`.
    init(_ axes: [SearchAxis], observations: [[Double]], count: Int) {
        var weights = Self.weights(count)
        // With no observation the prior stands alone.
        weights.append(count == 0 ? 1 : Self.priorWeight)
        let total = weights.reduce(0, +)
        self.weights = weights.map { $0 / total }
        logWeights = self.weights.map { PlainMath.log($0) }
        self.axes = zip(axes, observations).map { axis, values in
            if case .choice(let choices) = axis.kind { return .choices(Self.choices(values, of: choices)) }
            return .numbers(Self.normals(values, axis), axis)
        }
    }

    /// The logarithm of the density at `point`, a coordinate for each axis.
    func logDensity(at point: [Double]) -> Double {
        var sums = logWeights
        for (kernels, coordinate) in zip(axes, point) where coordinate != SearchAxis.unset {
            switch kernels {
            case .choices(let table):
                let choice = Int(coordinate)
                for place in sums.indices { sums[place] += table[place][choice] }
            case .numbers(let normals, let axis):
                if axis.kind == .line {
                    for (place, normal) in normals.enumerated() {
                        let z = (coordinate - normal.center) / normal.width
                        sums[place] += PlainMath.logDensity(z) - normal.logWidth - normal.logMass
                    }
                } else {
                    let cell = axis.cell(at: coordinate)
                    for (place, normal) in normals.enumerated() {
                        let lower = (cell.lower - normal.center) / normal.width
                        let upper = (cell.upper - normal.center) / normal.width
                        sums[place] += PlainMath.logMass(lower, upper) - normal.logMass
                    }
                }
            }
        }
        let top = sums.max() ?? 0
        return top + PlainMath.log(sums.reduce(0) { $0 + PlainMath.exp($1 - top) })
    }

    /// A point of the density.
    func draw(_ stream: inout DrawStream) -> [Double] {
        let kernel = Self.place(of: stream.unit(), in: weights)
        return axes.map { kernels in
            let unit = stream.unit()
            switch kernels {
            case .choices(let table): return Double(Self.place(of: unit, in: table[kernel].map { PlainMath.exp($0) }))
            case .numbers(let normals, let axis):
                let normal = normals[kernel]
                let share = normal.below + unit * normal.inside
                let place = normal.center + normal.width * PlainMath.quantile(min(max(share, 1e-300), 1 - 0x1p-53))
                return axis.snapped(min(max(place, axis.low), axis.high))
            }
        }
    }

    /// The first place at which the running sum of `shares` reaches `unit`.
    private static func place(of unit: Double, in shares: [Double]) -> Int {
        var sum = 0.0
        for (place, share) in shares.enumerated().dropLast() {
            sum += share
            if unit <= sum { return place }
        }
        return shares.count - 1
    }

    /// Ones for the newest, a ramp from 1 / count for those before.
    private static func weights(_ count: Int) -> [Double] {
        let old = count - recent
        guard old > 0 else { return Array(repeating: 1, count: count) }
        let first = 1 / Double(count)
        let ramp = (0..<old).map { first + (old == 1 ? 0 : Double($0) / Double(old - 1) * (1 - first)) }
        return ramp + Array(repeating: 1, count: recent)
    }

    private static func choices(_ values: [Double], of count: Int) -> [[Double]] {
        let kernels = Double(values.count + 1)
        let base = priorWeight / kernels
        let all = base * Double(count)
        let even = Array(repeating: -PlainMath.log(Double(count)), count: count)
        let other = PlainMath.log(base / (all + 1))
        let own = PlainMath.log((base + 1) / (all + 1))
        return values.map { value in
            guard value != SearchAxis.unset else { return even }
            var row = Array(repeating: other, count: count)
            row[Int(value)] = own
            return row
        } + [even]
    }

    /// Widths reach to the farther neighbour, within a share of the axis that falls with the number of kernels.
    private static func normals(_ values: [Double], _ axis: SearchAxis) -> [Normal] {
        let (low, high) = (axis.low, axis.high)
        let range = high - low
        let order = values.indices.filter { values[$0] != SearchAxis.unset }
            .sorted { (values[$0], $0) < (values[$1], $1) }
        let least = range / min(100, Double(order.count + 2))
        var widths = Array(repeating: range, count: values.count)
        for (rank, place) in order.enumerated() {
            let left = rank > 0 ? values[order[rank - 1]] : low
            let right = rank + 1 < order.count ? values[order[rank + 1]] : high
            var width = max(values[place] - left, right - values[place])
            // The ends of the axis are no neighbours once there are others.
            if order.count > 1, rank == 0 { width = right - values[place] }
            if order.count > 1, rank + 1 == order.count { width = values[place] - left }
            widths[place] = min(max(width, least), range)
        }
        let middle = (low + high) / 2
        let kernels = zip(values, widths).map { ($0 == SearchAxis.unset ? middle : $0, $1) } + [(middle, range)]
        return kernels.map { center, width in
            let below = PlainMath.distribution((low - center) / width)
            let inside = 1 - below - PlainMath.upperTail((high - center) / width)
            return Normal(
                center: center, width: width, logWidth: PlainMath.log(width),
                logMass: PlainMath.log(max(inside, .leastNormalMagnitude)), below: below,
                inside: inside)
        }
    }
}
