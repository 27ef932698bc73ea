/// A Matérn kernel of order 5/2 with a length for each coordinate, and noise: Rasmussen and Williams, *Gaussian Processes for
/// Machine Learning* (2006), 4.2 and 5.1.
struct MaternKernel {
    /// How two points differ along one coordinate.
    enum Coordinate {
        /// By their distance.
        case metric
        /// By 1, unless they are the same.
        case nominal

        func squaredDistance(_ one: Double, _ other: Double) -> Double {
            switch self {
            case .metric: (one - other) * (one - other)
            case .nominal: one == other ? 0 : 1
            }
        }
    }

    private static let root5 = 2.23606797749979

    let coordinates: [Coordinate]
    /// 1 / ℓ² by coordinate.
    let scales: [Double]
    /// Variances.
    let noise: Double
    let signal: Double

    /// `logarithms`: of the length of each coordinate, of the noise's variance, of the signal's.
    init(_ coordinates: [Coordinate], logarithms: [Double]) {
        precondition(logarithms.count == coordinates.count + 2)
        self.coordinates = coordinates
        scales = logarithms.prefix(coordinates.count).map { PlainMath.exp(-2 * $0) }
        noise = PlainMath.exp(logarithms[coordinates.count])
        signal = PlainMath.exp(logarithms[coordinates.count + 1])
    }

    /// Of an observation with itself.
    var diagonal: Double { signal + noise }

    /// Of `point` with `count` others. `axes`: their coordinates, axis by axis.
    func covariances(of point: [Double], with axes: [[Double]], count: Int) -> [Double] {
        var result = Array(repeating: 0.0, count: count)
        result.withUnsafeMutableBufferPointer { result in
            for (axis, places) in axes.enumerated() {
                let (scale, place) = (scales[axis], point[axis])
                places.withUnsafeBufferPointer { places in
                    switch coordinates[axis] {
                    case .metric:
                        for other in 0..<count {
                            let distance = places[other] - place
                            result[other] += scale * (distance * distance)
                        }
                    case .nominal:
                        for other in 0..<count { result[other] += places[other] == place ? 0 : scale }
                    }
                }
            }
            for other in 0..<count { result[other] = signal * Self.correlation(result[other]).value }
        }
        return result
    }

    /// At a squared distance; `slope` times a coordinate's share of it is the derivative by the logarithm of that length.
    static func correlation(_ square: Double) -> (value: Double, slope: Double) {
        let distance = root5 * square.squareRoot()
        let decay = PlainMath.exp(-distance)
        return ((1 + distance + 5 / 3 * square) * decay, 5 / 3 * (1 + distance) * decay)
    }
}
