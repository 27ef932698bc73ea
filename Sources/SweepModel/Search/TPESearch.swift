/// Suggestions of the multivariate tree-structured Parzen estimator.
///
/// Two densities are fitted, to the best observations and to the others; of 24 draws from the first, the one at which it
/// is largest relative to the second is taken. Bergstra and others 2011; Watanabe, "Tree-structured Parzen estimator"
/// (2023). Constants and the order of pruned trials are those of Optuna 5.
struct TPESearch {
    private struct Observation {
        /// By axis; ``SearchAxis/unset`` where the parameter is not set.
        let point: [Double]
        /// Lower is better: completed, pruned by how far they came, then diverged; then the metric.
        let rank: Rank
    }

    private struct Rank: Comparable {
        let stage: Int
        let value: Double

        static func < (left: Rank, right: Rank) -> Bool {
            (left.stage, left.value) < (right.stage, right.value)
        }
    }

    private static let candidates = 24
    private static let diverged = Int.max

    private let spec: SweepSpec
    private let axes: [SearchAxis]
    private let hasConditions: Bool
    /// In the order of their configurations.
    private var observations: [Observation] = []
    /// Suggested, with no result yet: taken to be bad, so that the next ones look elsewhere.
    private var pending: [[Double]] = []
    /// Points that need not be tried again; nil where points do not repeat.
    private var tried: Set<[Double]>?

    /// `results` of whole configurations, ascending.
    init(_ spec: SweepSpec, results: [SearchResult]) {
        self.spec = spec
        axes = spec.parameters.map(SearchAxis.init).filter { !$0.isConstant }
        hasConditions = spec.parameters.contains { !$0.conditions.isEmpty }
        tried = axes.allSatisfy { $0.kind != .line } ? [] : nil
        var first = results.startIndex
        while first < results.endIndex {
            let configuration = results[first].index / spec.replicates
            let next = results[first...].firstIndex { $0.index / spec.replicates != configuration } ?? results.endIndex
            add(results[first..<next])
            first = next
        }
    }

    /// The parameters of configuration `number` of the search proper.
    mutating func suggest(_ number: Int) -> ParameterAssignment {
        let point: [Double]? = observations.count < CohortLayout.startup ? nil : best(number)
        if let point {
            pending.append(point)
            tried?.insert(point)
        }
        return ParameterAssignment(spec.parameters) { parameter in
            guard let point, let place = axes.firstIndex(where: { $0.spec.name == parameter.name }) else {
                return parameter.value(atSobol: number, seed: spec.seed)
            }
            return axes[place].value(at: point[place])
        }
    }

    /// `point` without the coordinates of parameters whose conditions do not hold there.
    private func settled(_ point: [Double]) -> [Double] {
        guard hasConditions else { return point }
        let assignment = ParameterAssignment(spec.parameters) { parameter in
            guard let place = axes.firstIndex(where: { $0.spec.name == parameter.name }) else {
                return parameter.value(at: 0)
            }
            return axes[place].value(at: point[place])
        }
        return zip(axes, point).map { assignment[$0.spec.name] == nil ? SearchAxis.unset : $1 }
    }

    private func best(_ number: Int) -> [Double] {
        let isGood = good()
        let places = observations.indices
        let below = estimator(places.filter { isGood[$0] }.map { observations[$0].point })
        let above = estimator(places.filter { !isGood[$0] }.map { observations[$0].point } + pending)
        var stream = DrawStream(seed: spec.seed, name: "tpe", draw: number)
        var best: (isNew: Bool, score: Double, point: [Double])?
        for _ in 0..<Self.candidates {
            let point = settled(below.draw(&stream))
            let score = below.logDensity(at: point) - above.logDensity(at: point)
            let isNew = tried?.contains(point) != true
            if let best, (best.isNew ? 1 : 0, best.score) >= (isNew ? 1 : 0, score) { continue }
            best = (isNew, score, point)
        }
        return best?.point ?? []
    }

    /// Which observations are among the best tenth, at most 25; ties go to the earlier one. Diverged ones never are.
    private func good() -> [Bool] {
        let count = min((observations.count + 9) / 10, 25)
        let order = observations.indices.sorted {
            let (left, right) = (observations[$0].rank, observations[$1].rank)
            return left == right ? $0 < $1 : left < right
        }
        var isGood = Array(repeating: false, count: observations.count)
        for place in order.prefix(count) where observations[place].rank.stage != Self.diverged { isGood[place] = true }
        return isGood
    }

    private func estimator(_ points: [[Double]]) -> ParzenEstimator {
        ParzenEstimator(
            axes, observations: axes.indices.map { axis in points.map { $0[axis] } }, count: points.count)
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

    private func rank(_ replicates: ArraySlice<SearchResult>) -> Rank? {
        if replicates.contains(where: { $0.state == .diverged }) { return Rank(stage: Self.diverged, value: 0) }
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
