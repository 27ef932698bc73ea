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
        checking parameters: Hyperparameters, spec: SweepSpec, trialSeed: UInt64, training: TrainingData,
        image: ImageShape?
    ) throws(EngineError) {
        self.init(parameters, spec: spec, trialSeed: trialSeed, training: training)
        do throws(NeuralCoreError) {
            try preparation.validate(
                train: training.train.count, dimension: training.dimension, image: image)
            try validate(element: training.train.samples.element)
        } catch {
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
            labelSmoothing: parameters.labelSmoothing, preparation: Preparation(parameters),
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

extension TrainingConfiguration {
    /// That so many iterations are.
    func epochs(_ iterations: Int, _ data: SweepData) -> Double {
        Double(iterations) / Double(shape(data).iterationsPerEpoch)
    }

    /// What of it decides where the trial is judged.
    func shape(_ data: SweepData) -> TrialShape {
        TrialShape(
            iterations: iterations, iterationsPerEpoch: max(data.loaded.training.train.count / batchSize, 1))
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
            case .contrastPCA: .contrastPCA
            }
    }
}

extension Preparation {
    init(_ parameters: Hyperparameters) {
        let store = parameters.store ?? (parameters.precision == .bf16 ? .byte : .float32)
        self.init(
            preprocess: .init(parameters.preprocess), pcaComponents: parameters.pcaComponents,
            pcaEpsilon: parameters.pcaEpsilon, flip: parameters.flip, shift: parameters.shift,
            features: Features(parameters.features), hogComponents: parameters.hogComponents,
            hogEpsilon: parameters.hogEpsilon ?? -1,
            store: store == .byte ? .byte : .float32)
    }
}

extension Preparation.Features {
    init(_ features: Hyperparameters.Features) {
        self =
            switch features {
            case .pixels: .pixels
            case .hog: .hog
            case .color: .color
            case .pixelsHOG: [.pixels, .hog]
            case .pixelsColor: [.pixels, .color]
            case .hogColor: [.hog, .color]
            case .all: [.pixels, .hog, .color]
            }
    }
}
