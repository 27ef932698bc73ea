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
    /// Share of inputs dropped in training, in [0, 1), to the nearest 65536th; what is kept is scaled up. Not in bf16.
    public var inputDropout = 0.0
    /// ε of targets (1−ε)·[c = y] + ε/C, in [0, 1).
    public var labelSmoothing: Double
    /// What is done to the images once, before the training.
    public var preparation: Preparation
    public var precision: Precision
    /// The trial's seed; all its random streams come from it.
    public var seed: UInt64
    public var keep: Keep
    public var trainAccuracy: TrainAccuracy
    /// The rate of iteration i (from 0) is the schedule's times min(1, (i + 1) / `warmupIterations`).
    public var warmupIterations = 0
    /// Largest norm of the gradient of all parameters together, L2 term included; 0 for none.
    public var clipNorm = 0.0
    /// Of weights; where there is any, the averaged ones are evaluated and kept.
    public var averaging = Averaging.none
    /// Ends the training early; nil for never.
    public var patience: Patience?

    public init(
        hiddenSize: Int, learningRate: Double, learningRateDecay: Double = 0.95, reg: Double, batchSize: Int,
        iterations: Int, momentum: Double = 0.9, optimizer: Optimizer = .sgd, schedule: Schedule = .epochDecay,
        weightScale: WeightScale = .standardDeviation(1e-4), dropout: Double = 0, labelSmoothing: Double = 0,
        preprocess: Preprocess = .mean, preparation: Preparation? = nil, precision: Precision = .float32, seed: UInt64,
        keep: Keep = .last,
        trainAccuracy: TrainAccuracy = .sample(count: 1000, seed: 0)
    ) {
        (self.hiddenSize, self.learningRate, self.learningRateDecay) = (hiddenSize, learningRate, learningRateDecay)
        (self.reg, self.batchSize, self.iterations) = (reg, batchSize, iterations)
        (self.momentum, self.optimizer, self.schedule) = (momentum, optimizer, schedule)
        (self.weightScale, self.dropout, self.labelSmoothing) = (weightScale, dropout, labelSmoothing)
        self.preparation = preparation ?? Preparation(preprocess: preprocess)
        (self.precision, self.seed) = (precision, seed)
        (self.keep, self.trainAccuracy) = (keep, trainAccuracy)
    }

    public var preprocess: Preprocess {
        get { preparation.preprocess }
        set { preparation.preprocess = newValue }
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
        /// Each image's own contrast normalized, then whitened by a PCA (`Preparation`).
        case contrastPCA = "contrast+pca"
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

    /// Taken every `Averaging.stride` iterations, from the first one or the tail's first one on: the weights so far enter with
    /// the share `share(of:)`.
    public enum Averaging: Sendable, Equatable {
        case none
        /// Exponential moving average with this decay an iteration, in [0, 1). Until there are as many weights as it
        /// remembers, it is their plain mean, so that the first, random weights never weigh more than others.
        case exponential(decay: Double)
        /// Plain mean over this last share of the iterations, in (0, 1] (Polyak, Juditsky 1992; Izmailov et al. 2018).
        /// Before it begins, the weights themselves are evaluated.
        case tail(share: Double)

        /// Weights of consecutive iterations hardly differ: an eighth of them averages as well, at an eighth of the cost.
        public static let stride = 8
    }

    /// Ends the training when `metric` has not improved for as many epoch records.
    public struct Patience: Sendable, Equatable {
        public enum Metric: String, Sendable, CaseIterable {
            case valAccuracy = "val_accuracy"
            case valLoss = "val_loss"
        }

        public var records: Int
        public var metric: Metric

        public init(records: Int, metric: Metric = .valAccuracy) { (self.records, self.metric) = (records, metric) }
    }

    /// Which training samples accuracy is measured on.
    public enum TrainAccuracy: Sendable, Equatable {
        /// As many, chosen by this seed (a sweep's, so that its trials share them).
        case sample(count: Int, seed: UInt64)
        /// A sample while training, all of them once at the end.
        case full
    }
}
