/// Input – fully connected – ReLU – fully connected – softmax.
///
/// What both engines can do, so that one set of tests holds them to the same: `KernelNetwork` in `Float` over the
/// kernels, and `ReferenceNetwork` in `Double`, in plain loops.
public protocol TwoLayerNetwork {
    /// Starts with these parameters, and the optimizer's moments at zero.
    init(_ parameters: NetworkParameters, optimizer: TrainingConfiguration.Optimizer)

    var parameters: NetworkParameters { get }

    /// B×C.
    func logits(_ batch: Minibatch) -> [Double]

    /// Mean cross-entropy plus L2 term, and the gradient of both, clipped if the objective says so.
    func lossAndGradients(_ batch: Minibatch, _ objective: Objective) -> (loss: Double, gradients: NetworkParameters)

    /// One step. Returns the loss before it.
    mutating func train(_ batch: Minibatch, _ objective: Objective, rate: Double, momentum: Double) -> Double
}

extension TwoLayerNetwork {
    /// The class of the largest logit of each row, the first of equal ones.
    public func predictions(_ batch: Minibatch) -> [Int] {
        let (logits, classes) = (logits(batch), parameters.classes)
        return (0..<batch.count).map { b in
            var best = 0
            for c in 1..<max(classes, 1) where logits[b * classes + c] > logits[b * classes + best] { best = c }
            return best
        }
    }
}

/// W1, b1, W2, b2, or gradients of the same shapes, row-major.
public struct NetworkParameters: Sendable, Equatable {
    public let dimension: Int, hidden: Int, classes: Int
    /// D×H.
    public var W1: [Double]
    /// H.
    public var b1: [Double]
    /// H×C.
    public var W2: [Double]
    /// C.
    public var b2: [Double]

    /// All zero.
    public init(dimension: Int, hidden: Int, classes: Int) {
        (self.dimension, self.hidden, self.classes) = (dimension, hidden, classes)
        W1 = .init(repeating: 0, count: dimension * hidden)
        b1 = .init(repeating: 0, count: hidden)
        W2 = .init(repeating: 0, count: hidden * classes)
        b2 = .init(repeating: 0, count: classes)
    }

    /// W1, b1, W2, b2 one after the other.
    public var flat: [Double] {
        get { W1 + b1 + W2 + b2 }
        set {
            var rest = newValue[...]
            for tensor in [\Self.W1, \Self.b1, \Self.W2, \Self.b2] {
                let count = self[keyPath: tensor].count
                self[keyPath: tensor] = Array(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
        }
    }
}

/// Samples that are ready for the first layer, with their labels.
public struct Minibatch: Sendable {
    /// D.
    public let dimension: Int
    /// B×D, row-major.
    public let x: [Double]
    /// B.
    public let labels: [Int]

    /// - Precondition: `dimension` values for each label.
    public init(dimension: Int, x: [Double], labels: [Int]) {
        precondition(x.count == dimension * labels.count)
        (self.dimension, self.x, self.labels) = (dimension, x, labels)
    }

    /// B.
    public var count: Int { labels.count }

    /// The rows `index`, which may repeat.
    public func rows(_ index: [Int]) -> Minibatch {
        Minibatch(
            dimension: dimension, x: index.flatMap { x[($0 * dimension)..<(($0 + 1) * dimension)] },
            labels: index.map { labels[$0] })
    }
}

/// What is minimized.
public struct Objective: Sendable {
    /// λ of ½·λ·(ΣW1² + ΣW2²).
    public var reg: Double
    /// ε of targets (1−ε)·[c = y] + ε/C.
    public var labelSmoothing: Double
    public var dropout: Dropout?
    /// Inputs dropped likewise, by a stream of its own; its share is rounded to a multiple of 1/65536.
    public var inputDropout: Dropout?
    /// Largest norm of the gradient of all parameters together, L2 term included; 0 for none.
    public var clipNorm: Double

    public init(
        reg: Double = 0, labelSmoothing: Double = 0, dropout: Dropout? = nil, inputDropout: Dropout? = nil,
        clipNorm: Double = 0
    ) {
        (self.reg, self.labelSmoothing, self.dropout) = (reg, labelSmoothing, dropout)
        (self.inputDropout, self.clipNorm) = (inputDropout, clipNorm)
    }

    /// Hidden units dropped by a mask that is a function of seed and iteration.
    public struct Dropout: Sendable {
        /// In [0, 1).
        public var share: Double
        public var seed: UInt64
        public var iteration: Int

        public init(share: Double, seed: UInt64, iteration: Int) {
            (self.share, self.seed, self.iteration) = (share, seed, iteration)
        }
    }
}
