import Foundation
import SweepModel
import Testing

@testable import SweepAnalysis

/// Trials whose curves follow a formula.
struct SyntheticTrial {
    /// Validation loss at a fraction of the training, 0…1.
    var loss: @Sendable (Double) -> Double = { 1 + 1.3 * exp(-8 * $0) }
    var accuracy: @Sendable (Double) -> Double = { 0.5 - 0.4 * exp(-8 * $0) }
    var trainAccuracy = 0.55
    var records = 20
    /// Training loss of the minibatches; nil: the same.
    var fineLoss: (@Sendable (Double) -> Double)?
    /// Minibatch losses a record.
    var fine = 0
    /// Amplitude of a deterministic scatter of minibatch losses.
    var scatter = 0.0
    var ratio: Double?
    var state = TrialState.completed
    var parameters: ParameterAssignment = [
        "learning_rate": .number(0.001), "hidden_size": .int(100), "reg": .number(0.01), "iterations": .int(2000),
    ]
    var deadUnits: Int?
    var firstLayer: FirstLayer?
    var kept: Double?

    func findings(validationExamples: Int = 1000, classes: Int = 10) -> [Finding] {
        var draws = RandomDraws(seed: 7)
        func noise() -> Double { scatter * (Double(draws.next() >> 11) / 0x1p52 - 1) }
        let epochs = (0..<records).map { place in
            let time = Double(place) / Double(max(records - 1, 1))
            let iteration = 1 + Int(1999 * time)
            let samples = (0..<fine).map { sample in
                let share = (Double(place) + Double(sample + 1) / Double(fine)) / Double(records)
                return LossSample(iteration: Int(2000 * share), loss: Float((fineLoss ?? loss)(share) + noise()))
            }
            return EpochPoint(
                epoch: place, iteration: iteration,
                metrics: TrialMetrics(
                    valAccuracy: accuracy(time), trainAccuracy: trainAccuracy, valLoss: loss(time),
                    trainLoss: loss(time) + noise()), learningRate: 0.001, seconds: Double(place), updateRatio: ratio,
                losses: samples)
        }
        let metrics = TrialMetrics(
            valAccuracy: kept ?? accuracy(1), trainAccuracy: trainAccuracy, valLoss: loss(1), trainLoss: loss(1))
        let trial = Trial(
            id: 7, sweep: 1, index: 6, state: state,
            reason: state == .diverged ? "loss not finite at iteration 3" : nil,
            parameters: parameters, seed: 1, iterations: 2000, metrics: metrics, deadUnits: deadUnits)
        return Diagnosis.findings(
            of: TrialRecord(trial: trial, epochs: epochs, firstLayer: firstLayer, hiddenUnits: 100),
            validationExamples: validationExamples, classes: classes)
    }
}

@Suite struct TrialDiagnosisTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var trial: SyntheticTrial
        var expected: [Finding.Code]
        var testDescription: String { name }

        init(_ name: String, _ expected: [Finding.Code], _ change: (inout SyntheticTrial) -> Void = { _ in }) {
            (self.name, self.expected) = (name, expected)
            trial = SyntheticTrial()
            change(&trial)
        }
    }

    static let guess = log(10.0)

    static let losses = [
        Case("a healthy curve", []),
        Case("a straight line", [.lossFallsLinearly]) { $0.loss = { 2.3 - 0.8 * $0 } },
        Case("a straight line after a slow start", [.lossFallsLinearly]) { $0.loss = { 2.3 - 0.4 * max(0, $0 - 0.2) } },
        Case("a straight line among noisy minibatches", [.lossFallsLinearly]) {
            ($0.loss, $0.fine, $0.scatter) = ({ 2.3 - 0.8 * $0 }, 10, 0.1)
        },
        Case("a line that is lost in noise", []) {
            ($0.loss, $0.fine, $0.scatter, $0.records) = ({ 1.5 - 0.05 * $0 }, 10, 0.6, 3)
        },
        Case("a curve of one time constant still falls", [.lossStillFalling]) {
            $0.loss = { 1 + 1.3 * exp(-2.2 * $0) }
        },
        Case("a curve of five time constants does not", []) { $0.loss = { 1 + 1.3 * exp(-5 * $0) } },
        Case("minibatch losses alone still fall", [.lossStillFalling]) {
            ($0.loss, $0.fine, $0.records) = ({ 1 + 1.3 * exp(-2.2 * $0) }, 40, 2)
        },
        Case("a falling training loss beside a flat validation loss", []) {
            ($0.loss, $0.fineLoss, $0.fine) = ({ 1 + 1.3 * exp(-6 * $0) }, { 2.3 - 0.8 * $0 }, 10)
        },
        Case("a steep beginning before a long fall", [.lossStillFalling]) {
            ($0.loss, $0.fine) = ({ 1 - 0.3 * $0 + exp(-100 * $0) }, 10)
        },
        Case("a loss above a guess that still falls", [.lossStillFalling]) { $0.loss = { 20 + 90 * exp(-2.2 * $0) } },
        Case("a loss that never moved", [.lossFallsLinearly]) {
            ($0.loss, $0.accuracy, $0.trainAccuracy) = ({ 2.3026 - 0.002 * $0 }, { _ in 0.1 }, 0.1)
        },
        Case("stuck near a guess after a fall", [.lossPlateausHigh]) {
            ($0.loss, $0.accuracy, $0.trainAccuracy) = ({ $0 < 0.1 ? 4 : 2.25 }, { _ in 0.15 }, 0.15)
        },
        Case("flat far below a guess", []) { $0.loss = { $0 < 0.1 ? 4 : 1.2 } },
        Case("jumping", [.lossPlateausHigh]) {
            $0.loss = { 1 + 0.4 * sin(40 * $0) + 1.3 * exp(-8 * $0) }
        },
        Case("trembling", []) { $0.loss = { 1 + 0.01 * sin(40 * $0) + 1.3 * exp(-8 * $0) } },
        Case("too few records", []) { ($0.loss, $0.records) = ({ 2.3 - 0.8 * $0 }, 4) },
        Case("not finite", []) { $0.loss = { $0 < 0.9 ? .nan : 1 } },
    ]

    @Test(arguments: losses) func theShapeOfTheLossSpeaks(example: Case) {
        #expect(example.trial.findings().map(\.code) == example.expected)
    }

    static let accuracies = [
        Case("a moderate gap", []) { $0.trainAccuracy = 0.56 },
        Case("a large gap", [.overfitting]) { $0.trainAccuracy = 0.8 },
        Case("few errors, most of them unseen", [.overfitting]) {
            ($0.accuracy, $0.trainAccuracy) = ({ 0.93 - 0.4 * exp(-8 * $0) }, 0.995)
        },
        Case("few errors everywhere", []) {
            ($0.accuracy, $0.trainAccuracy) = ({ 0.985 - 0.4 * exp(-8 * $0) }, 0.99)
        },
        Case("no gap", [.noGap]) { $0.trainAccuracy = 0.505 },
        Case("no gap while it still falls", [.lossStillFalling]) {
            ($0.trainAccuracy, $0.loss) = (0.505, { 1 + 1.3 * exp(-2.2 * $0) })
        },
        Case("no gap without a curve", []) { ($0.trainAccuracy, $0.records) = (0.505, 2) },
        Case("a peak in the middle", [.bestBeforeTheEnd]) {
            $0.accuracy = { 0.5 - 0.4 * (1 - $0) * (1 - $0) * (1 - $0) - ($0 > 0.5 ? 0.1 * ($0 - 0.5) * 2 : 0) }
            $0.trainAccuracy = 0.45
        },
        Case("a peak within the noise", []) {
            $0.accuracy = { 0.5 - 0.4 * exp(-8 * $0) - ($0 > 0.5 ? 0.02 * ($0 - 0.5) * 2 : 0) }
        },
    ]

    @Test(arguments: accuracies) func accuraciesSpeak(example: Case) {
        #expect(example.trial.findings().map(\.code) == example.expected)
    }

    @Test func noiseOfTheAccuraciesDecidesWhatAGapIs() {
        let trial = Case("", []) { ($0.trainAccuracy, $0.accuracy) = (0.57, { 0.55 - 0.4 * exp(-8 * $0) }) }.trial
        #expect(trial.findings(validationExamples: 400).map(\.code) == [.noGap])
        #expect(trial.findings(validationExamples: 50_000).isEmpty)
        #expect(trial.findings(validationExamples: 0).isEmpty)
    }

    @Test func keptWeightsOfThePeakNeedNoAdvice() throws {
        var trial = Self.accuracies[7].trial
        #expect(trial.findings().with(.bestBeforeTheEnd)?.level == .advice)
        trial.kept = 0.48
        #expect(trial.findings().with(.bestBeforeTheEnd)?.level == .note)
    }

    static let weights = [
        Case("a healthy ratio", []) { $0.ratio = 1e-3 }, Case("a ratio off by five", []) { $0.ratio = 5e-3 },
        Case("a large ratio", [.updateRatio]) { $0.ratio = 2e-2 },
        Case("a small ratio", [.updateRatio]) { $0.ratio = 5e-5 },
        Case("a ratio of a running trial", [.updateRatio]) { ($0.ratio, $0.state) = (5e-5, .running) },
        Case("a ratio from two records", []) { ($0.ratio, $0.records) = (5e-5, 3) },
        Case("some dead units", []) { $0.deadUnits = 9 }, Case("dead units", [.deadUnits]) { $0.deadUnits = 10 },
        Case("noise", [.noisyWeights]) { $0.firstLayer = Layers.noise(8) },
        Case("noise on few pixels", []) { $0.firstLayer = Layers.noise(7) },
        Case("templates", []) { $0.firstLayer = Layers.wave(12) },
    ]

    @Test(arguments: weights) func weightsAndStepsSpeak(example: Case) {
        #expect(example.trial.findings().map(\.code) == example.expected)
    }

    @Test func ratesAreMovedTheRightWay() throws {
        var trial = SyntheticTrial(ratio: 2e-2)
        let high = try #require(trial.findings().with(.updateRatio))
        #expect(high.detail.contains("by 0.02 of its norm, 20 times more than"))
        // A loss that falls as it should outweighs the ratio.
        #expect(high.level == .note && high.advice?.hasSuffix("lower learning_rate, towards 0.0001.") == true)
        trial.loss = { 1 + 1.3 * exp(-30 * $0) }
        let stuck = try #require(trial.findings().with(.updateRatio))
        #expect(stuck.level == .advice && stuck.advice == "Lower learning_rate from 0.001 towards 0.0001.")
        trial.ratio = 5e-5
        let low = try #require(trial.findings().with(.updateRatio))
        #expect(low.level == .note && low.detail.contains("20 times less"))
        trial.loss = { 2.3 - 0.8 * $0 }
        let slow = try #require(trial.findings().with(.updateRatio))
        #expect(slow.level == .advice && slow.advice == "Raise learning_rate from 0.001 towards 0.01.")
        let linear = try #require(Self.losses[1].trial.findings().first)
        #expect(linear.advice == "Raise learning_rate, 0.001 here, to 0.003 or 0.01.")
        let plateau = try #require(Self.losses.first { $0.name == "jumping" }?.trial.findings().first)
        #expect(plateau.advice == "Lower learning_rate, 0.001 here, to 0.0003 or 0.0001.")
    }

    @Test func manyDeadUnitsAreAWarning() throws {
        let finding = try #require(SyntheticTrial(deadUnits: 40).findings().first)
        #expect(finding.level == .warning)
        #expect(finding.detail.hasPrefix("40 of 100 hidden units (40 %)"))
        #expect(SyntheticTrial(deadUnits: 39).findings().first?.level == .advice)
    }

    @Test func aDivergedTrialSaysOnlyThat() throws {
        let findings = SyntheticTrial(trainAccuracy: 0.9, state: .diverged).findings()
        #expect(findings.map(\.code) == [.diverged])
        #expect(findings[0].level == .warning && findings[0].trial == 7)
        #expect(findings[0].detail.contains("loss not finite at iteration 3"))
    }

    @Test(arguments: [TrialState.queued, .running, .failed, .cancelled, .pruned])
    func aCurveWithoutAnEndIsNotJudged(state: TrialState) {
        #expect(SyntheticTrial(loss: { 2.3 - 0.8 * $0 }, trainAccuracy: 0.9, state: state).findings().isEmpty)
    }

    @Test func warningsComeFirst() {
        let findings = SyntheticTrial(loss: { 2.3 - 0.8 * $0 }, trainAccuracy: 0.9, deadUnits: 50).findings()
        #expect(findings.map(\.code) == [.deadUnits, .lossFallsLinearly, .overfitting])
        #expect(findings.allSatisfy { $0.trial == 7 && $0.advice != nil && !$0.detail.contains("!") })
    }

    @Test func longerTrainingNamesTheFilesOwnParameter() throws {
        var trial = Self.losses[5].trial
        #expect(trial.findings().first?.advice == "Train longer: iterations 4000 instead of 2000.")
        trial.parameters = ["epochs": .number(1.5)]
        #expect(trial.findings().first?.advice == "Train longer: epochs 3 instead of 1.5.")
        trial.parameters = [:]
        #expect(trial.findings().first?.advice == "Train longer: twice the epochs.")
    }

    @Test func theLossesOfTheExercisesFirstRunFallInALine() {
        // As published, one every 100 iterations at rate 1e-4; the course reads them as a rate that may be too low.
        let published = [
            2.302954, 2.302550, 2.297648, 2.259602, 2.204170, 2.118565, 2.051535, 1.988466, 2.006591, 1.951473,
        ]
        var trial = SyntheticTrial()
        trial.loss = { time in
            let place = min(time * 9, 8.999)
            return published[Int(place)] + (place - place.rounded(.down))
                * (published[Int(place) + 1] - published[Int(place)])
        }
        (trial.accuracy, trial.trainAccuracy, trial.fine) = ({ 0.1 + 0.187 * $0 }, 0.28, 10)
        #expect(trial.findings().map(\.code) == [.lossFallsLinearly])
    }
}

enum Layers {
    /// White noise: uniform numbers.
    static func noise(_ side: Int) -> FirstLayer? {
        var draws = RandomDraws(seed: 3)
        let weights = (0..<(side * side * 3 * 20)).map { _ in Float(draws.next() >> 40) / Float(1 << 24) - 0.5 }
        return FirstLayer(width: side, height: side, channels: 3, hidden: 20, weights: weights)
    }

    /// One wave over the picture, turned and offset from unit to unit.
    static func wave(_ side: Int) -> FirstLayer? {
        var weights: [Float] = []
        for y in 0..<side {
            for x in 0..<side {
                for channel in 0..<3 {
                    for unit in 0..<20 {
                        let turn = Double(unit) / 3
                        let phase = 2 * .pi * (Double(x) * cos(turn) + Double(y) * sin(turn)) / Double(side)
                        weights.append(Float(Double(channel) + 0.3 * sin(phase + turn)))
                    }
                }
            }
        }
        return FirstLayer(width: side, height: side, channels: 3, hidden: 20, weights: weights)
    }
}

@Suite struct FirstLayerTests {
    @Test func whiteNoiseHasTheRoughnessTwo() throws {
        let roughness = try #require(Layers.noise(16)?.roughness)
        #expect(roughness.count == 20)
        #expect(roughness.allSatisfy { abs($0 - 2) < 0.3 })
    }

    @Test func oneWaveIsSmooth() throws {
        #expect(try #require(Layers.wave(16)?.roughness).allSatisfy { $0 < 0.3 })
    }

    @Test func aCheckerboardIsRougherThanNoise() throws {
        let weights = (0..<64).map { Float(($0 / 8 + $0 % 8) % 2) }
        let roughness = FirstLayer(width: 8, height: 8, channels: 1, hidden: 1, weights: weights)?.roughness
        #expect(abs(try #require(roughness)[0] - 4) < 1e-9)
    }

    @Test func aConstantUnitCountsAsNoise() throws {
        let layer = FirstLayer(
            width: 8, height: 8, channels: 1, hidden: 1, weights: [Float](repeating: 0.25, count: 64))
        #expect(layer?.roughness == [2])
    }

    @Test func sizesMustFitTheWeights() {
        #expect(FirstLayer(width: 2, height: 2, channels: 1, hidden: 1, weights: [0, 0, 0]) == nil)
        #expect(FirstLayer(width: 0, height: 2, channels: 1, hidden: 1, weights: []) == nil)
        #expect(FirstLayer(width: .max, height: .max, channels: 2, hidden: 2, weights: []) == nil)
    }
}
