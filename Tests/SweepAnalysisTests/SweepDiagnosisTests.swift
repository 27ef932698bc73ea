import Foundation
import SweepModel
import Testing

@testable import SweepAnalysis

@Suite struct SweepDiagnosisTests {
    static let rest = #""hidden_size": {"value": 8}"#
    static let rates = #""learning_rate": {"values": [0.1, 0.01, 0.001]}, "reg": {"values": [0.1, 0.2, 0.3, 0.4]}, "#

    /// Accuracy falls away from `peak` by `slope` a decade of the rate.
    private func byRate(_ peak: Double, slope: Double = 0.1, diverges: Double = .infinity) throws -> SweepRecord {
        try SyntheticSweep.record(Self.rates + Self.rest) { parameters in
            let rate = parameters.number("learning_rate")
            return rate >= diverges
                ? nil : 0.6 - slope * abs(log10(rate) - log10(peak)) + 0.001 * parameters.number("reg")
        }
    }

    // MARK: Divergence

    @Test func ratesFromWhichOnAllDivergedAreNamed() throws {
        let finding = try #require(Diagnosis.findings(of: try byRate(0.01, diverges: 0.1)).with(.divergenceByRate))
        #expect(finding.level == .warning && finding.parameter == "learning_rate")
        #expect(finding.detail.contains("learning_rate 0.1 or more diverged: 4 with 0.1."))
        #expect(finding.detail.contains("highest rate that completed is 0.01."))
    }

    @Test func oneRateThatCompletedSomewhereIsNoBound() throws {
        var record = try byRate(0.01, diverges: 0.1)
        record.trials[0].state = .completed
        let findings = Diagnosis.findings(of: record)
        #expect(findings.with(.divergenceByRate) == nil)
        // 3 of 12, all at the highest rate.
        #expect(findings.with(.diverged)?.parameter == "learning_rate")
    }

    @Test func twoDivergedTrialsAreNoRule() throws {
        var record = try byRate(0.01)
        for place in 0..<2 { record.trials[place].state = .diverged }
        let findings = Diagnosis.findings(of: record)
        #expect(findings.with(.divergenceByRate) == nil && findings.with(.diverged) == nil)
    }

    @Test func divergenceAtLowRatesIsNotBlamedOnTheRate() throws {
        var record = try byRate(0.01)
        for place in [0, 4, 8, 9] { record.trials[place].state = .diverged }
        let finding = try #require(Diagnosis.findings(of: record).with(.diverged))
        #expect(finding.parameter == nil)
    }

    @Test func aSweepWithoutResultsSaysSo() throws {
        let findings = Diagnosis.findings(of: try byRate(0.01, diverges: 0))
        #expect(findings.map(\.code) == [.nothingCompleted])
        #expect(findings[0].detail == "Of 12 trials: 12 diverged.")
        #expect(findings[0].advice == "Search below learning_rate 0.001.")
    }

    @Test func aSweepThatHasJustBegunSaysNothing() throws {
        var record = try byRate(0.01, diverges: 0)
        record.sweep.state = .running
        record.trials[11].state = .running
        #expect(Diagnosis.findings(of: record).isEmpty)
    }

    // MARK: Borders

    @Test func theBestAtTheEndOfAListAsksForMore() throws {
        let finding = try #require(
            Diagnosis.findings(of: try byRate(0.1)).with(.bestOnBorder, "learning_rate"))
        #expect(finding.advice == "Try learning_rate 1 and 10 too.")
        #expect(finding.detail.contains("is 0.100 higher than with 0.01 (4 pairs that differ in nothing else)"))
        let low = try #require(Diagnosis.findings(of: try byRate(0.001)).with(.bestOnBorder, "learning_rate"))
        #expect(low.advice == "Try learning_rate 0.0001 and 1e-05 too.")
    }

    /// Beside the luckiest replicate of the neighbour the better value would look no better.
    @Test func replicatesAreComparedByTheirMeans() throws {
        var trial = 0
        let record = try SyntheticSweep.record(
            #""learning_rate": {"values": [0.1, 0.01]}, "reg": {"values": [0, 0.1, 0.2]}, "hidden_size": {"value": 8}"#,
            method: #""method": "grid", "replicates": 4"#
        ) {
            defer { trial += 1 }
            return 0.5 * $0.number("learning_rate") + [0.55, 0.45, 0.51, 0.49][trial % 4]
        }
        let finding = try #require(Diagnosis.findings(of: record).with(.bestOnBorder, "learning_rate"))
        #expect(finding.detail.contains("is 0.045 higher than with 0.01 (3 pairs that differ in nothing else)"))
    }

    @Test func accuracyOfOneTellsNothingOfTheSpread() throws {
        let record = try SyntheticSweep.record(
            #""learning_rate": {"values": [0.1, 0.01]}, "hidden_size": {"value": 8}"#
        ) { _ in 1 }
        let finding = try #require(Diagnosis.findings(of: record).with(.withinNoise))
        #expect(finding.advice?.hasSuffix("or validate on more images.") == true)
    }

    @Test func theBestInsideAListDoesNot() throws {
        #expect(Diagnosis.findings(of: try byRate(0.01)).with(.bestOnBorder, "learning_rate") == nil)
    }

    @Test func aBorderThatMakesNoDifferenceIsNone() throws {
        var draws = RandomDraws(seed: 1)
        let record = try SyntheticSweep.record(Self.rates + Self.rest) { _ in
            0.5 + Double(draws.index(below: 100)) / 10_000
        }
        #expect(Diagnosis.findings(of: record).with(.bestOnBorder) == nil)
    }

    @Test func theBorderOfWhatConvergesIsRefined() throws {
        let finding = try #require(
            Diagnosis.findings(of: try byRate(1, diverges: 0.1)).with(.bestOnBorder, "learning_rate"))
        #expect(finding.title == "Best at the border of what converges")
        #expect(finding.advice == "Try learning_rate 0.02, 0.03 and 0.06.")
    }

    @Test func aNaturalLimitIsNoBorder() throws {
        let record = try SyntheticSweep.record(
            #""dropout": {"values": [0, 0.2, 0.4]}, "reg": {"values": [0, 1, 2, 3]}, "learning_rate": {"value": 1}, "#
                + Self.rest
        ) { 0.6 - $0.number("dropout") / 2 - 0.01 * $0.number("reg") }
        #expect(Diagnosis.findings(of: record).with(.bestOnBorder) == nil)
    }

    @Test func seedsAndWordsHaveNoBorder() throws {
        let record = try SyntheticSweep.record(
            #""seed": {"values": [1, 2, 3, 4]}, "optimizer": {"values": ["sgd", "adam"]}, "#
                + #""learning_rate": {"value": 1}, "#
                + Self.rest
        ) { 0.5 + 0.02 * $0.number("seed") + ($0["optimizer"] == .string("adam") ? 0.1 : 0) }
        #expect(Diagnosis.findings(of: record).with(.bestOnBorder) == nil)
    }

    @Test func aLossHasItsBorderAtTheSmallest() throws {
        let record = try SyntheticSweep.record(Self.rates + Self.rest, metric: .valLoss) {
            2 + log10($0.number("learning_rate")) * 0.2 + 0.001 * $0.number("reg")
        }
        let finding = try #require(Diagnosis.findings(of: record).with(.bestOnBorder, "learning_rate"))
        #expect(finding.detail.contains("the smallest") && finding.detail.contains("loss is 0.2 lower"))
    }

    private func drawn(_ slope: Double) throws -> SweepRecord {
        try SyntheticSweep.record(
            #""learning_rate": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1e-2}, "#
                + #""dropout": {"min": 0.0, "max": 0.5}, "# + Self.rest, method: #""method": "random", "run_cap": 80"#
        ) { 0.5 + slope * log10($0.number("learning_rate") / 1e-3) - 0.2 * abs($0.number("dropout") - 0.25) }
    }

    @Test func theBestNearABoundOfADrawAsksForMore() throws {
        let findings = Diagnosis.findings(of: try drawn(0.1))
        let finding = try #require(findings.with(.bestOnBorder, "learning_rate"))
        #expect(finding.advice == "Set max to 0.03.")
        #expect(findings.with(.bestOnBorder, "dropout") == nil)
        let low = try #require(Diagnosis.findings(of: try drawn(-0.1)).with(.bestOnBorder, "learning_rate"))
        #expect(low.advice == "Set min to 3.33e-05.")
    }

    @Test func aLargerBatchIsAlsoALongerTraining() throws {
        func detail(_ length: String) throws -> String {
            let record = try SyntheticSweep.record(
                #""batch_size": {"values": [50, 100, 200]}, "reg": {"values": [1, 2, 3]}, "#
                    + #""learning_rate": {"value": 1}, "#
                    + length + Self.rest
            ) { 0.5 + 0.001 * $0.number("batch_size") + 0.001 * $0.number("reg") }
            return try #require(Diagnosis.findings(of: record).with(.bestOnBorder, "batch_size")).detail
        }
        #expect(try detail(#""iterations": {"value": 100}, "#).contains("seen more images"))
        #expect(try !detail(#""epochs": {"value": 2}, "#).contains("seen more images"))
    }

    // MARK: Noise, importance, looks

    @Test func tiesAreCounted() throws {
        let record = try SyntheticSweep.record(
            #""learning_rate": {"values": [1, 2, 3, 4, 5]}, "# + Self.rest
        ) { 0.4 + 0.02 * $0.number("learning_rate") }
        let finding = try #require(Diagnosis.findings(of: record).with(.withinNoise))
        #expect(finding.level == .note)
        #expect(finding.detail.contains("0.500 ± 0.016 (one standard error, 1000 images). 3 of 5 completed trials"))
        #expect(finding.advice?.contains("20000 would tell") == true)
    }

    @Test func aClearWinnerHasNoTies() throws {
        let record = try SyntheticSweep.record(
            #""learning_rate": {"values": [1, 2, 3, 4, 5]}, "# + Self.rest
        ) { 0.3 + 0.05 * $0.number("learning_rate") }
        #expect(Diagnosis.findings(of: record).with(.withinNoise) == nil)
    }

    @Test func theQuickestOfTheTiesIsNamed() throws {
        var record = try byRate(0.01)
        for place in record.trials.indices { record.trials[place].seconds = 10 - 0.8 * Double(place) }
        let finding = try #require(Diagnosis.findings(of: record).with(.withinNoise))
        #expect(finding.detail.contains("The quickest of them, trial") == false)
        record.trials[4].seconds = 1
        let quick = try #require(Diagnosis.findings(of: record).with(.withinNoise))
        #expect(quick.detail.contains("The quickest of them, trial 5, took 1 s, the best 4.4 s."))
    }

    @Test func decisiveParametersAreNamedWithTheIdleOnes() throws {
        let finding = try #require(Diagnosis.findings(of: try byRate(0.01)).with(.decisiveParameters))
        #expect(finding.title == "learning_rate decides" && finding.parameter == "learning_rate")
        #expect(finding.detail.contains("reg explains less than 2 %"))
        #expect(finding.advice == "Keep reg at one value and spend the trials on the others.")
    }

    @Test func interactionsAreNamed() throws {
        let record = try SyntheticSweep.record(Self.rates + Self.rest) { parameters in
            let rate = log10(parameters.number("learning_rate")) + 2
            return 0.5 + 0.1 * rate + 0.5 * rate * (parameters.number("reg") - 0.25)
        }
        let finding = try #require(Diagnosis.findings(of: record).with(.decisiveParameters))
        #expect(finding.detail.contains("learning_rate and reg act together"))
        #expect(finding.advice == nil)
    }

    @Test func noiseHasNoDecisiveParameters() throws {
        var draws = RandomDraws(seed: 1)
        let record = try SyntheticSweep.record(Self.rates + Self.rest) { _ in
            0.5 + Double(draws.index(below: 100)) / 5_000
        }
        #expect(Diagnosis.findings(of: record).with(.decisiveParameters) == nil)
    }

    @Test func severalLooksAtTheTestSetAreAWarning() throws {
        var record = try byRate(0.01)
        let look = Promotion(
            sweep: 1, trial: 5, modelDigest: "", datasetDigest: "", valAccuracy: 0.6, correct: 590, testExamples: 1000,
            caller: Caller(uid: 0, pid: 0), at: Date(timeIntervalSince1970: 0))
        record.promotions = [look, look]
        #expect(Diagnosis.findings(of: record).with(.testLooks) == nil)
        record.promotions[1].trial = 6
        #expect(Diagnosis.findings(of: record).first?.code == .testLooks)
        #expect(Diagnosis.findings(of: record).first?.level == .warning)
    }

    // MARK: Curves

    private func curve(_ end: Double, accuracy: @escaping (Double) -> Double = { 0.6 * $0 }) -> [EpochPoint] {
        (0..<20).map { place in
            let time = Double(place) / 19
            let metrics = TrialMetrics(
                valAccuracy: accuracy(time), trainAccuracy: 0.6, valLoss: end + (2.3 - end) * exp(-12 * time),
                trainLoss: 1)
            return EpochPoint(epoch: place, iteration: 1 + 100 * place, metrics: metrics, learningRate: 0.1, seconds: 1)
        }
    }

    @Test func highRatesThatStopEarlyAreNamed() throws {
        var record = try byRate(0.001)
        for place in record.trials.indices {
            let end = record.trials[place].parameters.number("learning_rate") > 0.05 ? 1.6 : 1.0
            record.trials[place].metrics?.valLoss = end
            record.curves[record.trials[place].id] = curve(end)
        }
        let finding = try #require(Diagnosis.findings(of: record).with(.lossPlateausHigh))
        #expect(finding.trial == nil)
        #expect(
            finding.detail.contains("With learning_rate 0.1 ") && finding.detail.contains("at 1.6 (median of 4 trials)")
        )
        for place in record.trials.indices { record.trials[place].metrics?.valLoss = 1 }
        #expect(Diagnosis.findings(of: record).with(.lossPlateausHigh) == nil)
    }

    @Test func trialsPastTheirPeakAreCounted() throws {
        var record = try byRate(0.001)
        for trial in record.trials.prefix(3) {
            record.curves[trial.id] = curve(1) { $0 < 0.5 ? 0.6 : 0.4 }
            record.trials[trial.index].metrics?.valAccuracy = 0.4
        }
        let finding = try #require(Diagnosis.findings(of: record).with(.bestBeforeTheEnd))
        #expect(finding.detail.hasPrefix("3 of 12 completed trials"))
        record.curves[record.trials[0].id] = nil
        #expect(Diagnosis.findings(of: record).with(.bestBeforeTheEnd) == nil)
    }

    @Test func theBestTrialIsJudgedByItsCurve() throws {
        var record = try byRate(0.01)
        let best = try #require(record.best)
        record.curves[best.id] = (0..<20).map { place in
            let metrics = TrialMetrics(
                valAccuracy: 0.6, trainAccuracy: 0.65, valLoss: 2.3 - 0.05 * Double(place), trainLoss: 1)
            return EpochPoint(epoch: place, iteration: 1 + 100 * place, metrics: metrics, learningRate: 1, seconds: 1)
        }
        let finding = try #require(Diagnosis.findings(of: record).with(.lossFallsLinearly))
        #expect(finding.trial == best.id)
        #expect(finding.detail.hasPrefix("Trial \(best.id), the best: it fell"))
    }

    @Test func sentencesAreWhole() throws {
        let records = try [
            byRate(0.1), byRate(0.01, diverges: 0.1), drawn(0.1), RecordedSweep(named: "cifar10-grid").record(),
        ]
        for finding in records.flatMap({ Diagnosis.findings(of: $0) }) {
            #expect(finding.detail.hasSuffix(".") && !finding.title.hasSuffix("."))
            #expect(finding.advice?.hasSuffix(".") != false)
            #expect(!(finding.title + finding.detail + (finding.advice ?? "")).contains("!"))
        }
    }
}

/// The exercise's 144 configurations on CIFAR-10, as they came out of a real run.
@Suite struct RecordedSweepTests {
    private func findings() throws -> [Finding] {
        Diagnosis.findings(of: try RecordedSweep(named: "cifar10-grid").record())
    }

    @Test func theTwoHighRatesDiverged() throws {
        let finding = try #require(findings().first)
        #expect(finding.code == .divergenceByRate && finding.level == .warning)
        #expect(finding.detail.contains("36 with 0.01 and 36 with 0.1"))
        #expect(finding.detail.contains("highest rate that completed is 0.001"))
    }

    @Test func theBestRateLiesAtTheBorderOfWhatConverges() throws {
        let finding = try #require(findings().with(.bestOnBorder, "learning_rate"))
        #expect(finding.advice == "Try learning_rate 0.002, 0.003 and 0.006.")
        #expect(finding.detail.contains("0.172 higher than with 0.0001 (36 pairs"))
    }

    @Test func moreHiddenUnitsMayHelp() throws {
        #expect(try findings().with(.bestOnBorder, "hidden_size")?.advice == "Try hidden_size 640 and 1280 too.")
        #expect(try findings().with(.bestOnBorder, "reg") == nil)
        #expect(try findings().with(.bestOnBorder, "batch_size") == nil)
    }

    @Test func tiesWithTheBestAreMany() throws {
        let noise = try #require(NoiseFloor(of: try RecordedSweep(named: "cifar10-grid").record()))
        #expect(noise.bestAccuracy == 0.534 && noise.tied.count == 36)
        #expect(noise.tied.first?.id == 87)
        #expect(try findings().with(.withinNoise)?.detail.contains("36 of 72 completed trials, down to 0.480") == true)
    }

    @Test func theRateDecides() throws {
        let finding = try #require(findings().with(.decisiveParameters))
        #expect(finding.title == "learning_rate decides")
        #expect(finding.detail.contains("99 %") && finding.detail.contains("94 % of it"))
        #expect(finding.advice == "Keep reg at one value and spend the trials on the others.")
    }

    private static let judged: [(Int64, [Finding.Code])] = [
        (110, [.lossStillFalling]), (76, []), (144, [.lossStillFalling]),
    ]

    @Test(arguments: judged) func singleTrialsAreJudgedByTheirCurves(id: Int64, expected: [Finding.Code]) throws {
        let record = try RecordedSweep(named: "cifar10-grid").record()
        let trial = try #require(record.trials.first { $0.id == id })
        let findings = Diagnosis.findings(
            of: TrialRecord(trial: trial, epochs: record.curves[id] ?? [], hiddenUnits: 160), validationExamples: 1000,
            classes: 10)
        #expect(findings.map(\.code) == expected)
    }
}
