public import Plots
public import SweepAnalysis

/// The plots of one trial.
public enum TrialPlot: String, CaseIterable, Sendable {
    case loss, accuracy
    /// Size of the updates beside the weights', and the weights' norm.
    case updates
    /// What the hidden units look for.
    case weights
    /// Which classes the promoted model takes for which.
    case confusion
    /// Some images that the promoted model got wrong.
    case mistakes
}

/// Names and images that the record does not hold.
public struct TrialPictures: Sendable, Equatable {
    /// In order of class; empty when unknown: classes are then called by their numbers.
    public var classNames: [String]
    /// In the order of the promotion's `confusion.mistakes`; empty when the images are not at hand.
    public var mistakes: [TileGrid.Picture]

    public init(classNames: [String] = [], mistakes: [TileGrid.Picture] = []) {
        (self.classNames, self.mistakes) = (classNames, mistakes)
    }

    func name(_ index: Int) -> String {
        classNames.indices.contains(index) ? classNames[index] : String(index)
    }
}

extension TrialPlot {
    /// A trial without what the plot needs gives a figure that says so.
    public func figure(
        of record: TrialRecord, pictures: TrialPictures = TrialPictures(), _ choices: PlotChoices = PlotChoices()
    ) throws(PlotError) -> Figure {
        let view = TrialView(record: record, pictures: pictures, choices: choices)
        return switch self {
        case .loss: view.loss()
        case .accuracy: view.accuracy()
        case .updates: view.updates()
        case .weights: view.weights()
        case .confusion: view.confusion()
        case .mistakes: view.mistakes()
        }
    }
}
