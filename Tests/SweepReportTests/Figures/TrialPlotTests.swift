import FoundationEssentials
import Plots
import SweepAnalysis
import SweepModel
import SweepReport
import Testing

@Suite struct TrialPlotTests {
    let sample = SampleTrial()

    @Test func lossShowsMinibatchesWhereTheyWereKept() throws {
        var record = try sample.record()
        let chart = try TrialPlot.loss.figure(of: record).chart()
        #expect(chart.series.map(\.name) == ["minibatch", "validation"])
        #expect(chart.series[0].points.count == 9)
        record.epochs[0].losses = (1...50).map { LossSample(iteration: $0, loss: 2) }
        let fine = try TrialPlot.loss.figure(of: record).chart()
        #expect(fine.series[0].points.count == 58)
        #expect(fine.series[0].weight == .normal)
    }

    @Test func lossNamesNoCurveThatIsNotThere() throws {
        var record = try sample.record()
        for index in record.epochs.indices { record.epochs[index].metrics.valLoss = .nan }
        let figure = try TrialPlot.loss.figure(of: record)
        #expect(try figure.chart().series.map(\.name) == ["minibatch"])
        #expect(figure.subtitle == "of each minibatch with its L2 penalty")
    }

    @Test func accuracyMarksTheBestEpochAndChance() throws {
        let record = try sample.record()
        let chart = try TrialPlot.accuracy.figure(of: record, PlotChoices(classes: 10)).chart()
        let star = try #require(chart.marks.first { $0.sign == .star })
        let best = try #require(record.epochs.max { $0.metrics.valAccuracy < $1.metrics.valAccuracy })
        #expect(star.x == Double(best.iteration) && star.y == best.metrics.valAccuracy)
        #expect(chart.rules == [Chart.Rule(.y(0.1), label: "chance")])
    }

    @Test func updatesHaveABandAroundAThousandth() throws {
        let panels = try TrialPlot.updates.figure(of: try sample.record()).panels()
        let ratio = try panels[0].chart()
        #expect(ratio.y.scale == .logarithmic)
        guard case .yBand(let band)? = ratio.rules.first?.place else {
            Issue.record("no band")
            return
        }
        #expect(band.contains(1e-3))
        #expect(try panels[1].chart().series[0].points.last?.y == 2)
    }

    @Test func eachHiddenUnitIsScaledByItself() throws {
        var record = try sample.record()
        // Two units over a 2×1 grey picture: 0 → 1 and -3 → 5.
        record.firstLayer = FirstLayer(width: 2, height: 1, channels: 1, hidden: 2, weights: [0, -3, 1, 5])
        let tiles = try TrialPlot.weights.figure(of: record).tiles().tiles
        #expect(tiles.map(\.pixels) == [[0, 255], [0, 255]])
        record.firstLayer = FirstLayer(width: 3, height: 1, channels: 1, hidden: 1, weights: [-1, 0, 1])
        #expect(try TrialPlot.weights.figure(of: record).tiles().tiles[0].pixels == [0, 127, 255])
    }

    @Test func weightsThatAreEqualOrNoNumbersAreBlack() throws {
        var record = try sample.record()
        record.firstLayer = FirstLayer(width: 3, height: 1, channels: 1, hidden: 1, weights: [2, 2, 2])
        #expect(try TrialPlot.weights.figure(of: record).tiles().tiles[0].pixels == [0, 0, 0])
        record.firstLayer = FirstLayer(width: 3, height: 1, channels: 1, hidden: 1, weights: [.nan, 0, .infinity])
        #expect(try TrialPlot.weights.figure(of: record).tiles().tiles[0].pixels == [0, 0, 0])
        record.firstLayer = FirstLayer(
            width: 2, height: 1, channels: 1, hidden: 1,
            weights: [-Float.greatestFiniteMagnitude, .greatestFiniteMagnitude])
        #expect(try TrialPlot.weights.figure(of: record).tiles().tiles[0].pixels == [0, 255])
    }

    @Test func moreThanFourHundredUnitsAreCutAndItSaysSo() throws {
        var record = try sample.record()
        record.firstLayer = FirstLayer(
            width: 1, height: 1, channels: 1, hidden: 500, weights: Array(repeating: 0, count: 500))
        let figure = try TrialPlot.weights.figure(of: record)
        #expect(try figure.tiles().tiles.count == 400)
        #expect(figure.subtitle?.contains("the first 400 of 500") == true)
    }

    @Test func confusionIsInSharesOfTheRow() throws {
        var record = try sample.record()
        record.promotion = sample.promotion(counts: [[3, 1], [0, 0]])
        let figure = try TrialPlot.confusion.figure(of: record, pictures: TrialPictures(classNames: ["cat", "dog"]))
        let map = try figure.heatmap()
        #expect(map.x.scale == .categories(["cat", "dog"]))
        #expect(map.cells[0].map { $0?.value } == [0.75, 0.25])
        #expect(map.cells[0][1]?.note == "1 of 4 images of cat were taken for dog")
        #expect(map.cells[1].allSatisfy { $0 == nil })
        #expect(figure.summary.contains("Most often mistaken: cat for dog"))
    }

    @Test func mistakesSayWhatWasTakenForWhat() throws {
        var record = try sample.record()
        record.promotion = sample.promotion(counts: [[3, 1], [0, 0]])
        let picture = TileGrid.Picture(width: 1, height: 1, channels: 1, pixels: [7])
        let pictures = TrialPictures(classNames: ["cat", "dog"], mistakes: [picture])
        let tiles = try TrialPlot.mistakes.figure(of: record, pictures: pictures).tiles()
        #expect(tiles.captions == ["cat → dog"])
        #expect(tiles.tiles == [picture])
    }

    @Test(arguments: TrialPlot.allCases)
    func aTrialWithoutRecordsSaysSo(_ plot: TrialPlot) throws {
        var record = try sample.record()
        record.epochs = []
        #expect(try plot.figure(of: record).emptiness?.hasSuffix(".") == true)
    }

    @Test(arguments: [[[Int]](), [[1], []], [[Int.max, Int.max], [-1, Int.min]]])
    func damagedCountsAreNoTrap(_ counts: [[Int]]) throws {
        var record = try sample.record()
        record.promotion = sample.promotion(counts: counts)
        #expect(try !TrialPlot.confusion.figure(of: record).summary.isEmpty)
    }

    @Test(arguments: TrialPlot.allCases)
    func numbersThatAreNoneAreNoTrap(_ plot: TrialPlot) throws {
        var record = try sample.record()
        for index in record.epochs.indices {
            record.epochs[index].metrics = TrialMetrics(
                valAccuracy: .nan, trainAccuracy: .infinity, valLoss: -.infinity, trainLoss: .nan)
            record.epochs[index].losses = [LossSample(iteration: 1, loss: .infinity)]
            (record.epochs[index].updateRatio, record.epochs[index].weightNorm) = (.nan, .infinity)
        }
        let figure = try plot.figure(of: record)
        #expect(!SVG.render(figure).isEmpty)
    }
}

/// One completed trial, made up.
struct SampleTrial {
    func record() throws -> TrialRecord {
        let sweep = try SampleSweep.record()
        let best = sweep.best ?? sweep.trials[0]
        return TrialRecord(trial: best, epochs: sweep.curves[best.id] ?? [], hiddenUnits: 80)
    }

    func promotion(counts: [[Int]], correct: Int = 3, of trial: Int64 = 1) -> Promotion {
        Promotion(
            id: 1, sweep: 3, trial: trial, modelDigest: "m0de1", datasetDigest: "d1ge57", valAccuracy: 0.5,
            correct: correct, testExamples: 4,
            confusion: Confusion(counts: counts, mistakes: [.init(sample: 2, label: 0, prediction: 1)]),
            caller: Caller(uid: 0, pid: 1), at: SampleSweep.start.addingTimeInterval(700))
    }
}
