import SweepModel
import Testing

@testable import SweepEngine

@Suite struct LeadersTests {
    private static func metrics(_ accuracy: Double) -> TrialMetrics {
        TrialMetrics(valAccuracy: accuracy, trainAccuracy: 0, valLoss: 1 - accuracy, trainLoss: 0)
    }

    /// Whatever the order, those that were refused are never among the best.
    @Test(arguments: [RankingMetric.valAccuracy, .valLoss], 0..<20)
    func nobodyWhoBelongsToTheBestIsRefused(metric: RankingMetric, seed: UInt64) {
        var random = SplitMix(seed: seed)
        var results = (0..<40).map { (index: $0, metrics: Self.metrics(Double(random.below(10)) / 10)) }
        let best = results.sorted {
            let (a, b) = ($0.metrics.valAccuracy, $1.metrics.valAccuracy)
            return a == b ? $0.index < $1.index : a > b
        }.prefix(3).map(\.index)
        var leaders = Leaders()
        var refused: [Int] = []
        while let index = random.pick(Array(results.indices)) {
            let result = results.remove(at: index)
            if !leaders.admit(result.metrics, index: result.index, by: metric, keep: 3) { refused.append(result.index) }
        }
        #expect(Set(refused).isDisjoint(with: best))
        #expect(refused.count > 20)
    }

    @Test func aResultThatIsNoNumberComesLast() {
        var leaders = Leaders()
        var admitted: [Bool] = []
        for (index, value) in [.nan, 0.5, .nan].enumerated() {
            admitted.append(leaders.admit(Self.metrics(value), index: index, by: .valAccuracy, keep: 1))
        }
        #expect(admitted == [true, true, false])
    }
}
