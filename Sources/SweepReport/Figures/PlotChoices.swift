public import FoundationEssentials
public import SweepModel

/// Which of a trial's four figures a plot shows.
public enum PlotMetric: String, Sendable, CaseIterable {
    case valAccuracy = "val_accuracy"
    case trainAccuracy = "train_accuracy"
    case valLoss = "val_loss"
    case trainLoss = "train_loss"

    public init(_ metric: RankingMetric) {
        self =
            switch metric {
            case .valAccuracy: .valAccuracy
            case .valLoss: .valLoss
            }
    }

    /// Whether a larger value is better.
    public var maximizes: Bool { isAccuracy }

    var isAccuracy: Bool { self == .valAccuracy || self == .trainAccuracy }

    var label: String {
        switch self {
        case .valAccuracy: "validation accuracy"
        case .trainAccuracy: "training accuracy"
        case .valLoss: "validation loss"
        case .trainLoss: "training loss"
        }
    }

    /// Nil when it is not a finite number.
    func value(of metrics: TrialMetrics) -> Double? {
        let value =
            switch self {
            case .valAccuracy: metrics.valAccuracy
            case .trainAccuracy: metrics.trainAccuracy
            case .valLoss: metrics.valLoss
            case .trainLoss: metrics.trainLoss
            }
        return value.isFinite ? value : nil
    }

    func isBetter(_ a: Double, than b: Double) -> Bool { maximizes ? a > b : a < b }
}

/// What a cell of a heat map shows of the trials that fall into it.
public enum CellValue: String, Sendable, CaseIterable {
    case best, mean
}

/// What a caller may choose about a plot.
public struct PlotChoices: Sendable {
    /// A varied parameter: one side of the heat map, the only panel of the slice.
    public var x: String?
    /// A varied parameter: the other side of the heat map.
    public var y: String?
    /// Nil takes the sweep's own.
    public var metric: PlotMetric?
    public var value: CellValue
    /// Classes of the data set, for the level of chance; nil when unknown: data that says it itself still shows it.
    public var classes: Int?
    /// Up to when running trials are drawn in the timeline; nil takes the latest time in the record.
    public var now: Date?
    /// Where a click on a trial leads; nil for nowhere.
    public var link: @Sendable (_ trial: Int64) -> String?

    public init(
        x: String? = nil, y: String? = nil, metric: PlotMetric? = nil, value: CellValue = .best, classes: Int? = nil,
        now: Date? = nil, link: @escaping @Sendable (_ trial: Int64) -> String? = { _ in nil }
    ) {
        (self.x, self.y, self.metric, self.value) = (x, y, metric, value)
        (self.classes, self.now, self.link) = (classes, now, link)
    }
}

/// Why there is no such plot.
public struct PlotError: Error, Equatable {
    /// Names the value and the remedy.
    public var message: String

    public init(_ message: String) { self.message = message }
}
