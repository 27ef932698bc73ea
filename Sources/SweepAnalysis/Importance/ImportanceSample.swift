import SweepModel

/// The trials that have a value, with their parameters as codes.
struct ImportanceSample: Sendable {
    let axes: [ImportanceAxis]
    /// One row of codes an axis, one code a trial.
    let codes: [[Int]]
    /// What is to be explained, one value a trial.
    let values: [Double]
    /// What diverged trials were given; nil without any.
    let divergedValue: Double?

    init(axes: [ImportanceAxis], codes: [[Int]], values: [Double], divergedValue: Double? = nil) {
        (self.axes, self.codes, self.values, self.divergedValue) = (axes, codes, values, divergedValue)
    }

    /// Completed and diverged trials of `record`, and the parameters that differ between them; those that only some
    /// configurations have are no part of it.
    ///
    /// Pruned trials are left out: what they had reached early says little beside what others reached at their end.
    init(of record: SweepRecord) {
        let outcome = DivergedOutcome(record)
        var trials: [Trial] = []
        var values: [Double] = []
        let names = record.variedParameters.filter { !record.isConditional($0) }
        for trial in record.trials where names.allSatisfy({ trial.parameters[$0] != nil }) {
            guard let value = outcome.value(of: trial, metric: record.sweep.metric) else { continue }
            trials.append(trial)
            values.append(value)
        }
        self.values = values
        divergedValue = trials.contains { $0.state == .diverged } ? outcome.divergedValue : nil
        var axes: [ImportanceAxis] = []
        var codes: [[Int]] = []
        for name in names {
            let column = trials.compactMap { $0.parameters[name] }
            let domain = record.spec.parameters.first { $0.name == name }?.domain
            let (axis, row) = Self.encode(name, column, domain)
            guard axis.codes > 1 else { continue }
            axes.append(axis)
            codes.append(row)
        }
        self.axes = axes
        self.codes = codes
    }

    private static func encode(
        _ name: String, _ column: [ParameterValue], _ domain: ParameterDomain?
    ) -> (ImportanceAxis, [Int]) {
        let scale = ParameterScale(domain, values: column)
        let ranks = scale.ranks(column)
        guard scale.isNumeric else {
            let count = min(scale.words.count, ImportanceAxis.maximumLevels)
            return (
                ImportanceAxis(name: name, isOrdered: false, equalCodes: max(count, 1)),
                ranks.map { min($0, count - 1) }
            )
        }
        let count = scale.numbers.count
        let width = (count + ImportanceAxis.maximumCodes - 1) / ImportanceAxis.maximumCodes
        let groups = (count + max(width, 1) - 1) / max(width, 1)
        let row = width > 1 ? ranks.map { $0 / width } : ranks
        if scale.isListed || scale.isUnbounded {
            return (ImportanceAxis(name: name, isOrdered: true, equalCodes: max(groups, 1)), row)
        }
        let points = scale.numbers.map(scale.position)
        let middles = (0..<groups).map { points[min($0 * width + width / 2, count - 1)] }
        return (ImportanceAxis(name: name, points: middles), row)
    }
}

/// What a trial counts with that has no result because it diverged.
struct DivergedOutcome {
    /// Chance accuracy, or the worst finite loss.
    let divergedValue: Double?

    init(_ record: SweepRecord) {
        let finite = record.trials.filter { $0.state == .completed || $0.state == .diverged }.compactMap(\.metrics)
        switch record.sweep.metric {
        case .valAccuracy:
            // Without the number of classes, the worst accuracy of all, early records of diverged trials included.
            divergedValue = record.classes.map { 1 / Double(max($0, 1)) } ?? finite.map(\.valAccuracy).min()
        case .valLoss:
            // Only of completed trials: on its way to infinity a loss has any size.
            divergedValue = record.trials.filter { $0.state == .completed }
                .compactMap { $0.metrics?.valLoss }.filter(\.isFinite).max()
        }
    }

    /// Nil for a trial that has no value.
    func value(of trial: Trial, metric: RankingMetric) -> Double? {
        switch trial.state {
        case .completed: trial.metrics.map(metric.value).flatMap { $0.isFinite ? $0 : nil }
        case .diverged: divergedValue
        case .queued, .running, .pruned, .failed, .cancelled: nil
        }
    }
}
