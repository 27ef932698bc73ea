import FoundationEssentials
import Plots
import SweepAnalysis
import SweepModel
import SweepReport
import Testing

/// Sweeps without results, or with odd ones.
@Suite struct UnfinishedSweepTests {
    @Test(arguments: SweepPlot.allCases)
    func aQueuedSweepSaysThatThereIsNothingYet(_ plot: SweepPlot) throws {
        let record = try SampleSweep.record(state: .queued) { _ in .queued }
        let sentence = try #require(try plot.figure(of: record).emptiness)
        #expect(sentence.hasSuffix("."))
    }

    @Test(arguments: SweepPlot.allCases)
    func aSweepWithoutTrialsSaysSo(_ plot: SweepPlot) throws {
        var record = try SampleSweep.record()
        (record.trials, record.curves) = ([], [:])
        #expect(try plot.figure(of: record).emptiness?.isEmpty == false)
    }

    @Test(arguments: [SweepPlot.slice, .parallel, .heatmap, .importance])
    func aSweepOfOneConfigurationSaysThatNothingVaries(_ plot: SweepPlot) throws {
        let file = """
            {"name": "one", "method": "grid", "dataset": {"name": "cifar10"}, "parameters": {
            "learning_rate": {"value": 1e-3}, "hidden_size": {"value": 80}, "iterations": {"value": 100}}}
            """
        let sentence = try plot.figure(of: try SampleSweep.record(file)).emptiness
        #expect(sentence?.contains("All trials of this sweep have the same parameters") == true)
    }

    @Test(arguments: [SweepPlot.curves, .history, .parallel, .slice, .heatmap, .timeline, .distribution])
    func aRunningSweepShowsItsValuesSoFar(_ plot: SweepPlot) throws {
        let record = try SampleSweep.record(state: .running) { plan in
            plan.index % 3 == 0 ? .queued : .running(0.3 + Double(plan.index) / 1000)
        }
        let figure = try plot.figure(of: record)
        #expect(figure.emptiness == nil)
        #expect(plot == .timeline || figure.summary.contains("0.44"))
    }

    @Test func aRunningTrialIsAheadNotBest() throws {
        let record = try SampleSweep.record(state: .running) { plan in
            plan.index == 0 ? .completed(0.2) : .running(0.4)
        }
        #expect(try SweepPlot.history.figure(of: record).summary.hasPrefix("Best validation accuracy 0.200 at trial 1"))
        let running = try SampleSweep.record(state: .running) { _ in .running(0.4) }
        #expect(try SweepPlot.history.figure(of: running).summary.hasPrefix("Ahead so far: validation accuracy 0.400"))
    }

    @Test(arguments: SweepPlot.allCases)
    func aSweepThatDivergedAltogetherIsNoTrap(_ plot: SweepPlot) throws {
        let record = try SampleSweep.record { _ in .diverged }
        let figure = try plot.figure(of: record)
        #expect(!figure.summary.isEmpty)
        #expect(!SVG.render(figure).isEmpty)
    }

    @Test(arguments: SweepPlot.allCases, PlotMetric.allCases)
    func valuesThatAreNoNumbersAreLeftOut(_ plot: SweepPlot, _ metric: PlotMetric) throws {
        var record = try SampleSweep.record { plan in plan.index % 5 == 0 ? .failed : .completed(0.3) }
        let odd = [Double.nan, .infinity, -.infinity, 1e300, -1e300, 0]
        for index in record.trials.indices where record.trials[index].metrics != nil {
            let value = odd[index % odd.count]
            record.trials[index].metrics = TrialMetrics(
                valAccuracy: value, trainAccuracy: value, valLoss: value, trainLoss: value)
            record.trials[index].seconds = value
            let id = record.trials[index].id
            record.curves[id]?[1].metrics = TrialMetrics(
                valAccuracy: value, trainAccuracy: value, valLoss: value, trainLoss: value)
        }
        let figure = try plot.figure(of: record, PlotChoices(metric: metric))
        #expect(!figure.summary.contains("nan"))
        #expect(!SVG.render(figure).isEmpty)
    }

    @Test func onlyNumbersThatAreNoneGiveAnEmptyFigure() throws {
        let record = try SampleSweep.record { _ in .completed(.nan) }
        #expect(try SweepPlot.distribution.figure(of: record).emptiness != nil)
    }
}
