/// Suggestions of the multivariate tree-structured Parzen estimator.
///
/// Two densities are fitted, to the best observations and to the others; of 24 draws from the first, the one at which it
/// is largest relative to the second is taken. Bergstra and others 2011; Watanabe, "Tree-structured Parzen estimator"
/// (2023). Constants and the order of pruned trials are those of Optuna 5.
struct TPESearch: LearningSearch {
    private static let candidates = 24

    /// Points with no result yet are taken to be bad, so that the next ones look elsewhere.
    func point(_ number: Int, _ memory: SearchMemory) -> [Double] {
        let (observations, isGood) = (memory.observations, good(memory.observations))
        let places = observations.indices
        let below = estimator(memory.axes, places.filter { isGood[$0] }.map { observations[$0].point })
        let above = estimator(
            memory.axes, places.filter { !isGood[$0] }.map { observations[$0].point } + memory.pending)
        var stream = DrawStream(seed: memory.spec.seed, name: "tpe", draw: number)
        var best: (isNew: Bool, score: Double, point: [Double])?
        for _ in 0..<Self.candidates {
            let point = memory.settled(below.draw(&stream))
            let score = below.logDensity(at: point) - above.logDensity(at: point)
            let isNew = memory.isNew(point)
            if let best, (best.isNew ? 1 : 0, best.score) >= (isNew ? 1 : 0, score) { continue }
            best = (isNew, score, point)
        }
        return best?.point ?? []
    }

    /// Which observations are among the best tenth, at most 25; ties go to the earlier one. Diverged ones never are.
    private func good(_ observations: [SearchMemory.Observation]) -> [Bool] {
        let count = min((observations.count + 9) / 10, 25)
        let order = observations.indices.sorted {
            let (left, right) = (observations[$0].rank, observations[$1].rank)
            return left == right ? $0 < $1 : left < right
        }
        var isGood = Array(repeating: false, count: observations.count)
        for place in order.prefix(count) where !observations[place].rank.isDiverged { isGood[place] = true }
        return isGood
    }

    private func estimator(_ axes: [SearchAxis], _ points: [[Double]]) -> ParzenEstimator {
        ParzenEstimator(
            axes, observations: axes.indices.map { axis in points.map { $0[axis] } }, count: points.count)
    }
}
