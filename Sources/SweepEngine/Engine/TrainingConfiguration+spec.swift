import Datasets
import NeuralCore
import SweepModel

extension SweepSpec {
    /// Where the sweep's data set is to be found.
    var reference: DatasetReference {
        var synthetic = SyntheticOptions()
        if let inputs = dataset.inputs { synthetic.inputs = inputs }
        if let classes = dataset.classes { synthetic.classes = classes }
        return DatasetReference(
            name: dataset.name, path: dataset.path, train: dataset.train, validation: dataset.validation,
            test: dataset.test, synthetic: synthetic)
    }

    /// The training images on which the training accuracy is measured while training.
    var probe: PreparedData.Probe { PreparedData.Probe(count: 1000, seed: seed) }
}

extension TrainingConfiguration {
    /// What the training core needs to know of one trial, if the data set is one that it can train on.
    init(
        checking parameters: Hyperparameters, spec: SweepSpec, trialSeed: UInt64, training: TrainingData
    ) throws(EngineError) {
        self.init(parameters, spec: spec, trialSeed: trialSeed, training: training)
        do throws(NeuralCoreError) { try validate(element: training.train.samples.element) } catch {
            throw EngineError(.invalidSweep, error.message)
        }
    }

    private init(_ parameters: Hyperparameters, spec: SweepSpec, trialSeed: UInt64, training: TrainingData) {
        let iterationsPerEpoch = max(training.train.count / parameters.batchSize, 1)
        self.init(
            hiddenSize: parameters.hiddenSize, learningRate: parameters.learningRate,
            learningRateDecay: parameters.learningRateDecay, reg: parameters.reg, batchSize: parameters.batchSize,
            iterations: parameters.iterations(iterationsPerEpoch: iterationsPerEpoch), momentum: parameters.momentum,
            optimizer: Optimizer(parameters.optimizer), schedule: Schedule(parameters.schedule),
            weightScale: WeightScale(parameters.weightScale), dropout: parameters.dropout,
            labelSmoothing: parameters.labelSmoothing, preprocess: Preprocess(parameters.preprocess),
            precision: Precision(parameters.precision),
            seed: parameters.seed ?? trialSeed, keep: spec.keep == .best ? .best : .last,
            trainAccuracy: spec.trainAccuracy == .full
                ? .full : .sample(count: spec.probe.count, seed: spec.probe.seed))
        inputDropout = parameters.inputDropout
        warmupIterations = parameters.warmupIterations(iterationsPerEpoch: iterationsPerEpoch)
        clipNorm = parameters.clipNorm
        averaging = Averaging(parameters.averaging)
        if parameters.patience > 0 {
            patience = Patience(
                records: parameters.patience, metric: spec.metric.name == .valLoss ? .valLoss : .valAccuracy)
        }
    }
}

extension TrainingConfiguration.Optimizer {
    init(_ optimizer: Hyperparameters.Optimizer) {
        self =
            switch optimizer {
            case .sgd: .sgd
            case .momentum: .momentum
            case .nesterov: .nesterov
            case .adam: .adam
            }
    }
}

extension TrainingConfiguration.Schedule {
    init(_ schedule: Hyperparameters.Schedule) {
        self =
            switch schedule {
            case .epochDecay: .epochDecay
            case .cosine: .cosine
            case .constant: .constant
            }
    }
}

extension TrainingConfiguration.Averaging {
    init(_ averaging: Hyperparameters.Averaging) {
        self =
            switch averaging {
            case .none: .none
            case .ema(let decay): .exponential(decay: decay)
            case .tail(let share): .tail(share: share)
            }
    }
}

extension TrainingConfiguration.WeightScale {
    init(_ scale: Hyperparameters.WeightScale) {
        self =
            switch scale {
            case .number(let deviation): .standardDeviation(deviation)
            case .he: .he
            }
    }
}

extension TrainingConfiguration.Precision {
    init(_ precision: Hyperparameters.Precision) {
        self =
            switch precision {
            case .float32: .float32
            case .bf16: .bf16
            }
    }
}

extension TrainingConfiguration.Preprocess {
    init(_ preprocess: Hyperparameters.Preprocess) {
        self =
            switch preprocess {
            case .mean: .mean
            case .standardize: .standardize
            }
    }
}
