extension TrainingConfiguration {
    /// Limits that keep every product of sizes far from overflow, and typing errors from asking for terabytes.
    public enum Limit {
        public static let hiddenSize = 65_536
        public static let batchSize = 65_536
        public static let iterations = 1_000_000_000
        public static let dimension = 16_777_216
        public static let classes = 65_536
        /// D×H and H×C, in weights.
        public static let weights = 1 << 30
        /// Training samples: row numbers are 32 bits.
        public static let samples = Int(UInt32.max)
    }

    /// - Throws: `invalidConfiguration` with the first value out of range, and the range.
    public func validate(dimension: Int, classes: Int) throws(NeuralCoreError) {
        try size(hiddenSize, "hidden_size", Limit.hiddenSize)
        try size(batchSize, "batch_size", Limit.batchSize)
        try size(iterations, "iterations", Limit.iterations)
        try size(dimension, "the samples' dimension", Limit.dimension)
        try size(classes, "the number of classes", Limit.classes)
        try size(dimension * hiddenSize, "dimension × hidden_size", Limit.weights)
        try size(hiddenSize * classes, "hidden_size × classes", Limit.weights)
        try number(learningRate, "learning_rate", { $0 > 0 }, "above 0")
        try number(learningRateDecay, "learning_rate_decay", { $0 > 0 }, "above 0")
        try number(reg, "reg", { $0 >= 0 }, "0 or more")
        try number(momentum, "momentum", { $0 >= 0 && $0 < 1 }, "in [0, 1)")
        try number(dropout, "dropout", { $0 >= 0 && $0 < 1 }, "in [0, 1)")
        try number(inputDropout, "input_dropout", { $0 >= 0 && $0 < 1 }, "in [0, 1)")
        try number(clipNorm, "clip_norm", { $0 >= 0 }, "0 or more")
        switch averaging {
        case .none: break
        case .exponential(let decay): try number(decay, "ema_decay", { $0 >= 0 && $0 < 1 }, "in [0, 1)")
        case .tail(let share): try number(share, "tail_share", { $0 > 0 && $0 <= 1 }, "in (0, 1]")
        }
        guard warmupIterations >= 0, patience.map({ $0.records >= 1 }) ?? true else {
            throw NeuralCoreError(.invalidConfiguration, "warm-up and patience are no negative numbers")
        }
        guard precision == .float32 || inputDropout == 0 else {
            throw NeuralCoreError(
                .invalidConfiguration,
                "input_dropout is \(inputDropout), which bf16 cannot do: the mean is folded into its weights; use float32"
            )
        }
        try number(labelSmoothing, "label_smoothing", { $0 >= 0 && $0 < 1 }, "in [0, 1)")
        if case .standardDeviation(let scale) = weightScale {
            try number(scale, "weight_scale", { $0 >= 0 }, "0 or more")
        }
        if case .sample(let count, _) = trainAccuracy, count < 1 {
            throw NeuralCoreError(.invalidConfiguration, "train accuracy on \(count) samples; use 1 or more")
        }
    }

    /// What the samples are stored as decides whether bf16 can be had.
    ///
    /// - Parameter element: of the samples of the data set, before their preparation.
    /// - Throws: `invalidConfiguration` for bf16 with samples that are no bytes.
    public func validate(element: SampleMatrix.Element) throws(NeuralCoreError) {
        guard precision == .float32 || preparation.element(of: element) == .byte else {
            throw NeuralCoreError(
                .invalidConfiguration,
                preparation.isPlain
                    ? "precision is bf16, which takes samples of bytes, and these are floats; use float32"
                    : "precision is bf16, which takes samples of bytes; write store \"byte\", or use float32")
        }
    }

    /// Whether `validate` has nothing to say.
    func isValid(dimension: Int, classes: Int) -> Bool {
        do {
            try validate(dimension: dimension, classes: classes)
            return true
        } catch {
            return false
        }
    }

    private func size(_ value: Int, _ name: String, _ limit: Int) throws(NeuralCoreError) {
        guard value >= 1 && value <= limit else {
            throw NeuralCoreError(.invalidConfiguration, "\(name) is \(value); use 1 to \(limit)")
        }
    }

    /// Finite as a `Float` too, which is what the kernels compute in.
    private func number(
        _ value: Double, _ name: String, _ isValid: (Double) -> Bool, _ range: String
    ) throws(NeuralCoreError) {
        guard value.isFinite && Float(value).isFinite && isValid(value) else {
            throw NeuralCoreError(.invalidConfiguration, "\(name) is \(value); use a number \(range)")
        }
    }
}
