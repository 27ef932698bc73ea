import Foundation
import Plots
import SweepAnalysis
import SweepReport

/// The folder that the exercise's pictures go to.
struct PictureFolder {
    private let folder: URL

    /// Makes the folder if it is not there.
    init(_ path: String) throws {
        folder = URL(filePath: path, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// The toy's training loss.
    func drawToy(losses: [Double]) throws {
        let record = RunCurve(rate: 0.1, decay: 0.95).record(losses: losses, valAccuracy: nil)
        try write(TrialPlot.loss, of: record, title: "The toy's training loss", named: "toy-loss")
    }

    /// Loss, accuracies and first-layer weights of the run on images.
    func drawFirstRun(_ record: TrialRecord) throws {
        try write(.loss, of: record, title: "First run: loss", named: "first-run-loss")
        try write(.accuracy, of: record, title: "First run: accuracy", named: "first-run-accuracy")
        try write(.weights, of: record, title: "First run: first-layer weights", named: "first-run-weights")
    }

    private func write(_ plot: TrialPlot, of record: TrialRecord, title: String, named name: String) throws {
        var figure = try plot.figure(of: record)
        figure.title = title
        let svg = SVG.render(figure, SVGOptions(width: 760, theme: .light))
        try Data(svg.utf8).write(to: folder.appending(path: "\(name).svg"), options: .atomic)
        if case .tiles(let grid) = figure.content {
            let png = PNG.encode(PNG.sheet(grid, scale: 3, gap: 3))
            try Data(png).write(to: folder.appending(path: "\(name).png"), options: .atomic)
        }
        print("drawn: \(folder.appending(path: name).path()).svg")
    }
}
