/// All that one training needs to know, typed, with defaults filled in.
public struct Hyperparameters: Sendable, Equatable {
    public enum Length: Sendable, Equatable {
        case iterations(Int)
        /// Passes over the training images; may be a fraction.
        case epochs(Double)
    }

    public enum Optimizer: String, Sendable, Codable, CaseIterable {
        case sgd
        /// Classical momentum: `sgd` with a momentum above 0.
        case momentum
        case nesterov, adam
    }

    public enum Schedule: String, Sendable, Codable, CaseIterable {
        case epochDecay = "epoch_decay"
        case cosine, constant
    }

    public enum WeightScale: Sendable, Equatable {
        case number(Double)
        case he
    }

    public enum Preprocess: String, Sendable, Codable, CaseIterable {
        case mean, standardize
        case contrastPCA = "contrast+pca"
    }

    public enum Features: String, Sendable, Codable, CaseIterable {
        case pixels, hog, color
        case pixelsHOG = "pixels+hog"
        case pixelsColor = "pixels+color"
        case hogColor = "hog+color"
        case all = "pixels+hog+color"
    }

    public enum Store: String, Sendable, Codable, CaseIterable {
        case float32, byte
    }

    public enum Averaging: Sendable, Equatable {
        case none
        case ema(decay: Double)
        case tail(share: Double)
    }

    public enum Precision: String, Sendable, Codable, CaseIterable {
        case float32, bf16
    }

    static let defaultEpochs = 10.0

    public var hiddenSize: Int
    public var learningRate: Double
    public var learningRateDecay = 0.95
    public var reg = 0.0
    public var batchSize = 200
    public var length = Length.epochs(Self.defaultEpochs)
    public var momentum = 0.0
    public var optimizer = Optimizer.sgd
    public var schedule = Schedule.epochDecay
    public var weightScale = WeightScale.number(1e-4)
    public var dropout = 0.0
    public var inputDropout = 0.0
    public var labelSmoothing = 0.0
    public var preprocess = Preprocess.mean
    public var precision = Precision.float32
    public var warmupEpochs = 0.0
    /// 0 for no limit.
    public var clipNorm = 0.0
    public var averaging = Averaging.none
    /// Epochs; 0 for never.
    public var patience = 0
    public var pcaComponents = 300
    public var pcaEpsilon = 1e-2
    public var flip = false
    public var shift = 0
    public var features = Features.pixels
    /// 0 for as many as `pcaComponents`.
    public var hogComponents = 0
    /// Nil for the same as `pcaEpsilon`.
    public var hogEpsilon: Double?
    /// Nil for bytes with bf16, and float32 otherwise.
    public var store: Store?
    /// The trial's seed if the sweep file sets it.
    public var seed: UInt64?

    public init(hiddenSize: Int, learningRate: Double) {
        self.hiddenSize = hiddenSize
        self.learningRate = learningRate
    }

    /// Iterations of the whole training, at least 1, at most 100,000,000.
    ///
    /// `iterationsPerEpoch` is `max(train / batch_size, 1)` with integer division.
    public func iterations(iterationsPerEpoch: Int) -> Int {
        switch length {
        case .iterations(let count): return count
        case .epochs(let epochs):
            let count = (epochs * Double(iterationsPerEpoch)).rounded()
            return count >= 1e8 ? 100_000_000 : max(1, Int(count))
        }
    }

    /// Iterations of the warm-up.
    public func warmupIterations(iterationsPerEpoch: Int) -> Int {
        Int(min((warmupEpochs * Double(iterationsPerEpoch)).rounded(), 1e9))
    }
}
