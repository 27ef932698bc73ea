import Foundation
import SweepModel
import Testing

@testable import SweepAnalysis

@Suite struct ParameterImportanceTests {
    static let square =
        #""reg": {"values": [1, 2, 3]}, "dropout": {"values": [0.1, 0.2, 0.3]}, "epochs": {"value": 1}, "#
        + #""learning_rate": {"value": 1}, "hidden_size": {"value": 8}"#

    @Test func additiveEffectsOnAGridAreExact() throws {
        // The variances of 2a and b over {-1, 0, 1} are 8/3 and 2/3.
        let record = try SyntheticSweep.record(Self.square) {
            0.5 + 0.02 * ($0.number("reg") - 2) + 0.01 * ($0.number("dropout") * 10 - 2)
        }
        let importance = try #require(ParameterImportance(of: record))
        #expect(importance.method == .anova)
        #expect(importance.trials == 9)
        #expect(importance.divergedValue == nil)
        #expect(importance.shares.first?.parameters == ["reg"])
        #expect(abs(importance.share("reg") - 0.8) < 1e-9)
        #expect(abs(importance.share("dropout") - 0.2) < 1e-9)
        #expect(abs(importance.share("reg", "dropout")) < 1e-9)
        #expect(importance.shares.allSatisfy { $0.standardError == 0 })
    }

    @Test func aPureInteractionHasNoMainEffects() throws {
        let record = try SyntheticSweep.record(Self.square) {
            0.5 + 0.1 * ($0.number("reg") - 2) * ($0.number("dropout") * 10 - 2)
        }
        let importance = try #require(ParameterImportance(of: record))
        #expect(abs(importance.share("reg", "dropout") - 1) < 1e-9)
        #expect(importance.mainEffects.allSatisfy { abs($0.share) < 1e-9 })
    }

    @Test func divergedTrialsCountAsAGuess() throws {
        let record = try SyntheticSweep.record(
            #""learning_rate": {"values": [1, 2]}, "reg": {"values": [0, 1, 2, 3]}, "hidden_size": {"value": 8}"#
        ) { $0.number("learning_rate") > 1 ? nil : 0.5 }
        let importance = try #require(ParameterImportance(of: record))
        #expect(importance.divergedValue == 0.1)
        #expect(importance.trials == 8)
        #expect(abs(importance.share("learning_rate") - 1) < 1e-9)
    }

    @Test func divergedTrialsCountAsTheWorstLossOfACompletedOne() throws {
        let record = try SyntheticSweep.record(
            #""learning_rate": {"values": [1, 2]}, "reg": {"values": [0, 1, 2, 3]}, "hidden_size": {"value": 8}"#,
            metric: .valLoss
        ) { $0.number("learning_rate") > 1 ? nil : 1 + $0.number("reg") }
        #expect(ParameterImportance(of: record)?.divergedValue == 4)
    }

    @Test func aGridWithAHoleIsAnalysedByAForest() throws {
        var record = try SyntheticSweep.record(
            #""learning_rate": {"values": [1, 2, 3, 4]}, "reg": {"values": [1, 2, 3, 4]}, "hidden_size": {"value": 8}"#
        ) { 0.1 * $0.number("learning_rate") + 0.02 * $0.number("reg") }
        let exact = try #require(ParameterImportance(of: record))
        record.trials[5].state = .failed
        let importance = try #require(ParameterImportance(of: record))
        #expect(importance.method == .forest)
        #expect(importance.trials == 15)
        #expect(abs(importance.share("learning_rate") - exact.share("learning_rate")) < 0.1)
        #expect(importance.shares.contains { $0.standardError > 0 })
    }

    @Test func aRepeatedCombinationCountsByItsMean() throws {
        var record = try SyntheticSweep.record(Self.square) { 0.1 * $0.number("reg") }
        var extra = record.trials[0]
        (extra.id, extra.index) = (100, 9)
        record.trials.append(extra)
        let importance = try #require(ParameterImportance(of: record))
        #expect(importance.method == .anova)
        #expect(importance.trials == 10)
        #expect(abs(importance.share("reg") - 1) < 1e-9)
    }

    @Test func whatOnlySomeConfigurationsHaveIsNoPart() throws {
        let record = try SyntheticSweep.record(
            #""optimizer": {"values": ["sgd", "adam"]}, "reg": {"values": [1, 2, 3, 4]}, "#
                + #""momentum": {"values": [0.1, 0.5, 0.9], "when": {"optimizer": "sgd"}}, "#
                + #""learning_rate": {"value": 1}, "hidden_size": {"value": 8}"#
        ) { ($0["optimizer"] == .string("sgd") ? 0.1 * $0.number("momentum") : 0.3) + 0.01 * $0.number("reg") }
        let importance = try #require(ParameterImportance(of: record))
        #expect(Set(importance.shares.flatMap(\.parameters)) == ["optimizer", "reg"])
        // The grid is whole without momentum: a combination counts by the mean of its trials.
        #expect(importance.method == .anova && importance.trials == 16)
        #expect(importance.share("optimizer") > 0.9)
    }

    @Test func nothingIsSaidOfFewTrialsOrOneValue() throws {
        let few = try SyntheticSweep.record(
            #""learning_rate": {"values": [1, 2, 3, 4]}, "hidden_size": {"value": 8}"#
        ) { 0.1 * $0.number("learning_rate") }
        #expect(ParameterImportance(of: few) == nil)
        #expect(ParameterImportance(of: try SyntheticSweep.record(Self.square) { _ in 0.5 }) == nil)
        let single = try SyntheticSweep.record(
            #""learning_rate": {"value": 1}, "hidden_size": {"value": 8}"#
        ) { _ in 0.5 }
        #expect(ParameterImportance(of: single) == nil)
    }

    @Test func theForestAgreesWithTheExactAnalysisOfARealGrid() throws {
        var record = try RecordedSweep(named: "cifar10-grid").record()
        record.trials = record.trials.filter { $0.state == .completed }
        let sample = ImportanceSample(of: record)
        let grid = try #require(GridAnalysis(sample)).shares
        let forest = try #require(ForestAnalysis(sample, seed: 0)).shares
        #expect(grid.main[0] > 0.9)
        for (exact, estimate) in zip(grid.main + grid.pairs, forest.main + forest.pairs) {
            #expect(abs(exact - estimate) < 0.01)
        }
    }

    @Test func theForestComesNearTheSobolIndicesOfIshigami() throws {
        // Ishigami and Homma 1990 with a = 7, b = 0.1: 0.314, 0.442, 0; 0.244 for the first and third together.
        // 300 points are few, and trees find the second, periodic variable late.
        let sample = TestSample.uniform(300, 3) { x in
            let z = x.map { Double.pi * (2 * $0 - 1) }
            let (first, second) = (sin(z[0]), sin(z[1]))
            return first + 7 * second * second + 0.1 * pow(z[2], 4) * first
        }
        let forest = try #require(ForestAnalysis(sample, seed: 1))
        #expect(abs(forest.shares.main[0] - 0.314) < 0.1)
        #expect(abs(forest.shares.main[1] - 0.442) < 0.2)
        #expect(forest.shares.main[2] < 0.1)
        #expect(abs(forest.shares.pairs[1] - 0.244) < 0.1)
        #expect(zip(forest.standardErrors.main, [0.05, 0.1, 0.05]).allSatisfy { $0 > 0 && $0 < 2 * $1 })
    }

    @Test func theForestComesNearTheSobolIndicesOfAnAdditiveFunction() throws {
        let sample = TestSample.uniform(300, 4) { 4 * $0[0] + 2 * $0[1] + $0[2] }
        let shares = try #require(ForestAnalysis(sample, seed: 1)).shares
        #expect(zip(shares.main, [16.0 / 21, 4.0 / 21, 1.0 / 21, 0]).allSatisfy { abs($0 - $1) < 0.06 })
        #expect(shares.main[3] < 0.01)
    }

    @Test func theForestSaysTheSameEachTime() throws {
        let sample = TestSample.uniform(60, 2) { $0[0] * $0[1] }
        let (first, second) = (ForestAnalysis(sample, seed: 3), ForestAnalysis(sample, seed: 3))
        #expect(first?.shares == second?.shares)
        #expect(first?.standardErrors == second?.standardErrors)
        #expect(first?.shares != ForestAnalysis(sample, seed: 4)?.shares)
    }

    @Test func wordsAndDrawnNumbersGoThroughAForest() throws {
        let record = try SyntheticSweep.record(
            #""learning_rate": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1}, "#
                + #""hidden_size": {"value": 8}, "#
                + #""optimizer": {"values": ["sgd", "nesterov", "adam"]}, "#
                + #""dropout": {"distribution": "normal", "mu": 0.4, "sigma": 0.1}"#,
            method: #""method": "random", "run_cap": 120"#
        ) { parameters in
            let word = parameters["optimizer"]?.description ?? ""
            return 0.5 + (word == "adam" ? 0.2 : 0) + 0.02 * log10(parameters.number("learning_rate"))
        }
        let importance = try #require(ParameterImportance(of: record))
        #expect(importance.method == .forest)
        #expect(importance.shares.first?.parameters == ["optimizer"])
        #expect(importance.share("learning_rate") > 0.01)
        #expect(importance.share("dropout") < 0.02)
    }
}

enum TestSample {
    /// Points of the unit cube.
    static func uniform(_ count: Int, _ axes: Int, _ function: ([Double]) -> Double) -> ImportanceSample {
        var draws = RandomDraws(seed: 11)
        let points = (0..<count).map { _ in (0..<axes).map { _ in Double(draws.next() >> 11) / 0x1p53 } }
        var codes: [[Int]] = []
        var coded: [ImportanceAxis] = []
        for axis in 0..<axes {
            let sorted = points.map { $0[axis] }.sorted()
            let width = (count + ImportanceAxis.maximumCodes - 1) / ImportanceAxis.maximumCodes
            coded.append(
                ImportanceAxis(
                    name: "x\(axis)",
                    points: stride(from: 0, to: count, by: width).map { sorted[min($0 + width / 2, count - 1)] }))
            codes.append(points.map { point in (sorted.firstIndex(of: point[axis]) ?? 0) / width })
        }
        return ImportanceSample(axes: coded, codes: codes, values: points.map(function))
    }
}
