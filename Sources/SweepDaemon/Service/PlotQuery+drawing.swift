import FoundationEssentials
import Plots
import SweepAPI
import SweepReport

extension PlotQuery {
    var choices: PlotChoices {
        var choices = PlotChoices()
        (choices.x, choices.y) = (x, y)
        if let metric { choices.metric = metric.drawn }
        choices.value = value == .best ? .best : .mean
        choices.now = .now
        if embedded { choices.link = { "#/trials/\($0)" } }
        return choices
    }

    /// The figure in the format that was asked for.
    func document(_ figure: Figure) throws(Problem) -> Document {
        switch format {
        case .svg: Document(mediaType: "image/svg+xml; charset=utf-8", text: SVG.render(figure, svg))
        case .terminal: Document(mediaType: "text/plain; charset=utf-8", text: TerminalPlot.render(figure, terminal))
        case .png: Document(mediaType: "image/png", bytes: try png(figure))
        }
    }

    private var svg: SVGOptions {
        var options = SVGOptions()
        if let width { options.width = Double(width) }
        options.theme = drawnTheme
        options.isEmbedded = embedded
        if let id { options.idPrefix = id }
        return options
    }

    private var drawnTheme: Plots.Theme {
        switch theme {
        case .light: .light
        case .dark: .dark
        case .auto: .auto
        }
    }

    private var terminal: TerminalOptions {
        var options = TerminalOptions()
        if let width { options.width = width }
        options.unicode = !ascii
        options.colors =
            switch colors {
            case .none: .none
            case .ansi256: .ansi256
            case .trueColor: .trueColor
            }
        return options
    }

    private func png(_ figure: Figure) throws(Problem) -> [UInt8] {
        switch figure.content {
        case .tiles(let grid): return PNG.encode(PNG.sheet(grid, scale: 3, gap: 3))
        case .empty(let words): throw Problem(.conflict, words)
        default:
            throw Problem(
                .invalidRequest, "only first-layer weights and mistakes are made of pixels; ask for format=svg")
        }
    }
}

extension PlotQuery.Metric {
    fileprivate var drawn: PlotMetric {
        switch self {
        case .valAccuracy: .valAccuracy
        case .trainAccuracy: .trainAccuracy
        case .valLoss: .valLoss
        case .trainLoss: .trainLoss
        }
    }
}

extension SweepPlot {
    init(_ kind: SweepPlotKind) {
        self =
            switch kind {
            case .curves: .curves
            case .history: .history
            case .parallel: .parallel
            case .slice: .slice
            case .heatmap: .heatmap
            case .importance: .importance
            case .timeline: .timeline
            case .distribution: .distribution
            }
    }
}

extension TrialPlot {
    init(_ kind: TrialPlotKind) {
        self =
            switch kind {
            case .loss: .loss
            case .accuracy: .accuracy
            case .updates: .updates
            case .weights: .weights
            case .confusion: .confusion
            case .mistakes: .mistakes
            }
    }
}

extension PlotError {
    /// A request for what cannot be drawn is a bad request.
    static func asProblem<R>(_ body: () throws(PlotError) -> R) throws(Problem) -> R {
        do throws(PlotError) { return try body() } catch { throw Problem(.invalidRequest, error.message) }
    }
}
