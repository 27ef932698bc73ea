public import Plots
public import SweepAnalysis

/// The plots of a whole sweep.
public enum SweepPlot: String, CaseIterable, Sendable {
    /// The learning curves of all trials, laid over each other.
    case curves
    /// Results in the order in which trials ended, and the best so far.
    case history
    /// One axis a parameter, one line a trial.
    case parallel
    /// The metric over each parameter.
    case slice
    /// The metric over two parameters.
    case heatmap
    /// How much each parameter matters.
    case importance
    /// When each trial ran.
    case timeline
    /// How many trials reached what.
    case distribution
}

extension SweepPlot {
    /// A running or empty sweep gives a figure too: of what there is, or one that says that there is nothing.
    ///
    /// - Throws: When `choices` name a parameter that the sweep does not vary.
    public func figure(of record: SweepRecord, _ choices: PlotChoices = PlotChoices()) throws(PlotError) -> Figure {
        try figure(of: SweepView(record, choices))
    }

    func figure(of view: SweepView) throws(PlotError) -> Figure {
        switch self {
        case .curves: view.curves()
        case .history: view.history()
        case .parallel: view.parallel()
        case .slice: try view.slice()
        case .heatmap: try view.heatmap()
        case .importance: view.importanceBars()
        case .timeline: view.timeline()
        case .distribution: view.distribution()
        }
    }
}
