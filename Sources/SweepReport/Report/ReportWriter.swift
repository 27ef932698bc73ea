import Plots
import SweepAnalysis
import SweepModel

/// Writes the contents of a report.
struct ReportWriter {
    let input: ReportInput
    let view: SweepView

    init(_ input: ReportInput) {
        self.input = input
        view = SweepView(input.record, PlotChoices(now: input.now))
    }

    var record: SweepRecord { input.record }

    func lead() -> [Block] {
        [.paragraph([.strong(view.bestClause + "."), " \(Sentence.capitalized(view.statesClause))."])]
    }

    func sections() -> [Document.Section] {
        let figures = SweepPlot.allCases.compactMap { plot -> Block? in
            (try? plot.figure(of: view)).map { .figure($0, id: "sweep-\(plot.rawValue)") }
        }
        return [Document.Section(id: "plots", title: "Plots", blocks: figures)]
    }
}
