import SweepModel
import Testing

@testable import SweepAnalysis

@Suite struct NoiseFloorTests {
    private let list = #""learning_rate": {"values": [1, 2, 3, 4, 5]}, "hidden_size": {"value": 8}"#

    @Test func theStandardErrorIsBinomial() throws {
        let record = try SyntheticSweep.record(list) { 0.4 + 0.02 * $0.number("learning_rate") }
        let noise = try #require(NoiseFloor(of: record))
        #expect(noise.bestAccuracy == 0.5)
        #expect(abs(noise.standardError - 0.015811388) < 1e-8)
        // 2.24 · √2 · 0.0158 = 0.0501 at the level of 0.05 / 4: 0.46 is within it, 0.44 is not.
        #expect(noise.tied.map(\.index) == [4, 3, 2])
    }

    @Test func moreImagesTellMoreApart() throws {
        let record = try SyntheticSweep.record(list, validationExamples: 100_000) {
            0.4 + 0.02 * $0.number("learning_rate")
        }
        #expect(NoiseFloor(of: record)?.tied.count == 1)
    }

    @Test func aLossIsJudgedByItsAccuracies() throws {
        var record = try SyntheticSweep.record(list, metric: .valLoss) { $0.number("learning_rate") }
        for place in record.trials.indices { record.trials[place].metrics?.valAccuracy = place == 1 ? 0.3 : 0.5 }
        let noise = try #require(NoiseFloor(of: record))
        #expect(noise.bestAccuracy == 0.5)
        #expect(noise.tied.map(\.index) == [0, 2, 3, 4])
    }

    @Test func nothingIsKnownWithoutACompletedTrialOrImages() throws {
        #expect(NoiseFloor(of: try SyntheticSweep.record(list) { _ in nil }) == nil)
        #expect(NoiseFloor(of: try SyntheticSweep.record(list, validationExamples: 0) { _ in 0.5 }) == nil)
    }
}
