import Plots
import SweepAnalysis
import SweepModel

extension ReportWriter {
    /// Pictures of pixels weigh most of a page.
    private static let mostTiles = (wide: 100, narrow: 36)
    private static let mostMistakes = (wide: 40, narrow: 20)

    func plots() -> Document.Section {
        let order: [SweepPlot] = [
            .curves, .importance, .heatmap, .slice, .parallel, .history, .distribution, .timeline,
        ]
        let blocks = order.map { plot -> Block in
            let figure: Figure
            do throws(PlotError) {
                figure = try plot.figure(of: view)
            } catch {
                // A plot that cannot be drawn says why, rather than be missing.
                let title = Sentence.capitalized(plot.rawValue)
                figure = Figure(title: title, summary: error.message, content: .empty(error.message))
            }
            return block(figure, id: "plot-\(plot.rawValue)")
        }
        return .init(id: "plots", title: "Plots", blocks: blocks)
    }

    func bestTrial() -> Document.Section? {
        guard let best = input.best else { return nil }
        let trial = TrialView(record: best, pictures: input.pictures, choices: PlotChoices(classes: record.classes))
        var blocks = [
            block(trial.loss(), id: "best-loss"), block(trial.accuracy(), id: "best-accuracy"),
            block(trial.updates(), id: "best-updates"),
            block(
                trial.weights(most: Self.mostTiles.wide), id: "best-weights",
                narrow: trial.weights(most: Self.mostTiles.narrow)),
        ]
        if best.promotion != nil {
            blocks.append(block(trial.confusion(), id: "best-confusion"))
            blocks.append(
                block(
                    trial.mistakes(most: Self.mostMistakes.wide), id: "best-mistakes",
                    narrow: trial.mistakes(most: Self.mostMistakes.narrow)))
        }
        return .init(id: "best-trial", title: "Trial \(best.trial.id) in detail", blocks: blocks)
    }

    /// A plot without data is a sentence, not a picture.
    private func block(_ figure: Figure, id: String, narrow: Figure? = nil) -> Block {
        if case .empty(let sentence) = figure.content { return .paragraph([.text("\(figure.title): \(sentence)")]) }
        return .figure(figure, id: id, narrow: narrow)
    }
}
