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
    /// Coordinates of the points, axis by axis.
    private var axes: [[Double]]
    private var covariance: Covariance
    /// (K + noise)⁻¹ y, of the points with a value.
    private var weights: [Double]

    /// `values`: one a point. `room`: how many points may be assumed later.
    init(_ kernel: MaternKernel, points: [[Double]], values: [Double], room: Int = 0) {
        self.kernel = kernel
        axes = kernel.coordinates.map { _ in [] }
        covariance = Covariance(capacity: points.count + room)
        weights = []
        for point in points { assume(point) }
        weights = covariance.solve(values)
    }

    /// What is known of the value at `point`, without the noise.
    func posterior(at point: [Double]) -> Posterior {
        let column = column(of: point)
        let mean = zip(weights, column).reduce(0) { $0 + $1.0 * $1.1 }
        return Posterior(
            mean: mean, variance: max(kernel.signal - covariance.explained(by: column), 1e-12 * kernel.signal))
    }

    private func column(of point: [Double]) -> [Double] {
        kernel.covariances(of: point, with: axes, count: covariance.count)
    }

    /// Takes the mean at `point` to be its value: no mean changes, and the variance around it falls.
    mutating func assume(_ point: [Double]) {
        covariance.append(column(of: point), diagonal: kernel.diagonal)
        for (axis, place) in point.enumerated() { axes[axis].append(place) }
    }
}
