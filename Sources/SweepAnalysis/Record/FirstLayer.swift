/// The first layer's weights of a model: what each hidden unit looks for in an image.
public struct FirstLayer: Sendable, Equatable {
    /// In pixels.
    public let width: Int
    public let height: Int
    /// 3 for colour images, 1 for grey ones.
    public let channels: Int
    /// H.
    public let hidden: Int
    /// D×H, row-major: the weight of unit h and input d is `weights[d * hidden + h]`,
    /// d = (y * width + x) * channels + c.
    public let weights: [Float]

    /// Nil unless all sizes are positive and there are as many weights as they say.
    public init?(width: Int, height: Int, channels: Int, hidden: Int, weights: [Float]) {
        var count = 1
        for size in [width, height, channels, hidden] {
            guard size > 0 else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow else { return nil }
            count = product
        }
        guard weights.count == count else { return nil }
        (self.width, self.height, self.channels) = (width, height, channels)
        (self.hidden, self.weights) = (hidden, weights)
    }
}
