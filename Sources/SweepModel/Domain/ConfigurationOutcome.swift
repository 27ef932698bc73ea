/// One configuration of a sweep and what its replicates came to: trials that share all parameters but their seed.
///
/// Trial index = configuration · replicates + replicate. In a sweep without replicates each trial is a configuration.
public struct ConfigurationOutcome: Sendable, Equatable {
    /// How far its mean is to be trusted; a lower one ranks first whatever the means are.
    public enum Standing: Int, Sendable, Comparable, CaseIterable {
        /// Every replicate has completed.
        case whole
        /// Some have completed; others have not ended, were pruned or cancelled, or failed. Fewer seeds are more easily
        /// lucky, so it waits behind the whole ones.
        case partial
        /// At least one diverged: what diverges with one seed in a few is no configuration to rely on.
        case unstable

        public static func < (a: Standing, b: Standing) -> Bool { a.rawValue < b.rawValue }
    }

    /// 0…n-1 within the sweep.
    public let number: Int
    /// In order of index, in any state.
    public let trials: [Trial]
    /// The best first; ties by index.
    public let completed: [Trial]
    /// Replicates that the sweep file asks for.
    public let planned: Int
    public let standing: Standing
    /// The sweep's metric of each of `completed`.
    public let values: [Double]

    /// Mean of the metric over the completed replicates; nil without any.
    public var mean: Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }

    /// Sample variance of the metric from seed to seed; nil for fewer than two completed replicates.
    public var variance: Double? {
        guard values.count > 1, let mean else { return nil }
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    }

    /// Of `mean`, from seed to seed; nil for fewer than two completed replicates.
    public var standardError: Double? { variance.map { ($0 / Double(values.count)).squareRoot() } }

    public func count(_ state: TrialState) -> Int { trials.count { $0.state == state } }

    /// What keeps it behind others, in words; nil for a whole one.
    public var note: String? {
        let missing = planned - completed.count
        guard standing != .whole, missing > 0 else { return nil }
        let parts = [TrialState.diverged, .failed, .cancelled, .pruned].compactMap { state -> String? in
            let count = count(state)
            return count > 0 ? "\(count) \(state.rawValue)" : nil
        }
        let open = planned - completed.count - trials.count { $0.state.isEnded && $0.state != .completed }
        let all = parts + (open > 0 ? ["\(open) not ended"] : [])
        return "of \(planned) replicates \(all.joined(separator: ", ")); ranks behind "
            + (standing == .unstable ? "those of which none diverged" : "those that are whole")
    }

    /// - Parameter trials: of this configuration.
    init(_ number: Int, _ trials: [Trial], planned: Int, metric: RankingMetric) {
        self.number = number
        self.planned = planned
        self.trials = trials.sorted { $0.index < $1.index }
        completed = trials.filter { $0.state == .completed && ($0.metrics.map(metric.value)?.isFinite ?? false) }
            .sorted { metric.ranks($0, before: $1) }
        values = completed.compactMap { $0.metrics.map(metric.value) }
        standing =
            trials.contains { $0.state == .diverged } ? .unstable : completed.count < planned ? .partial : .whole
    }

    /// Every configuration of which a trial is in `trials`, the best first; those without a result come last, by number.
    public static func ranked(_ trials: [Trial], replicates: Int, metric: RankingMetric) -> [ConfigurationOutcome] {
        let planned = max(replicates, 1)
        return Dictionary(grouping: trials) { $0.index / planned }
            .map { ConfigurationOutcome($0.key, $0.value, planned: planned, metric: metric) }
            .sorted { $0.ranks(before: $1, metric) }
    }

    private func ranks(before other: ConfigurationOutcome, _ metric: RankingMetric) -> Bool {
        guard let mine = mean, let theirs = other.mean else {
            return (mean != nil) != (other.mean != nil) ? mean != nil : number < other.number
        }
        if standing != other.standing { return standing < other.standing }
        if mine != theirs { return metric.maximizes ? mine > theirs : mine < theirs }
        return number < other.number
    }
}
