/// All that decides how one trial trains, besides the data.
public struct TrainingConfiguration: Sendable, Equatable {
    /// H.
    public var hiddenSize: Int
    public var learningRate: Double
    /// Factor on the rate after each epoch record (`.epochDecay`).
    public var learningRateDecay: Double
    /// λ of ½·λ·(ΣW1² + ΣW2²); biases are free.
    public var reg: Double
    /// B, drawn with replacement.
    public var batchSize: Int
    public var iterations: Int
    /// Used by `.momentum` and `.nesterov`.
    public var momentum: Double
    public var optimizer: Optimizer
    public var schedule: Schedule
    public var weightScale: WeightScale
    /// Share of hidden units dropped in training, in [0, 1).
    public var dropout: Double
    /// ε of targets (1−ε)·[c = y] + ε/C, in [0, 1).
    public var labelSmoothing: Double
    public var preprocess: Preprocess
    public var precision: Precision
    /// The trial's seed; all its random streams come from it.
    public var seed: UInt64
    public var keep: Keep
    public var trainAccuracy: TrainAccuracy

    public init(
        hiddenSize: Int, learningRate: Double, learningRateDecay: Double = 0.95, reg: Double, batchSize: Int,
        iterations: Int, momentum: Double = 0.9, optimizer: Optimizer = .sgd, schedule: Schedule = .epochDecay,
        weightScale: WeightScale = .standardDeviation(1e-4), dropout: Double = 0, labelSmoothing: Double = 0,
        preprocess: Preprocess = .mean, precision: Precision = .float32, seed: UInt64, keep: Keep = .last,
        trainAccuracy: TrainAccuracy = .sample(count: 1000, seed: 0)
    ) {
        (self.hiddenSize, self.learningRate, self.learningRateDecay) = (hiddenSize, learningRate, learningRateDecay)
        (self.reg, self.batchSize, self.iterations) = (reg, batchSize, iterations)
        (self.momentum, self.optimizer, self.schedule) = (momentum, optimizer, schedule)
        (self.weightScale, self.dropout, self.labelSmoothing) = (weightScale, dropout, labelSmoothing)
        (self.preprocess, self.precision, self.seed) = (preprocess, precision, seed)
        (self.keep, self.trainAccuracy) = (keep, trainAccuracy)
    }

    public enum Optimizer: String, Sendable, CaseIterable {
        case sgd
        /// v = μv − ηg; w += v.
        case momentum
        /// v = μv − ηg; w += μv − ηg (Bengio, Boulanger-Lewandowski, Pascanu 2012, eq. 7).
        case nesterov
        /// β₁ = 0.9, β₂ = 0.999, ε = 1e-8 (Kingma, Ba 2015).
        case adam
    }

    public enum Schedule: String, Sendable, CaseIterable {
        /// Times `learningRateDecay` after each epoch record.
        case epochDecay = "epoch_decay"
        /// ½·η·(1 + cos(π·iteration/iterations)).
        case cosine
        case constant
    }

    public enum WeightScale: Sendable, Equatable {
        /// Of both layers' weights.
        case standardDeviation(Double)
        /// √(2 / inputs of the layer) (He, Zhang, Ren, Sun 2015).
        case he
    }

    public enum Preprocess: String, Sendable, CaseIterable {
        /// Minus the mean training sample.
        case mean
        /// Minus the mean, divided by the standard deviation, input by input.
        case standardize
    }

    /// Of the products of the first layer, where nearly all the time goes. Weights, moments and all else are float32.
    public enum Precision: String, Sendable, CaseIterable {
        case float32
        /// Weights and gradients of the hidden units are rounded to 8 bits of mantissa before they are multiplied with the
        /// bytes of the samples, which are exact in 8 bits; sums are float32. Twice as fast where the processor has
        /// instructions for it.
        case bf16
    }

    /// Which weights the model has.
    public enum Keep: String, Sendable, CaseIterable {
        case last
        /// Those of the best recorded validation accuracy; of equal ones the earlier.
        case best
    }

    /// Which training samples accuracy is measured on.
    public enum TrainAccuracy: Sendable, Equatable {
        /// As many, chosen by this seed (a sweep's, so that its trials share them).
        case sample(count: Int, seed: UInt64)
        /// A sample while training, all of them once at the end.
        case full
    }
}
