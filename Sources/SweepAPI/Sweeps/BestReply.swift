public import SweepAnalysis
public import SweepModel

/// A trial with what it has reached: the best replicate of a configuration, or the running trial that is ahead.
///
/// The figures of the configuration are null for a trial that is still running.
public struct BestTrial: Codable, Sendable, Equatable {
    public var trial: Int64
    public var index: Int
    public var parameters: ParameterAssignment
    public var valAccuracy: Double
    @OrNull public var trainAccuracy: Double?
    /// Null where it is not finite.
    @OrNull public var valLoss: Double?
    /// 0…n-1 within the sweep.
    @OrNull public var configuration: Int?
    /// Of the sweep's metric over the completed replicates.
    @OrNull public var mean: Double?
    /// Of `mean`: from seed to seed, or with one replicate the binomial one; null where there is none.
    @OrNull public var standardError: Double?
    /// Lower and upper bound: Student's t over seeds, or with one replicate Wilson's.
    @OrNull public var interval95: [Double]?
    /// What the last two were taken from.
    @OrNull public var basis: Standings.Basis?
    /// Completed ones.
    @OrNull public var replicates: Int?
    /// What the sweep file asks for.
    @OrNull public var replicatesPlanned: Int?
    /// Why the configuration ranks behind others whatever its mean is; null when every replicate has completed.
    @OrNull public var note: String?
    /// Configurations that cannot be told apart from the best one, in order of rank; null but for the first of `best`.
    @OrNull public var tied: [TiedTrial]?

    enum CodingKeys: String, CodingKey {
        case trial, index, parameters, configuration, mean, basis, replicates, note, tied
        case valAccuracy = "val_accuracy"
        case trainAccuracy = "train_accuracy"
        case valLoss = "val_loss"
        case standardError = "standard_error"
        case interval95 = "interval_95"
        case replicatesPlanned = "replicates_planned"
    }

    public init(
        trial: Int64, index: Int, parameters: ParameterAssignment, valAccuracy: Double, trainAccuracy: Double?,
        valLoss: Double?, configuration: Int? = nil, mean: Double? = nil, standardError: Double? = nil,
        interval95: [Double]? = nil, basis: Standings.Basis? = nil, replicates: Int? = nil,
        replicatesPlanned: Int? = nil, note: String? = nil, tied: [TiedTrial]? = nil
    ) {
        (self.trial, self.index, self.parameters) = (trial, index, parameters)
        (self.valAccuracy, self.trainAccuracy, self.valLoss) = (valAccuracy, trainAccuracy, valLoss)
        (self.configuration, self.mean, self.standardError) = (configuration, mean, standardError)
        (self.interval95, self.basis, self.replicates) = (interval95, basis, replicates)
        (self.replicatesPlanned, self.note, self.tied) = (replicatesPlanned, note, tied)
    }
}

/// A configuration that cannot be told apart from the best one.
public struct TiedTrial: Codable, Sendable, Equatable {
    /// Its best replicate.
    public var trial: Int64
    public var index: Int
    /// 0…n-1 within the sweep.
    public var configuration: Int
    public var parameters: ParameterAssignment
    public var mean: Double
    @OrNull public var standardError: Double?
    /// Completed ones.
    public var replicates: Int

    enum CodingKeys: String, CodingKey {
        case trial, index, configuration, parameters, mean, replicates
        case standardError = "standard_error"
    }

    public init(
        trial: Int64, index: Int, configuration: Int, parameters: ParameterAssignment, mean: Double,
        standardError: Double?, replicates: Int
    ) {
        (self.trial, self.index, self.configuration) = (trial, index, configuration)
        (self.parameters, self.mean, self.replicates) = (parameters, mean, replicates)
        self.standardError = standardError
    }
}

/// `GET /v1/sweeps/{id}/best?top=N`.
public struct BestReply: Codable, Sendable, Equatable {
    public var sweep: Int64
    public var name: String
    public var state: SweepState
    @OrNull public var best: BestTrial?
    /// The first N configurations by rank, each by its best replicate; the best among them.
    public var top: [BestTrial]

    public init(sweep: Int64, name: String, state: SweepState, best: BestTrial?, top: [BestTrial]) {
        (self.sweep, self.name, self.state, self.best, self.top) = (sweep, name, state, best, top)
    }
}

// MARK: Making them

extension BestTrial {
    /// A trial by itself; nil without a result.
    public init?(_ trial: Trial) {
        guard let metrics = trial.metrics else { return nil }
        self.init(
            trial: trial.id, index: trial.index, parameters: trial.parameters, valAccuracy: metrics.valAccuracy,
            trainAccuracy: metrics.trainAccuracy.finite, valLoss: metrics.valLoss.finite)
    }

    /// A configuration by its best replicate; nil without a result.
    public init?(_ configuration: ConfigurationOutcome, _ standings: Standings) {
        guard let trial = configuration.completed.first else { return nil }
        self.init(trial)
        self.configuration = configuration.number
        mean = configuration.mean
        standardError = standings.standardError(of: configuration)
        interval95 = standings.interval95(of: configuration).map { [$0.lower, $0.upper] }
        basis = standings.basis(of: configuration)
        (replicates, replicatesPlanned) = (configuration.completed.count, configuration.planned)
        note = configuration.note
    }
}

extension TiedTrial {
    init?(_ configuration: ConfigurationOutcome, _ standings: Standings) {
        guard let trial = configuration.completed.first, let mean = configuration.mean else { return nil }
        self.init(
            trial: trial.id, index: trial.index, configuration: configuration.number, parameters: trial.parameters,
            mean: mean, standardError: standings.standardError(of: configuration),
            replicates: configuration.completed.count)
    }
}

extension BestReply {
    /// - Parameter top: how many configurations are listed.
    public init(_ sweep: Sweep, _ standings: Standings, top: Int) {
        var best = standings.best.flatMap { BestTrial($0, standings) }
        best?.tied = standings.tied.compactMap { TiedTrial(standings.configurations[$0], standings) }
        self.init(
            sweep: sweep.id, name: sweep.name, state: sweep.state, best: best,
            top: standings.configurations.prefix(top).compactMap { BestTrial($0, standings) })
    }
}
