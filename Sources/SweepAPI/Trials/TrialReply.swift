public import FoundationEssentials
public import SweepModel

/// One trial; an element of `GET /v1/sweeps/{id}/trials`, and with `epochs` the answer to `GET /v1/trials/{id}`.
public struct TrialReply: Codable, Sendable, Equatable {
    public var trial: Int64
    public var sweep: Int64
    public var index: Int
    public var state: TrialState
    @OrNull public var reason: String?
    /// What a queued trial waits for beside a worker: `choice` of its parameters, or the verdict at a rung.
    @OrNull public var waitsFor: String?
    public var parameters: ParameterAssignment
    public var seed: UInt64
    public var attempt: Int
    public var iteration: Int
    @OrNull public var iterations: Int?
    @OrNull public var valAccuracy: Double?
    @OrNull public var trainAccuracy: Double?
    @OrNull public var valLoss: Double?
    /// Minibatch loss of the last iteration, L2 included.
    @OrNull public var trainLoss: Double?
    public var seconds: Double
    @OrNull public var instructionSet: String?
    /// Hidden units of the kept weights that no validation sample activates.
    @OrNull public var deadUnits: Int?
    /// SHA-256 of the model file.
    @OrNull public var model: String?
    /// What has become of the model's file; nil for a trial without a model.
    @OrNull public var modelState: ModelState?
    @OrNull public var startedAt: Date?
    @OrNull public var endedAt: Date?
    public var epochs: [EpochReply]?

    enum CodingKeys: String, CodingKey {
        case trial, sweep, index, state, reason, parameters, seed, attempt, iteration, iterations, seconds, model
        case epochs
        case valAccuracy = "val_accuracy"
        case trainAccuracy = "train_accuracy"
        case valLoss = "val_loss"
        case trainLoss = "train_loss"
        case waitsFor = "waits_for"
        case instructionSet = "isa"
        case deadUnits = "dead_units"
        case modelState = "model_state"
        case startedAt = "started_at"
        case endedAt = "ended_at"
    }

    public init(_ trial: Trial, epochs: [EpochPoint]? = nil, waitsFor: String? = nil) {
        self.trial = trial.id
        sweep = trial.sweep
        index = trial.index
        state = trial.state
        reason = trial.reason
        self.waitsFor = waitsFor
        parameters = trial.parameters
        seed = trial.seed
        attempt = trial.attempt
        iteration = trial.iteration
        iterations = trial.iterations
        valAccuracy = trial.metrics?.valAccuracy.finite
        trainAccuracy = trial.metrics?.trainAccuracy.finite
        valLoss = trial.metrics?.valLoss.finite
        trainLoss = trial.metrics?.trainLoss.finite
        seconds = trial.seconds
        instructionSet = trial.instructionSet
        deadUnits = trial.deadUnits
        model = trial.model?.digest
        modelState = trial.model.map { _ in trial.isModelKept ? (trial.isPinned ? .pinned : .kept) : .removed }
        startedAt = trial.startedAt
        endedAt = trial.endedAt
        self.epochs = epochs?.map(EpochReply.init)
    }
}

/// What has become of a model's file.
public enum ModelState: String, Codable, Sendable, CaseIterable {
    case kept
    /// Kept whatever its rank.
    case pinned
    /// It was not among the best of its sweep; `keep` and `promote` make it again.
    case removed
}

/// One point of a learning curve.
public struct EpochReply: Codable, Sendable, Equatable {
    public var epoch: Int
    public var iteration: Int
    @OrNull public var trainLoss: Double?
    @OrNull public var trainAccuracy: Double?
    @OrNull public var valAccuracy: Double?
    @OrNull public var valLoss: Double?
    public var learningRate: Double
    public var seconds: Double
    /// Root of the sum of squares of all weights, biases left out.
    @OrNull public var weightNorm: Double?
    /// |ΔW1| / |W1| of this record's last update; healthy around 1e-3.
    @OrNull public var updateRatio: Double?
    /// Minibatch losses since the record before: pairs of iterations done and loss, L2 included.
    @OrNull public var losses: [[Double?]]?

    enum CodingKeys: String, CodingKey {
        case epoch, iteration, seconds, losses
        case weightNorm = "weight_norm"
        case updateRatio = "update_ratio"
        case trainLoss = "train_loss"
        case trainAccuracy = "train_accuracy"
        case valAccuracy = "val_accuracy"
        case valLoss = "val_loss"
        case learningRate = "learning_rate"
    }

    public init(_ point: EpochPoint) {
        epoch = point.epoch
        iteration = point.iteration
        trainLoss = point.metrics.trainLoss.finite
        trainAccuracy = point.metrics.trainAccuracy.finite
        valAccuracy = point.metrics.valAccuracy.finite
        valLoss = point.metrics.valLoss.finite
        learningRate = point.learningRate
        seconds = point.seconds
        losses = point.losses.isEmpty ? nil : point.losses.map { [Double($0.iteration), Double($0.loss).finite] }
        weightNorm = point.weightNorm?.finite
        updateRatio = point.updateRatio?.finite
    }
}

/// `GET /v1/sweeps/{id}/trials`.
public struct TrialsReply: Codable, Sendable, Equatable {
    public var sweep: Int64
    public var trials: [TrialReply]
    /// Give it as `offset` to get the next page; nil on the last one.
    @OrNull public var nextOffset: Int?

    enum CodingKeys: String, CodingKey {
        case sweep, trials
        case nextOffset = "next_offset"
    }

    public init(sweep: Int64, trials: [TrialReply], nextOffset: Int?) {
        (self.sweep, self.trials, self.nextOffset) = (sweep, trials, nextOffset)
    }
}

/// `POST /v1/trials/{id}/verify`: the trial trained again from its start, compared bit for bit.
public struct VerifyReply: Codable, Sendable, Equatable {
    public var trial: Int64
    public var identical: Bool
    /// What differs, one sentence each; empty when identical.
    public var differences: [String]
    /// SHA-256 of the model as stored and as trained again; nil where there is none.
    @OrNull public var stored: String?
    @OrNull public var again: String?
    public var seconds: Double

    public init(
        trial: Int64, identical: Bool, differences: [String], stored: String?, again: String?, seconds: Double
    ) {
        (self.trial, self.identical, self.differences) = (trial, identical, differences)
        (self.stored, self.again, self.seconds) = (stored, again, seconds)
    }
}

extension Double {
    /// Nil where JSON has no number for it.
    var finite: Double? { isFinite ? self : nil }
}
