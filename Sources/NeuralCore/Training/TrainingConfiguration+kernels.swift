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

    /// - Parameter step: 1 for the first one; Adam's bias corrections depend on it.
    func update(rate: Double, reg: Double, momentum: Double, step: Int) -> ck_update {
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
    init(dropout: Double, seed: UInt64, iteration: Int, labelSmoothing: Double) {
        self.init()
        dropout_threshold = UInt32(dropout * 4_294_967_296)
        dropout_scale = Float(1 / (1 - dropout))
        dropout_key = seed
        self.iteration = UInt64(iteration)
        label_smoothing = labelSmoothing
    }
}
