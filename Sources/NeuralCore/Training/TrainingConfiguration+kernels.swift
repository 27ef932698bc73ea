import CKernels

extension TrainingConfiguration.Optimizer {
    /// Blocks of the parameters' size that it remembers.
    var momentCount: Int {
        switch self {
        case .sgd: 0
        case .momentum, .nesterov: 1
        case .adam: 2
        }
    }

    /// - Parameters:
    ///   - step: 1 for the first one; Adam's bias corrections depend on it.
    ///   - clipNorm: 0 for none.
    func update(rate: Double, reg: Double, momentum: Double, clipNorm: Double = 0, step: Int) -> ck_update {
        var update = ck_update()
        (update.rate, update.reg, update.momentum) = (Float(rate), Float(reg), Float(momentum))
        switch self {
        case .sgd: update.optimizer = CK_SGD
        case .momentum: update.optimizer = CK_MOMENTUM
        case .nesterov: update.optimizer = CK_NESTEROV
        case .adam:
            // m̂ / (√v̂ + ε) with the corrections drawn out of it (Kingma, Ba 2015, end of section 2).
            let (first, second) = (1 - Self.power(Adam.beta1, step), (1 - Self.power(Adam.beta2, step)).squareRoot())
            update.optimizer = CK_ADAM
            (update.beta1, update.beta2) = (Float(Adam.beta1), Float(Adam.beta2))
            update.rate = Float(rate * second / first)
            update.epsilon = Float(Adam.epsilon * second)
        }
        update.clip_norm = Float(clipNorm)
        return update
    }

    enum Adam {
        static let beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8
    }

    /// By squaring, not by the C library, whose last bits differ from one to another.
    static func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, square, left) = (1.0, base, exponent)
        while left > 0 {
            if left & 1 == 1 { result *= square }
            square *= square
            left >>= 1
        }
        return result
    }
}

extension TrainingConfiguration.WeightScale {
    /// Standard deviations of W1 and W2.
    func scales(dimension: Int, hidden: Int) -> (first: Double, second: Double) {
        switch self {
        case .standardDeviation(let scale): (scale, scale)
        case .he: ((2 / Double(dimension)).squareRoot(), (2 / Double(hidden)).squareRoot())
        }
    }
}

extension ck_regularizers {
    init(dropout: Double, inputDropout: Double = 0, seed: UInt64, iteration: Int, labelSmoothing: Double) {
        self.init()
        let input = InputDropout(share: inputDropout)
        (input_threshold, input_scale) = (input.threshold, Float(input.scale))
        dropout_threshold = UInt32(dropout * 4_294_967_296)
        dropout_scale = Float(1 / (1 - dropout))
        dropout_key = seed
        self.iteration = UInt64(iteration)
        label_smoothing = labelSmoothing
    }
}

/// Shares of inputs are multiples of 1/65536, because an input has 16 random bits; the scale belongs to the rounded share.
struct InputDropout {
    let threshold: UInt32
    let scale: Double

    /// - Precondition: in [0, 1).
    init(share: Double) {
        threshold = UInt32(min((share * 65_536).rounded(), 65_535))
        scale = 65_536 / Double(65_536 - threshold)
    }
}

extension TrainingConfiguration.Averaging {
    /// What the weights after 0-based iteration `i` of `count` enter the average with; 1 begins it, nil leaves it as it is.
    func share(of i: Int, count: Int) -> Double? {
        switch self {
        case .none: return nil
        case .exponential(let decay):
            guard i % Self.stride == 0 else { return nil }
            let rest = 1 - TrainingConfiguration.Optimizer.power(decay, Self.stride)
            return max(rest, 1 / Double(i / Self.stride + 1))
        case .tail:
            let first = tailStart(count: count)
            guard i >= first, (i - first) % Self.stride == 0 else { return nil }
            return 1 / Double((i - first) / Self.stride + 1)
        }
    }

    /// Whether there is an average once `iterations` of `count` are done.
    func hasBegun(iterations: Int, count: Int) -> Bool {
        switch self {
        case .none: false
        case .exponential: iterations > 0
        case .tail: iterations > tailStart(count: count)
        }
    }

    /// The 0-based first iteration of the tail; there always is one.
    private func tailStart(count: Int) -> Int {
        guard case .tail(let share) = self else { return 0 }
        return max(0, min(count - 1, Int((Double(count) * (1 - share)).rounded())))
    }
}
