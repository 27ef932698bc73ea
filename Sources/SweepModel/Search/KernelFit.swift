/// The most probable lengths, noise and signal of a ``MaternKernel`` for values of mean 0 and variance 1.
///
/// Priors are normal distributions of the logarithms: lengths about that of the unit cube's edge, little noise.
/// Rasmussen and Williams, *Gaussian Processes for Machine Learning* (2006), 5.4.
struct KernelFit {
    private struct Prior {
        let mean: Double
        let deviation: Double
    }

    private static let length = Prior(mean: 0, deviation: 1)
    private static let noise = Prior(mean: -8, deviation: 2)
    private static let signal = Prior(mean: 0, deviation: 1)
    private static let bounds = -12.0...7.0
    private static let others = 2
    private static let first = 12
    private static let steps = 50
    private static let shortest = 0.01

    private let coordinates: [MaternKernel.Coordinate]
    /// n ≥ 1.
    private let values: [Double]
    /// Squared distances along each coordinate of each point and those before it, pair by pair.
    private let distances: [Double]

    /// `points`: n, a coordinate from 0 to 1 each. `values`: n.
    init(coordinates: [MaternKernel.Coordinate], points: [[Double]], values: [Double]) {
        (self.coordinates, self.values) = (coordinates, values)
        distances = points.indices.flatMap { one in
            (0..<one).flatMap { other in
                coordinates.indices.map { coordinates[$0].squaredDistance(points[one][$0], points[other][$0]) }
            }
        }
    }

    private var priors: [Prior] { coordinates.map { _ in Self.length } + [Self.noise, Self.signal] }

    /// From the likeliest starts a few steps; then from where they led lowest on.
    func best() -> MaternKernel {
        var descents = starts().map(Descent.init)
        for place in descents.indices { descend(&descents[place], steps: Self.first) }
        var best = descents.reduce(descents[0]) { $1.least.loss < $0.least.loss ? $1 : $0 }
        descend(&best, steps: Self.steps)
        return MaternKernel(coordinates, logarithms: best.least.place)
    }

    /// Smooth, rough, little but noise, and rough along one coordinate alone: the first, and the likeliest of the others.
    private func starts() -> [[Double]] {
        func start(_ length: (Int) -> Double, noise: Double) -> [Double] {
            coordinates.indices.map(length) + [noise, Self.signal.mean]
        }
        let first = start({ _ in 0 }, noise: Self.noise.mean)
        var others = [start({ _ in -1.5 }, noise: -5), start({ _ in 1 }, noise: -1)]
        others += coordinates.indices.map { axis in start({ $0 == axis ? -2 : 1 }, noise: -3) }
        let losses = others.map { loss($0).loss }
        let order = others.indices.sorted { (losses[$0], $0) < (losses[$1], $1) }
        return [first] + order.prefix(Self.others).map { others[$0] }
    }

    /// Resilient propagation, in which the sign of each derivative alone counts (Igel and Hüsken, "Improving the Rprop
    /// learning algorithm", 2000: iRprop−).
    private struct Descent {
        var place: [Double]
        var steps: [Double]
        var slope: [Double]
        var least: (loss: Double, place: [Double])

        init(at place: [Double]) {
            self.place = place
            steps = place.map { _ in 0.3 }
            slope = place.map { _ in 0 }
            least = (.infinity, place)
        }
    }

    private func descend(_ descent: inout Descent, steps: Int) {
        for _ in 0..<steps where descent.steps.contains(where: { $0 >= Self.shortest }) {
            var (loss, slope) = loss(descent.place)
            if loss < descent.least.loss { descent.least = (loss, descent.place) }
            for axis in slope.indices {
                let product = slope[axis] * descent.slope[axis]
                if product > 0 { descent.steps[axis] = min(descent.steps[axis] * 1.2, 1) }
                if product < 0 { (descent.steps[axis], slope[axis]) = (descent.steps[axis] / 2, 0) }
                guard slope[axis] != 0 else { continue }
                let next = descent.place[axis] + (slope[axis] > 0 ? -1 : 1) * descent.steps[axis]
                descent.place[axis] = min(max(next, Self.bounds.lowerBound), Self.bounds.upperBound)
            }
            descent.slope = slope
        }
    }

    /// The negative logarithm of the posterior density, but for a constant, and its derivatives.
    func loss(_ logarithms: [Double]) -> (loss: Double, slope: [Double]) {
        let kernel = MaternKernel(coordinates, logarithms: logarithms)
        let (correlations, covariance) = covariance(kernel)
        let weights = covariance.solve(values)
        let inverse = covariance.inverse()
        let (noise, signal) = (coordinates.count, coordinates.count + 1)
        var loss = covariance.logRoot + zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } / 2
        var slope = Array(repeating: 0.0, count: logarithms.count)
        var pair = 0
        for one in values.indices {
            for other in 0..<one {
                let pull = (inverse[one * values.count + other] - weights[one] * weights[other]) * kernel.signal
                slope[signal] += pull * correlations[pair].value
                let along = pull * correlations[pair].slope
                for axis in 0..<noise { slope[axis] += along * (kernel.scales[axis] * distances[pair * noise + axis]) }
                pair += 1
            }
            let pull = (inverse[one * values.count + one] - weights[one] * weights[one]) / 2
            slope[noise] += pull * kernel.noise
            slope[signal] += pull * kernel.signal
        }
        for (axis, prior) in priors.enumerated() {
            let z = (logarithms[axis] - prior.mean) / prior.deviation
            loss += z * z / 2
            slope[axis] += z / prior.deviation
        }
        return (loss, slope)
    }

    /// Correlations pair by pair, and the covariance of the noisy values.
    private func covariance(
        _ kernel: MaternKernel
    ) -> (correlations: [(value: Double, slope: Double)], covariance: Covariance) {
        var correlations: [(value: Double, slope: Double)] = []
        correlations.reserveCapacity(values.count * (values.count - 1) / 2)
        var covariance = Covariance(capacity: values.count)
        for one in values.indices {
            let column = (0..<one).map { _ in
                var square = 0.0
                let first = correlations.count * coordinates.count
                for axis in coordinates.indices { square += kernel.scales[axis] * distances[first + axis] }
                correlations.append(MaternKernel.correlation(square))
                return kernel.signal * correlations[correlations.count - 1].value
            }
            covariance.append(column, diagonal: kernel.diagonal)
        }
        return (correlations, covariance)
    }
}
