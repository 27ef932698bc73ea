public import SweepModel

/// All that is known of one sweep: what analysis and reports are made from.
public struct SweepRecord: Sendable {
    public var sweep: Sweep
    /// The sweep file, read.
    public var spec: SweepSpec
    /// In order of index.
    public var trials: [Trial]
    /// Learning curves by trial, each in order of epoch.
    public var curves: [Int64: [EpochPoint]]
    /// Newest first.
    public var promotions: [Promotion]
    /// Validation samples: what an accuracy's noise depends on.
    public var validationExamples: Int
    /// Classes of the data set; nil when nobody knows. Chance accuracy is one of so many.
    public var classes: Int?

    public init(
        sweep: Sweep, spec: SweepSpec, trials: [Trial], curves: [Int64: [EpochPoint]], promotions: [Promotion],
        validationExamples: Int, classes: Int? = nil
    ) {
        (self.sweep, self.spec, self.trials) = (sweep, spec, trials)
        (self.curves, self.promotions, self.validationExamples) = (curves, promotions, validationExamples)
        self.classes = classes
    }

    /// Names of the parameters that differ between trials, in the order of the sweep file.
    public var variedParameters: [String] {
        // Those that wait for the results of others have none yet.
        let trials = trials.filter { !$0.parameters.entries.isEmpty }
        return spec.parameters.map(\.name).filter { name in
            guard let first = trials.first?.parameters[name] else {
                return trials.contains { $0.parameters[name] != nil }
            }
            return trials.contains { $0.parameters[name] != first }
        }
    }

    /// Whether only some configurations have the parameter.
    func isConditional(_ name: String) -> Bool {
        spec.parameters.contains { $0.name == name && !$0.conditions.isEmpty }
    }

    /// The best replicate of the best configuration; without replicates the best completed trial by the sweep's metric,
    /// ties go to the lower index.
    public var best: Trial? {
        guard spec.replicates == 1 else { return ranked.first }
        return trials.lazy.filter(Self.ranks).min { sweep.metric.ranks($0, before: $1) }
    }

    /// Completed trials, the best first: by rank of their configuration, then by their own.
    public var ranked: [Trial] {
        guard spec.replicates == 1 else {
            return ConfigurationOutcome.ranked(trials, replicates: spec.replicates, metric: sweep.metric)
                .flatMap(\.completed)
        }
        return trials.filter(Self.ranks).sorted { sweep.metric.ranks($0, before: $1) }
    }

    private static func ranks(_ trial: Trial) -> Bool { trial.state == .completed && trial.metrics != nil }
}
