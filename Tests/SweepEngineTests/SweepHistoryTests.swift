import SweepModel
import Testing

@testable import SweepEngine

@Suite struct SweepHistoryTests {
    private static let file = #"""
        {"name": "t", "method": "random", "run_cap": 2, "metric": {"name": "val_loss", "goal": "minimize"},
         "dataset": {"name": "toy"}, "early_terminate": {"type": "successive_halving", "min_iter": 1},
         "parameters": {"hidden_size": {"value": 8}, "learning_rate": {"min": 0.01, "max": 0.1}, "iterations": {"value": 100}}}
        """#

    /// After the first epoch, of ten iterations.
    private func point(loss: Double) -> EpochPoint {
        EpochPoint(
            epoch: 1, iteration: 11,
            metrics: TrialMetrics(valAccuracy: 0.5, trainAccuracy: 0.5, valLoss: loss, trainLoss: 1), learningRate: 0.1,
            seconds: 1)
    }

    @Test(arguments: [Double.nan, .infinity]) func aTrialWhoseMetricIsNoNumberEndsAtItsRung(loss: Double) throws {
        let spec = try SweepSpec(parsing: Self.file)
        var history = SweepHistory(spec, count: 2)
        for plan in try spec.expand() {
            history.choose(plan.index, plan.parameters, TrialShape(iterations: 100, iterationsPerEpoch: 10))
        }
        history.note(point(loss: loss), of: 0)
        #expect(history.rung(of: 0) == 0 && history.judge() == [])
        history.note(point(loss: 2), of: 1)
        let decisions = history.judge()
        #expect(decisions.map(\.index) == [0, 1])
        #expect(decisions.first?.pruned?.contains("not a number") == true)
        #expect(decisions.last?.pruned == nil)
    }
}
