import CKernels

/// What is done to a sample before the first layer: x = (value − mean) · scale, input by input.
public struct Preprocessing: Sendable, Equatable {
    public let kind: TrainingConfiguration.Preprocess
    /// D.
    public let dimension: Int
    /// D floats and zeros after them, as the kernels' loads need.
    let paddedMean: [Float]
    let paddedScale: [Float]

    /// D means of the training split.
    public var mean: [Float] { Array(paddedMean.prefix(dimension)) }
    /// D factors: 1, or 1 / standard deviation.
    public var scale: [Float] { Array(paddedScale.prefix(dimension)) }

    /// - Precondition: as many means as scales.
    init(kind: TrainingConfiguration.Preprocess, mean: [Float], scale: [Float]) {
        precondition(mean.count == scale.count)
        (self.kind, dimension) = (kind, mean.count)
        let padding = [Float](repeating: 0, count: (mean.count + 127) / 64 * 64 - mean.count)
        (paddedMean, paddedScale) = (mean + padding, scale + padding)
    }

    /// Measures the training split, and nothing else. Sums of bytes are exact integers; sums of floats are in `Double`,
    /// in the order of the rows. An input that never changes keeps its scale of 1.
    public init(kind: TrainingConfiguration.Preprocess, of data: TrainingData) {
        let (mean, variance) = Self.moments(of: data.train.samples)
        let scale = variance.map { kind != .standardize || $0 <= 0 ? Float(1) : Float(1 / $0.squareRoot()) }
        self.init(kind: kind, mean: mean.map { Float($0) }, scale: scale)
    }

    /// Means and factors as the kernels take them, factors of 1 as nil; valid during the call.
    func withPointers<R>(_ body: (UnsafePointer<Float>?, UnsafePointer<Float>?) -> R) -> R {
        paddedMean.withUnsafeBufferPointer { mean in
            paddedScale.withUnsafeBufferPointer { scale in
                body(mean.baseAddress, kind != .standardize ? nil : scale.baseAddress)
            }
        }
    }

    /// Means and (population) variances of the columns.
    private static func moments(of samples: SampleMatrix) -> (mean: [Double], variance: [Double]) {
        let (count, dimension) = (samples.count, samples.dimension)
        let n = Double(max(count, 1))
        defer { withExtendedLifetime(samples) {} }
        switch samples.element {
        case .byte:
            var sums = [UInt64](repeating: 0, count: dimension)
            var squares = sums
            let rows = samples.pointer.assumingMemoryBound(to: UInt8.self)
            ck_byte_columns(rows, Int64(count), Int64(dimension), &sums, &squares)
            let mean = sums.map { Double($0) / n }
            return (mean, zip(squares, mean).map { Double($0) / n - $1 * $1 })
        case .float:
            let rows = samples.pointer.assumingMemoryBound(to: Float.self)
            let zero = [Double](repeating: 0, count: dimension)
            var sums = zero
            ck_float_columns(rows, Int64(count), Int64(dimension), zero, 1, &sums)
            let mean = sums.map { $0 / n }
            ck_float_columns(rows, Int64(count), Int64(dimension), mean, 2, &sums)
            return (mean, sums.map { $0 / n })
        }
    }
}
