import Plots
import SweepReport
import Testing

@Suite struct PlotErrorTests {
    @Test func anUnknownParameterIsAnsweredWithThoseThatVary() throws {
        let record = try SampleSweep.record()
        let error = #expect(throws: PlotError.self) {
            try SweepPlot.slice.figure(of: record, PlotChoices(x: "lerning_rate"))
        }
        #expect(
            error?.message
                == "unknown parameter \"lerning_rate\"; this sweep varies learning_rate, reg, batch_size and hidden_size"
        )
    }

    @Test func aConstantParameterIsToldFromAnUnknownOne() throws {
        let record = try SampleSweep.record()
        let error = #expect(throws: PlotError.self) {
            try SweepPlot.heatmap.figure(of: record, PlotChoices(y: "iterations"))
        }
        #expect(error?.message.hasPrefix("iterations has one value in this sweep; ") == true)
    }

    @Test func aHeatMapOfOneParameterWithItselfIsRefused() throws {
        let record = try SampleSweep.record()
        let error = #expect(throws: PlotError.self) {
            try SweepPlot.heatmap.figure(of: record, PlotChoices(x: "reg", y: "reg"))
        }
        #expect(error?.message.contains("x and y are both reg") == true)
    }
}
