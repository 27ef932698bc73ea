import SweepModel

extension ParameterSummary {
    /// More distinct numbers than this are gathered into ranges.
    static let mostRows = 24
    /// Ranges of equal width on the parameter's own axis.
    static let ranges = 12
    /// Fewer completed trials say nothing about a rank correlation.
    static let minimumTrials = 8

    /// Nil when no trial of `record` has the parameter.
    public init?(_ name: String, of record: SweepRecord) {
        let trials = record.trials.filter { $0.parameters[name] != nil }
        guard !trials.isEmpty else { return nil }
        let column = trials.compactMap { $0.parameters[name] }
        let domain = record.spec.parameters.first { $0.name == name }?.domain
        let scale = ParameterScale(domain, values: column)
        let metric = record.sweep.metric
        self.name = name
        (isNumeric, isLogarithmic) = (scale.isNumeric, scale.isLogarithmic)
        let groups: [[Trial]]
        if scale.numbers.count > Self.mostRows {
            groups = Self.ranges(of: scale, trials, column)
        } else {
            var lists = [[Trial]](repeating: [], count: scale.numbers.count + scale.words.count)
            for (trial, rank) in zip(trials, scale.ranks(column)) { lists[rank].append(trial) }
            groups = scale.isNumeric ? lists : Self.order(of: scale.words, domain).map { lists[$0] }
        }
        rows = groups.compactMap { Row(name, $0, metric, isNumeric: scale.isNumeric) }
        let completed = trials.compactMap { trial -> (Double, Double)? in
            guard trial.state == .completed, let x = trial.parameters[name]?.doubleValue,
                let y = trial.metrics.map(metric.value), y.isFinite
            else { return nil }
            return (x, metric.maximizes ? y : -y)
        }
        rankCorrelation =
            scale.isNumeric && completed.count >= Self.minimumTrials
            ? RankCorrelation.spearman(completed.map(\.0), completed.map(\.1)) : nil
    }

    /// Words as the file lists them, then others.
    private static func order(of words: [ParameterValue], _ domain: ParameterDomain?) -> [Int] {
        guard case .choices(let listed) = domain else { return Array(words.indices) }
        let places = Dictionary(uniqueKeysWithValues: listed.enumerated().map { ($1, $0) })
        return words.indices.sorted { (places[words[$0]] ?? .max, $0) < (places[words[$1]] ?? .max, $1) }
    }

    private static func ranges(
        of scale: ParameterScale, _ trials: [Trial], _ column: [ParameterValue]
    ) -> [[Trial]] {
        var lists = [[Trial]](repeating: [], count: ranges)
        for (trial, value) in zip(trials, column) {
            let position = scale.position(value.doubleValue ?? 0)
            lists[min(Int(position * Double(ranges)), ranges - 1)].append(trial)
        }
        return lists
    }
}

extension ParameterSummary.Row {
    /// Nil for no trials.
    fileprivate init?(_ name: String, _ trials: [Trial], _ metric: RankingMetric, isNumeric: Bool) {
        let values = trials.compactMap { $0.parameters[name] }
        guard let first = values.first else { return nil }
        let low = isNumeric ? values.min { ($0.doubleValue ?? 0) < ($1.doubleValue ?? 0) } : first
        let high = isNumeric ? values.max { ($0.doubleValue ?? 0) < ($1.doubleValue ?? 0) } : first
        (lower, upper) = (low ?? first, high ?? first)
        self.trials = trials.count
        let done = trials.filter { $0.state == .completed && $0.metrics != nil }
        completed = done.count
        diverged = trials.count { $0.state == .diverged }
        let results = done.compactMap { $0.metrics.map(metric.value) }.filter(\.isFinite)
        mean = results.isEmpty ? nil : results.reduce(0, +) / Double(results.count)
        let leading = done.min { metric.ranks($0, before: $1) }
        best = leading?.metrics.map(metric.value)
        bestTrial = leading?.id
    }
}
