/// What is known of a function of mean 0 at some points, from noisy values at others.
///
/// Rasmussen and Williams, *Gaussian Processes for Machine Learning* (2006), 2.2. Additions, multiplications, divisions and
/// square roots in a fixed order alone, as ``PlainMath``: the same bits on every machine.
struct GaussianProcess {
    struct Posterior {
        let mean: Double
        let variance: Double
    }

    private let kernel: MaternKernel
    private var points: [[Double]]
    private var covariance: Covariance
    /// (K + noise)⁻¹ y, of the points with a value.
    private let weights: [Double]

    /// `values`: one a point. `room`: how many points may be assumed later.
    init(_ kernel: MaternKernel, points: [[Double]], values: [Double], room: Int = 0) {
        (self.kernel, self.points) = (kernel, points)
        covariance = Covariance(kernel, points, capacity: points.count + room)
        weights = covariance.solve(values)
    }

    /// What is known of the value at `point`, without the noise.
    func posterior(at point: [Double]) -> Posterior {
        let column = points.map { kernel.covariance($0, point) }
        let mean = zip(weights, column).reduce(0) { $0 + $1.0 * $1.1 }
        return Posterior(
            mean: mean, variance: max(kernel.signal - covariance.explained(by: column), 1e-12 * kernel.signal))
    }

    /// The means at the points that it has.
    var means: [Double] { points.map { posterior(at: $0).mean } }

    /// Takes the mean at `point` to be its value: no mean changes, and the variance around it falls.
    mutating func assume(_ point: [Double]) {
        covariance.append(points.map { kernel.covariance($0, point) }, diagonal: kernel.diagonal)
        points.append(point)
    }
}
