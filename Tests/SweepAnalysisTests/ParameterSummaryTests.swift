import Foundation
import SweepModel
import Testing

@testable import SweepAnalysis

@Suite struct ParameterSummaryTests {
    @Test func aListHasARowAValue() throws {
        let record = try RecordedSweep(named: "cifar10-grid").record()
        let summary = try #require(ParameterSummary("learning_rate", of: record))
        #expect(summary.isNumeric && summary.isLogarithmic)
        #expect(summary.rows.map(\.lower) == [.number(1e-4), .number(1e-3), .number(1e-2), .number(1e-1)])
        #expect(summary.rows.map(\.completed) == [36, 36, 0, 0])
        #expect(summary.rows.map(\.diverged) == [0, 0, 36, 36])
        #expect(summary.rows[1].best == 0.534 && summary.rows[1].bestTrial == 87)
        #expect(summary.rows[2].mean == nil && summary.rows[2].bestTrial == nil)
        #expect((summary.rankCorrelation ?? 0) > 0.8)
        #expect(ParameterSummary("batch_size", of: record)?.isLogarithmic == false)
        #expect(ParameterSummary("momentum", of: record) == nil)
    }

    private static let scales: [([Double], Bool)] = [
        ([0.001, 0.1], true), ([0.01, 0.03, 0.1, 0.3], true), ([10, 40, 70, 100], false), ([200, 400, 800], false),
        ([0, 0.001, 1], false), ([1, 10], false),
    ]

    @Test(arguments: scales) func listsThatGoByFactorsAreLogarithmic(values: [Double], expected: Bool) {
        let scale = ParameterScale(.choices(values.map { .number($0) }), values: values.map { .number($0) })
        #expect(scale.isLogarithmic == expected)
        #expect(scale.numbers == values)
    }

    @Test func manyNumbersBecomeRanges() throws {
        let record = try SyntheticSweep.record(
            #""learning_rate": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1}, "#
                + #""hidden_size": {"value": 8}"#,
            method: #""method": "random", "run_cap": 200"#
        ) { 0.5 - 0.1 * log10($0.number("learning_rate")) }
        let summary = try #require(ParameterSummary("learning_rate", of: record))
        #expect(summary.rows.count == 12)
        #expect(summary.rows.reduce(0) { $0 + $1.trials } == 200)
        #expect(summary.rankCorrelation == -1)
        for (row, next) in zip(summary.rows, summary.rows.dropFirst()) {
            #expect(row.lower.doubleValue ?? 1 <= row.upper.doubleValue ?? 0)
            #expect(row.upper.doubleValue ?? 1 < next.lower.doubleValue ?? 0)
        }
    }

    @Test func wordsKeepTheOrderOfTheFileAndHaveNoCorrelation() throws {
        let record = try SyntheticSweep.record(
            #""optimizer": {"values": ["sgd", "adam"]}, "reg": {"values": [0, 1, 2, 3]}, "#
                + #""learning_rate": {"value": 1}, "hidden_size": {"value": 8}"#
        ) { $0["optimizer"] == .string("adam") ? 0.6 : 0.5 }
        let summary = try #require(ParameterSummary("optimizer", of: record))
        #expect(summary.rows.map(\.lower) == [.string("sgd"), .string("adam")])
        #expect(summary.rows.map(\.mean) == [0.5, 0.6])
        #expect(!summary.isNumeric && summary.rankCorrelation == nil)
    }

    @Test func smallerLossesAreBetterInACorrelation() throws {
        let record = try SyntheticSweep.record(
            #""reg": {"values": [0, 1, 2, 3, 4, 5, 6, 7]}, "learning_rate": {"value": 1}, "hidden_size": {"value": 8}"#,
            metric: .valLoss
        ) { 1 + $0.number("reg") }
        #expect(ParameterSummary("reg", of: record)?.rankCorrelation == -1)
    }

    private static let ranked: [([Double], [Double], Double)] = [
        ([1.0, 2, 3, 4], [1.0, 2, 3, 4], 1.0), ([1, 2, 3, 4], [4, 3, 2, 1], -1),
        ([1, 2, 2, 3], [1, 2, 3, 4], 0.948683298), ([86, 97, 99, 100, 101], [0, 20, 28, 27, 50], 0.9),
    ]

    @Test(arguments: ranked) func spearmanIsPearsonOfRanks(x: [Double], y: [Double], expected: Double) throws {
        #expect(abs(try #require(RankCorrelation.spearman(x, y)) - expected) < 1e-8)
    }

    @Test func aConstantHasNoCorrelation() {
        #expect(RankCorrelation.spearman([1, 1, 1], [1, 2, 3]) == nil)
        #expect(RankCorrelation.spearman([1], [1]) == nil)
    }
}
