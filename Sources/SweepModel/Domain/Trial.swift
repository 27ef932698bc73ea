public import FoundationEssentials

/// One configuration of a sweep, as the store keeps it.
public struct Trial: Sendable, Equatable {
    public var id: Int64
    public var sweep: Int64
    /// 0…n-1 within the sweep.
    public var index: Int
    public var state: TrialState
    /// Why it ended as it did; see DESIGN's table of states.
    public var reason: String?
    public var parameters: ParameterAssignment
    /// Below 2^53, so that it survives JSON.
    public var seed: UInt64
    /// 1 for the first try; a crash or a retry starts the next one.
    public var attempt: Int
    /// The boot of the daemon that runs it; nil unless `running`.
    public var boot: String?
    /// Iterations done, as far as recorded.
    public var iteration: Int
    /// Iterations of the whole training.
    public var iterations: Int?
    public var metrics: TrialMetrics?
    /// The last durable checkpoint. A pruned trial keeps it, all others lose it when they end.
    public var checkpoint: StoredFile?
    /// The durable checkpoint before that one.
    public var previousCheckpoint: StoredFile?
    /// The weights of a completed trial.
    public var model: StoredFile?
    /// False once retention has removed the model's file: then the same weights can be made again by training.
    public var isModelKept: Bool
    /// Somebody asked to keep the model whatever its rank.
    public var isPinned: Bool
    /// A crash of the daemon came from its slice: it runs alone until it has ended.
    public var isSuspect: Bool
    /// Crashes that came from it while it ran alone.
    public var crashes: Int
    /// Where it was pruned, once somebody has let it go on to its end: it is judged no more.
    public var resumedIteration: Int?
    /// The instruction set of the kernels that trained it.
    public var instructionSet: String?
    /// Hidden units of the kept weights that no validation sample activates; nil unless completed.
    public var deadUnits: Int?
    /// Seconds of training so far.
    public var seconds: Double
    public var startedAt: Date?
    public var endedAt: Date?

    public init(
        id: Int64, sweep: Int64, index: Int, state: TrialState, reason: String? = nil,
        parameters: ParameterAssignment, seed: UInt64, attempt: Int = 1, boot: String? = nil, iteration: Int = 0,
        iterations: Int? = nil, metrics: TrialMetrics? = nil, checkpoint: StoredFile? = nil,
        previousCheckpoint: StoredFile? = nil, model: StoredFile? = nil, isModelKept: Bool = true,
        isPinned: Bool = false, isSuspect: Bool = false, crashes: Int = 0, resumedIteration: Int? = nil,
        instructionSet: String? = nil, deadUnits: Int? = nil, seconds: Double = 0, startedAt: Date? = nil,
        endedAt: Date? = nil
    ) {
        self.id = id
        self.sweep = sweep
        self.index = index
        self.state = state
        self.reason = reason
        self.parameters = parameters
        self.seed = seed
        self.attempt = attempt
        self.boot = boot
        self.iteration = iteration
        self.iterations = iterations
        self.metrics = metrics
        self.checkpoint = checkpoint
        self.previousCheckpoint = previousCheckpoint
        self.model = model
        self.isModelKept = isModelKept
        self.isPinned = isPinned
        self.isSuspect = isSuspect
        self.crashes = crashes
        self.resumedIteration = resumedIteration
        self.instructionSet = instructionSet
        self.deadUnits = deadUnits
        self.seconds = seconds
        self.startedAt = startedAt
        self.endedAt = endedAt
    }
}

extension Trial {
    /// The model, when its file is there.
    public var keptModel: StoredFile? { isModelKept ? model : nil }

    /// Whether its parameters are still to be chosen, from the results of trials before it.
    public var isUndecided: Bool { parameters.entries.isEmpty }

    /// What it can go on from, the last one first.
    public var checkpoints: [StoredFile] { [checkpoint, previousCheckpoint].compactMap(\.self) }
}

/// What a trial has reached: of the kept weights once it has completed, of the last recorded epoch before.
public struct TrialMetrics: Codable, Sendable, Equatable {
    /// Fraction of the validation samples, 0…1.
    public var valAccuracy: Double
    public var trainAccuracy: Double
    /// Mean softmax cross-entropy on the validation samples.
    public var valLoss: Double
    /// Minibatch loss of the last iteration, L2 included.
    public var trainLoss: Double

    public init(valAccuracy: Double, trainAccuracy: Double, valLoss: Double, trainLoss: Double) {
        self.valAccuracy = valAccuracy
        self.trainAccuracy = trainAccuracy
        self.valLoss = valLoss
        self.trainLoss = trainLoss
    }
}

/// A file below the state folder that a row names, and how to know that it is whole.
public struct StoredFile: Codable, Sendable, Equatable {
    /// Relative to the state folder.
    public var path: String
    public var bytes: Int
    /// SHA-256, hexadecimal.
    public var digest: String
    /// Iterations done when it was written.
    public var iteration: Int

    public init(path: String, bytes: Int, digest: String, iteration: Int) {
        self.path = path
        self.bytes = bytes
        self.digest = digest
        self.iteration = iteration
    }
}

/// One point of a learning curve.
public struct EpochPoint: Codable, Sendable, Equatable {
    /// 0 for the record after the first iteration.
    public var epoch: Int
    /// Iterations done.
    public var iteration: Int
    public var metrics: TrialMetrics
    /// The rate that was used, before its decay.
    public var learningRate: Double
    /// Seconds of training since the trial's start.
    public var seconds: Double
    /// Root of the sum of squares of all weights, biases left out.
    public var weightNorm: Double?
    /// |ΔW1| / |W1| of this record's last update; healthy around 1e-3.
    public var updateRatio: Double?
    /// Minibatch losses since the record before, at evenly spaced iterations, this record's own the last.
    public var losses: [LossSample]

    public init(
        epoch: Int, iteration: Int, metrics: TrialMetrics, learningRate: Double, seconds: Double,
        weightNorm: Double? = nil, updateRatio: Double? = nil, losses: [LossSample] = []
    ) {
        self.epoch = epoch
        self.iteration = iteration
        self.metrics = metrics
        self.learningRate = learningRate
        self.seconds = seconds
        self.weightNorm = weightNorm
        self.updateRatio = updateRatio
        self.losses = losses
    }
}

/// The loss of one minibatch, L2 included.
public struct LossSample: Codable, Sendable, Equatable {
    /// Iterations done after it.
    public var iteration: Int
    public var loss: Float

    public init(iteration: Int, loss: Float) { (self.iteration, self.loss) = (iteration, loss) }
}
