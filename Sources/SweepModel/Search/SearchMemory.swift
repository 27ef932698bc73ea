/// What a search that learns from results knows when it suggests a configuration.
struct SearchMemory {
    /// What the replicates of one configuration came to.
    struct Observation {
        /// By axis; ``SearchAxis/unset`` where the parameter is not set.
        let point: [Double]
        let rank: Rank
    }

    /// Lower is better: completed, pruned by how far they came, then diverged; then the metric.
    struct Rank: Comparable {
        private static let divergedStage = Int.max

        static let diverged = Rank(stage: divergedStage, value: 0)

        let stage: Int
        let value: Double

        var isDiverged: Bool { stage == Self.divergedStage }

        /// Lower is better: what it came to, or would have come to with the ``SearchMemory/gains`` of others; nil where
        /// it diverged.
        func estimate(_ gains: [Int: Double]) -> Double? {
            if isDiverged { return nil }
            return stage == .min ? value : value - (gains[-stage] ?? 0)
        }

        static func < (left: Rank, right: Rank) -> Bool {
            (left.stage, left.value) < (right.stage, right.value)
        }
    }

    let spec: SweepSpec
    /// Of the parameters that have more than one value.
    let axes: [SearchAxis]
    /// In the order of their configurations.
    private(set) var observations: [Observation] = []
    /// Suggested, with no result yet.
    private(set) var pending: [[Double]] = []
    /// Points that need not be tried again; nil where points do not repeat.
    private var tried: Set<[Double]>?
    private let hasConditions: Bool
    /// Whether a word may be at odds with the end of a range.
    private let hasNesterov: Bool
    private let results: [SearchResult]

    /// `results` of whole configurations, ascending.
    init(_ spec: SweepSpec, results: [SearchResult]) {
        self.spec = spec
        axes = spec.parameters.map(SearchAxis.init).filter { !$0.isConstant }
        hasConditions = spec.parameters.contains { !$0.conditions.isEmpty }
        let nesterov = ParameterValue.string(Hyperparameters.Optimizer.nesterov.rawValue)
        hasNesterov = spec.parameters.contains { parameter in
            if case .choices(let words) = parameter.domain { words.contains(nesterov) } else { false }
        }
        tried = axes.allSatisfy { $0.kind != .line } ? [] : nil
        self.results = results
        var first = results.startIndex
        while first < results.endIndex {
            let configuration = results[first].index / spec.replicates
            let next = results[first...].firstIndex { $0.index / spec.replicates != configuration } ?? results.endIndex
            add(results[first..<next])
            first = next
        }
    }

    /// Too few observations to learn from: then configurations are those of a Sobol search.
    var isStarting: Bool { observations.count < CohortLayout.startup }

    func isNew(_ point: [Double]) -> Bool { tried?.contains(point) != true }

    mutating func suggested(_ point: [Double]) {
        pending.append(point)
        tried?.insert(point)
    }

    /// The parameters at a point.
    func assignment(at point: [Double]) -> ParameterAssignment {
        ParameterAssignment(spec.parameters) { parameter in
            guard let place = axes.firstIndex(where: { $0.spec.name == parameter.name }) else {
                return parameter.value(at: 0)
            }
            return axes[place].value(at: point[place])
        }
    }

    /// Whether a trial can have the parameters at a point: momentum from 0 on takes part with nesterov, but 0 itself must
    /// not, which draws do not meet and an optimum at the end of a range does.
    func isAllowed(_ point: [Double]) -> Bool {
        !hasNesterov || (try? Hyperparameters(assignment(at: point))) != nil
    }

    /// `point` without the coordinates of parameters whose conditions do not hold there.
    func settled(_ point: [Double]) -> [Double] {
        guard hasConditions else { return point }
        let assignment = assignment(at: point)
        return zip(axes, point).map { assignment[$0.spec.name] == nil ? SearchAxis.unset : $1 }
    }

    /// One observation of the replicates of a configuration: their mean, or the worst that befell one of them.
    private mutating func add(_ replicates: ArraySlice<SearchResult>) {
        guard let parameters = replicates.first?.parameters, let rank = rank(replicates) else { return }
        // A configuration of `enqueue` may lie outside the space; then it says nothing on it.
        var point: [Double] = []
        for axis in axes {
            guard axis.spec.isSet(in: parameters) else {
                point.append(SearchAxis.unset)
                continue
            }
            guard let value = parameters[axis.spec.name], let coordinate = axis.coordinate(of: value) else { return }
            point.append(axis.snapped(coordinate))
        }
        observations.append(Observation(point: point, rank: rank))
        tried?.insert(point)
    }

    /// What the metric of those that were completed fell by after each epoch at which others were pruned: their median.
    var gains: [Int: Double] {
        let reached = Set(results.compactMap { $0.state == .pruned ? $0.curve.last?.epoch : nil })
        let sign = spec.metric.goal == .maximize ? -1.0 : 1.0
        var gains: [Int: Double] = [:]
        for epoch in reached {
            let falls = results.compactMap { result -> Double? in
                guard result.state == .completed, let value = result.value,
                    let at = result.curve.last(where: { $0.epoch <= epoch })
                else { return nil }
                return sign * (at.value - value)
            }
            .filter(\.isFinite).sorted()
            if !falls.isEmpty { gains[epoch] = falls[falls.count / 2] }
        }
        return gains
    }

    private func rank(_ replicates: ArraySlice<SearchResult>) -> Rank? {
        if replicates.contains(where: { $0.state == .diverged }) { return .diverged }
        let sign = spec.metric.goal == .maximize ? -1.0 : 1.0
        let pruned = replicates.compactMap { $0.state == .pruned ? $0.curve.last : nil }
        if let reached = pruned.map(\.epoch).min() {
            let mean = pruned.filter { $0.epoch == reached }.map(\.value).mean
            return Rank(stage: -reached, value: mean.isFinite ? sign * mean : .infinity)
        }
        let values = replicates.compactMap { $0.state == .completed ? $0.value : nil }
        return values.isEmpty ? nil : Rank(stage: .min, value: sign * values.mean)
    }
}

extension Collection<Double> {
    /// NaN of nothing.
    var mean: Double { reduce(0, +) / Double(count) }
}
