public import SweepModel

/// `POST /v1/sweeps` and `POST /v1/plan`.
public struct SubmitRequest: Codable, Sendable, Equatable {
    /// The sweep file, as text.
    public var file: String
    /// `--set key=value`, in this order; a value is read as a scalar of the sweep file, or as JSON.
    public var set: [Override]?
    public var name: String?
    public var priority: Int?
    /// The same key with the same content returns the sweep that is there.
    public var key: String?

    public typealias Override = SweepOverride

    public init(
        file: String, set: [Override]? = nil, name: String? = nil, priority: Int? = nil, key: String? = nil
    ) {
        (self.file, self.set, self.name, self.priority, self.key) = (file, set, name, priority, key)
    }
}

/// The answer to `POST /v1/sweeps`.
public struct SubmitReply: Codable, Sendable, Equatable {
    public var sweep: Int64
    public var name: String
    public var state: SweepState
    public var trials: Int
    /// The key was known; nothing new was stored.
    public var replayed: Bool
    /// What the file says to no effect, a sentence each; nil for nothing.
    public var notes: [String]?

    public init(
        sweep: Int64, name: String, state: SweepState, trials: Int, replayed: Bool, notes: [String]? = nil
    ) {
        (self.sweep, self.name, self.state, self.trials, self.replayed) = (sweep, name, state, trials, replayed)
        self.notes = notes
    }
}

/// The answer to `POST /v1/plan`: what would run.
public struct PlanReply: Codable, Sendable, Equatable {
    public var name: String
    public var method: String
    public var dataset: String
    public var trials: Int
    /// Each is run as often as `replicates` of the file says.
    @OrNull public var configurations: Int?
    /// Nil when no trial is ended early.
    @OrNull public var earlyTermination: PruningPlan?
    public var parameters: [Parameter]
    /// Trials that live together.
    public var together: Int
    /// Memory that the trials which live together take at most.
    public var memoryBytes: Int
    /// Of these, what prepared images take; nil for none.
    public var preparedBytes: Int?
    /// Of the data set.
    public var datasetBytes: Int
    /// Multiply-adds of all trials, times two.
    public var flop: Double
    /// If every trial runs to its end, images prepared first, by the speed at which a typical one trains here; nil when
    /// that could not be tried.
    @OrNull public var estimateSeconds: Double?
    /// The first trials and the last one.
    public var samples: [Sample]
    /// What the file says to no effect, a sentence each; nil for nothing.
    public var notes: [String]?

    public struct Parameter: Codable, Sendable, Equatable {
        public var name: String
        /// `value`, `values`, or the distribution.
        public var kind: String
        public var type: String
        /// In words: the values, or the bounds.
        public var range: String
        /// When it is set, in words, such as `optimizer is sgd or nesterov`; left out for always.
        public var when: String?

        public init(name: String, kind: String, type: String, range: String, when: String? = nil) {
            (self.name, self.kind, self.type, self.range, self.when) = (name, kind, type, range, when)
        }
    }

    public struct Sample: Codable, Sendable, Equatable {
        public var index: Int
        public var seed: UInt64
        public var parameters: ParameterAssignment

        public init(index: Int, seed: UInt64, parameters: ParameterAssignment) {
            (self.index, self.seed, self.parameters) = (index, seed, parameters)
        }
    }

    enum CodingKeys: String, CodingKey {
        case name, method, dataset, trials, configurations, parameters, together, flop, samples, notes
        case earlyTermination = "early_termination"
        case memoryBytes = "memory_bytes"
        case preparedBytes = "prepared_bytes"
        case datasetBytes = "dataset_bytes"
        case estimateSeconds = "estimate_s"
    }

    public init(
        name: String, method: String, dataset: String, trials: Int, configurations: Int? = nil,
        earlyTermination: PruningPlan? = nil, parameters: [Parameter], together: Int,
        memoryBytes: Int, preparedBytes: Int? = nil, datasetBytes: Int, flop: Double, estimateSeconds: Double?,
        samples: [Sample], notes: [String]? = nil
    ) {
        (self.name, self.method, self.dataset, self.trials) = (name, method, dataset, trials)
        (self.configurations, self.earlyTermination) = (configurations, earlyTermination)
        (self.parameters, self.together, self.memoryBytes) = (parameters, together, memoryBytes)
        (self.datasetBytes, self.flop, self.estimateSeconds) = (datasetBytes, flop, estimateSeconds)
        (self.preparedBytes, self.samples, self.notes) = (preparedBytes, samples, notes)
    }
}
