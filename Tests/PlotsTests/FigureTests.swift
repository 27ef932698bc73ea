import Plots
import Testing

@Suite struct FigureTests {
    @Test func figuresWithTheSameDataAreEqual() {
        let chart = Chart(x: Axis("iteration", format: .integer), y: Axis("loss"), series: [])
        let figure = Figure(title: "Loss", summary: "No trial yet.", content: .chart(chart))
        #expect(figure == Figure(title: "Loss", summary: "No trial yet.", content: .chart(chart)))
        #expect(figure != Figure(title: "Loss", summary: "No trial yet.", content: .empty("no trial yet")))
    }
}
