/// What `plan` shows of a sweep: counts, inferred types, the first and last trials.
public struct SweepPlan: Sendable, Equatable, Codable {
    public struct Parameter: Sendable, Equatable, Codable {
        public let name: String
        /// As ``TrainingParameter/typeText``.
        public let type: String
        /// `value`, `values`, or the distribution, written or inferred.
        public let source: String
        /// Number of values; nil for a continuous distribution.
        public let count: Int?
        /// The listed values; empty for a distribution.
        public let values: [ParameterValue]
        /// In words, such as `log_uniform_values 0.0001…0.1`.
        public let text: String
        /// When it is set, in words, such as `optimizer is sgd or nesterov`; nil for always.
        public let condition: String?
    }

    public let name: String
    public let method: SearchMethod
    public let trials: Int
    /// Each is run `replicates` times.
    public let configurations: Int
    public let replicates: Int
    public let enqueued: Int
    /// Points of the whole grid, before `run_cap`; nil for another search.
    public let gridPoints: Int?
    public let parameters: [Parameter]
    /// Parameters that the file leaves out, with their defaults in words.
    public let defaults: [String: String]
    /// Nil when no trial is ended early.
    public let earlyTermination: PruningPlan?
    public let firstTrials: [TrialPlan]
    /// Without those that are among the first.
    public let lastTrials: [TrialPlan]

    private enum CodingKeys: String, CodingKey {
        case name, method, trials, configurations, replicates, enqueued
        case gridPoints = "grid_points"
        case parameters, defaults
        case earlyTermination = "early_termination"
        case firstTrials = "first_trials"
        case lastTrials = "last_trials"
    }

    /// `shown` trials from either end.
    public init(_ spec: SweepSpec, shown: Int = 3) {
        name = spec.name
        method = spec.method
        trials = spec.trialCount
        configurations = spec.configurationCount
        replicates = spec.replicates
        enqueued = spec.enqueue.count
        earlyTermination = PruningPlan(spec)
        gridPoints = spec.method == .grid ? spec.grid.points : nil
        parameters = spec.parameters.map(Parameter.init)
        let set = Set(spec.parameters.map(\.name))
        let left = TrainingParameter.all.filter { !set.contains($0.name) }
        defaults = Dictionary(
            uniqueKeysWithValues: left.compactMap { parameter in
                parameter.defaultText.map { (parameter.name, $0) }
            })
        let firstEnd = min(max(shown, 0), spec.trialCount)
        firstTrials = (0..<firstEnd).map(spec.trial)
        lastTrials = (max(firstEnd, spec.trialCount - max(shown, 0))..<spec.trialCount).map(spec.trial)
    }
}

extension SweepPlan.Parameter {
    init(_ spec: ParameterSpec) {
        name = spec.name
        type = spec.parameter.typeText
        count = spec.domain.count
        var listed: [ParameterValue] = []
        func span(_ min: Double, _ max: Double) -> String { "\(JSONText.number(min))…\(JSONText.number(max))" }
        let detail: String
        switch spec.domain {
        case .choices(let values):
            listed = values
            let head = values.prefix(8).map(\.description).joined(separator: ", ")
            detail = values.count > 8 ? head + ", …" : head
        case .uniform(let min, let max), .logUniform(let min, let max): detail = span(min, max)
        case .intUniform(let min, let max): detail = "\(min)…\(max)"
        case .qUniform(let multiples):
            detail =
                span(multiples.value(at: 0), multiples.value(at: multiples.count - 1))
                + " by \(JSONText.number(multiples.q))"
        case .qLogUniform(let min, let max, let multiples):
            detail = span(min, max) + " by \(JSONText.number(multiples.q))"
        case .normal(let mu, let sigma): detail = "mu \(JSONText.number(mu)), sigma \(JSONText.number(sigma))"
        }
        values = listed
        source = spec.domain.distribution?.rawValue ?? (listed.count == 1 ? "value" : "values")
        text = spec.domain.distribution.map { "\($0.rawValue) \(detail)" } ?? detail
        let conditions = spec.conditions.map { condition in
            "\(condition.name) is " + condition.values.map(\.description).joined(separator: " or ")
        }
        condition = conditions.isEmpty ? nil : conditions.joined(separator: " and ")
    }
}
