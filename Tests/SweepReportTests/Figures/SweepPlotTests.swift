import FoundationEssentials
import Plots
import SweepAnalysis
import SweepModel
import SweepReport
import Testing

@Suite struct SweepPlotTests {
    // MARK: Curves

    @Test func curvesNameTheFiveBestAndCrossTheDiverged() throws {
        let record = try SampleSweep.record()
        let chart = try SweepPlot.curves.figure(of: record).chart()
        let named = chart.series.filter { !$0.name.isEmpty }
        #expect(named.count == 5)
        #expect(named.allSatisfy { $0.weight == .strong })
        let best = try #require(record.best)
        #expect(named.first?.name.hasPrefix("trial \(best.id): ") == true)
        // Every trial once, and the best again on top.
        #expect(chart.series.count == 145)
        #expect(chart.series.last?.points.first == named.first?.points.first)
        #expect(chart.marks.count == 72)
        #expect(chart.marks.allSatisfy { $0.sign == .cross && $0.x == 3 && $0.tone == .bad })
        #expect(chart.rules == [Chart.Rule(.y(0.1), label: "chance")])
    }

    @Test func curvesEndWithTheKeptWeights() throws {
        let record = try SampleSweep.record { plan in plan.index == 0 ? .completed(0.5) : .diverged }
        var late = record
        late.trials[0].iteration = 2100
        late.trials[0].metrics?.valAccuracy = 0.51
        let chart = try SweepPlot.curves.figure(of: late).chart()
        let named = try #require(chart.series.first { !$0.name.isEmpty })
        #expect(named.points.last?.x == 2100)
        #expect(named.points.last?.y == 0.51)
    }

    @Test func lossesOverDecadesLieOnALogarithmicAxis() throws {
        var record = try SampleSweep.record()
        for id in record.curves.keys { record.curves[id]?[0].metrics.valLoss = 100 }
        let chart = try SweepPlot.curves.figure(of: record, PlotChoices(metric: .valLoss)).chart()
        #expect(chart.y.scale == .logarithmic)
        #expect(try SweepPlot.curves.figure(of: record).chart().y.scale == .linear)
    }

    // MARK: History

    @Test func historyStepsToTheBestAndShowsTheTarget() throws {
        let file = SampleSweep.grid.replacing(
            "\"method\": \"grid\",",
            with: "\"method\": \"grid\", \"metric\": {\"name\": \"val_accuracy\", \"target\": 0.6},")
        let record = try SampleSweep.record(file)
        let chart = try SweepPlot.history.figure(of: record).chart()
        let steps = try #require(chart.series.first { $0.shape == .steps })
        #expect(steps.points.last?.y == record.best?.metrics?.valAccuracy)
        #expect(zip(steps.points, steps.points.dropFirst()).allSatisfy { $0.y <= $1.y && $0.x < $1.x })
        #expect(chart.rules.contains(Chart.Rule(.y(0.6), label: "target 0.600")))
        #expect(chart.marks.count == 72)
        let level = try #require(chart.marks.first?.y)
        #expect(chart.series.flatMap(\.points).allSatisfy { !($0.y < level) })
    }

    @Test func historyIsInTheOrderInWhichTrialsEnded() throws {
        var record = try SampleSweep.record { _ in .completed(0.3) }
        record.trials[143].endedAt = SampleSweep.start
        let chart = try SweepPlot.history.figure(of: record).chart()
        let first = try #require(chart.series.first?.points.first)
        #expect(first.x == 1)
        #expect(first.note?.hasPrefix("trial 144: ") == true)
    }

    @Test func aSmallerLossIsTheBetterOne() throws {
        let file = SampleSweep.grid.replacing(
            "\"method\": \"grid\",", with: "\"method\": \"grid\", \"metric\": {\"name\": \"val_loss\"},")
        let record = try SampleSweep.record(file)
        let chart = try SweepPlot.history.figure(of: record).chart()
        let steps = try #require(chart.series.first { $0.shape == .steps })
        #expect(steps.points.last?.y == record.trials.compactMap(\.metrics?.valLoss).min())
        #expect(chart.y.label == "validation loss")
        #expect(chart.rules.isEmpty)
    }

    // MARK: Parallel coordinates

    @Test func parallelEndsWithTheMetricAndTheBestOnTop() throws {
        let record = try SampleSweep.record()
        let plot = try SweepPlot.parallel.figure(of: record).parallel()
        #expect(
            plot.axes.map(\.label)
                == ["learning_rate", "reg", "batch_size", "hidden_size", "validation accuracy"])
        #expect(plot.lines.count == 144)
        #expect(plot.lines.allSatisfy { $0.values.count == 5 })
        let diverged = plot.lines.filter { $0.values[4] == nil }
        #expect(diverged.count == 72)
        #expect(diverged.allSatisfy { $0.tone == .bad && $0.weight == .faint })
        #expect(plot.lines.last?.values[4] == record.best?.metrics?.valAccuracy)
        #expect(plot.lines.last?.tone == .accent)
    }

    @Test func listedValuesArePlacesAndDrawnOnesLieOnTheirScale() throws {
        let grid = try SweepPlot.parallel.figure(of: try SampleSweep.record()).parallel()
        #expect(grid.axes[0].scale == .categories(["0.0001", "0.001", "0.01", "0.1"]))
        let random = try SampleSweep.record(SampleSweep.random(40)) { _ in .completed(0.3) }
        let axes = try SweepPlot.parallel.figure(of: random).parallel().axes
        #expect(axes[0].scale == .logarithmic)
        #expect(axes[1].scale == .linear)
        #expect(axes[3].scale == .categories(["sgd", "adam"]))
    }

    // MARK: Slice

    @Test func sliceHasAPanelForEachVariedParameter() throws {
        let record = try SampleSweep.record()
        let panels = try SweepPlot.slice.figure(of: record).panels()
        #expect(panels.map(\.title) == ["learning_rate", "reg", "batch_size", "hidden_size"])
        let rate = try panels[0].chart()
        #expect(rate.series[0].points.count == 72)
        #expect(rate.marks.filter { $0.sign == .cross }.map(\.x) == [2, 3])
        #expect(rate.marks.filter { $0.sign == .cross }.first?.note == "learning_rate 0.01: 36 of 36 diverged")
        #expect(panels[0].summary.hasPrefix("learning_rate: best 0.332 at 0.0001 and 0.532 at 0.001"))
        let single = try SweepPlot.slice.figure(of: record, PlotChoices(x: "reg"))
        #expect(single.title == "Slice of reg")
        #expect(try single.chart().x.label == "reg")
    }

    @Test(arguments: [PlotMetric.valAccuracy, .valLoss])
    func divergedTrialsStandWhereTheWorstOnesAre(_ metric: PlotMetric) throws {
        let record = try SampleSweep.record()
        for plot in [SweepPlot.slice, .history] {
            let figure = try plot.figure(of: record, PlotChoices(x: plot == .slice ? "reg" : nil, metric: metric))
            let chart = try figure.chart()
            let values = chart.series.filter { $0.shape == .points }.flatMap(\.points).map(\.y).filter(\.isFinite)
            let crosses = chart.marks.filter { $0.sign == .cross }.map(\.y)
            let (least, most) = (try #require(values.min()), try #require(values.max()))
            #expect(!crosses.isEmpty)
            #expect(crosses.allSatisfy { metric == .valLoss ? $0 >= most : $0 <= least })
        }
    }

    // MARK: Heat map

    @Test func heatMapFramesTheBestAndCrossesWhatDiverged() throws {
        let record = try SampleSweep.record()
        let figure = try SweepPlot.heatmap.figure(
            of: record, PlotChoices(x: "learning_rate", y: "hidden_size", link: { "#\($0)" }))
        let map = try figure.heatmap()
        #expect(map.x.scale == .categories(["0.0001", "0.001", "0.01", "0.1"]))
        // The largest on top.
        #expect(map.y.scale == .categories(["320", "160", "80"]))
        #expect(map.cells.count == 3 && map.cells.allSatisfy { $0.count == 4 })
        let best = try #require(map.cells[0][1])
        #expect(best.isMarked)
        #expect(best.value == record.best?.metrics?.valAccuracy)
        #expect(best.link == "#\(record.best?.id ?? 0)")
        #expect(map.cells.joined().count { $0?.isMarked == true } == 1)
        #expect(map.cells.allSatisfy { $0[2] != nil && $0[2]?.value == nil && $0[3]?.value == nil })
        #expect(figure.summary.contains("6 cells of 12 have no value"))
    }

    @Test func heatMapOfMeansIsTheMeanOfItsTrials() throws {
        let record = try SampleSweep.record()
        let map = try SweepPlot.heatmap.figure(
            of: record, PlotChoices(x: "learning_rate", y: "reg", value: .mean)
        ).heatmap()
        let trials = record.trials.filter {
            $0.parameters["learning_rate"] == .number(1e-4) && $0.parameters["reg"] == .number(1e-1)
        }
        let values = trials.compactMap(\.metrics?.valAccuracy)
        let cell = try #require(map.cells[0][0]?.value)
        #expect(abs(cell - values.reduce(0, +) / Double(values.count)) < 1e-12)
    }

    @Test func drawnNumbersFallIntoAtMostEightRangesOfTheirScale() throws {
        let record = try SampleSweep.record(SampleSweep.random(200)) { plan in
            .completed(0.2 + (plan.parameters["learning_rate"]?.doubleValue ?? 0) * 10)
        }
        let map = try SweepPlot.heatmap.figure(of: record, PlotChoices(x: "learning_rate", y: "hidden_size")).heatmap()
        guard case .categories(let columns) = map.x.scale, case .categories(let rows) = map.y.scale else {
            Issue.record("the sides are no categories")
            return
        }
        #expect(columns.count == 8 && rows.count == 8)
        // Half of a logarithmic scale from 1e-4 to 1e-2 lies below 1e-3: the fifth range begins near it.
        #expect(columns[4].hasPrefix("0.00"))
        let best = try #require(record.best?.metrics?.valAccuracy)
        #expect(map.cells.joined().compactMap { $0?.value }.max() == best)
    }

    @Test func heatMapChoosesTheMostImportantPair() throws {
        let record = try SampleSweep.record { plan in
            .completed(
                0.2 + (plan.parameters["hidden_size"]?.doubleValue ?? 0) / 1000
                    + (plan.parameters["batch_size"]?.doubleValue ?? 0) / 10_000)
        }
        let map = try SweepPlot.heatmap.figure(of: record).heatmap()
        #expect(map.x.label == "hidden_size")
        #expect(map.y.label == "batch_size")
    }

    @Test func aSweepOfOneParameterHasNoHeatMapAndSaysSo() throws {
        let file = """
            {"name": "one", "method": "grid", "dataset": {"name": "cifar10"},
             "parameters": {"learning_rate": {"values": [1e-3, 1e-4]}, "hidden_size": {"value": 8}}}
            """
        let figure = try SweepPlot.heatmap.figure(of: try SampleSweep.record(file))
        #expect(figure.emptiness?.contains("learning_rate only") == true)
    }

    // MARK: Importance

    @Test func importanceShowsMainEffectsWithAndWithoutTheDiverged() throws {
        let record = try SampleSweep.record()
        let panels = try SweepPlot.importance.figure(of: record).panels()
        #expect(panels.map(\.title) == ["Among all trials", "Among completed trials"])
        for panel in panels {
            let bars = try panel.bars()
            #expect(bars.bars.first?.label == "learning_rate")
            #expect(bars.bars.allSatisfy { $0.value >= -0.001 && $0.value <= 1.001 })
        }
    }

    // MARK: Timeline

    @Test func timelineCountsSecondsFromTheFirstStart() throws {
        let record = try SampleSweep.record()
        let lanes = try SweepPlot.timeline.figure(of: record).lanes()
        let spans = lanes.lanes.flatMap(\.spans)
        #expect(spans.count == 144)
        #expect(spans.map(\.range.lowerBound).min() == 0)
        let end = try #require(spans.map(\.range.upperBound).max())
        #expect(abs(end - (143 + 400)) < 1e-6)
        for lane in lanes.lanes {
            #expect(zip(lane.spans, lane.spans.dropFirst()).allSatisfy { $0.range.upperBound <= $1.range.lowerBound })
        }
        #expect(lanes.legend.map(\.name) == ["completed", "diverged"])
    }

    @Test func aRunningTrialLastsUntilNow() throws {
        let record = try SampleSweep.record(state: .running) { _ in .running(0.3) }
        let choices = PlotChoices(now: SampleSweep.start.addingTimeInterval(1000))
        let spans = try SweepPlot.timeline.figure(of: record, choices).lanes().lanes.flatMap(\.spans)
        #expect(spans.allSatisfy { $0.range.upperBound == 1000 })
    }

    // MARK: Distribution

    @Test func distributionCountsEveryValueOnce() throws {
        let record = try SampleSweep.record()
        let chart = try SweepPlot.distribution.figure(of: record).chart()
        guard case .columns(let width) = chart.series[0].shape else {
            Issue.record("no columns")
            return
        }
        #expect(chart.series[0].points.reduce(0) { $0 + $1.y } == 72)
        for trial in record.ranked {
            let value = try #require(trial.metrics?.valAccuracy)
            #expect(chart.series[0].points.contains { abs($0.x - value) <= width / 2 + 1e-9 })
        }
        // As in the list of ties: the worst of those that cannot be told apart from the best.
        let noise = try #require(NoiseFloor(of: record))
        let edge = try #require(noise.tied.last?.metrics?.valAccuracy)
        #expect(chart.rules.contains(Chart.Rule(.x(edge), label: "as good as the best")))
    }
}
