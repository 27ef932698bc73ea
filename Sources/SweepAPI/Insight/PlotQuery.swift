/// The pictures of a sweep: `GET /v1/sweeps/{id}/plots/{plot}`.
public enum SweepPlotKind: String, Sendable, CaseIterable {
    case curves, history, parallel, slice, heatmap, importance, timeline, distribution

    /// What it shows, in a few words.
    public var summary: String {
        switch self {
        case .curves: "learning curves of all trials"
        case .history: "what each trial reached, and the best so far"
        case .parallel: "parallel coordinates: one line a trial through all parameters"
        case .slice: "what trials reached, over each parameter"
        case .heatmap: "the best or the mean over any two parameters"
        case .importance: "how much of the variance each parameter explains"
        case .timeline: "when each trial ran"
        case .distribution: "how the final values are distributed"
        }
    }
}

/// The pictures of a trial: `GET /v1/trials/{id}/plots/{plot}`.
public enum TrialPlotKind: String, Sendable, CaseIterable {
    case loss, accuracy, updates, weights, confusion, mistakes

    /// What it shows, in a few words.
    public var summary: String {
        switch self {
        case .loss: "minibatch and validation loss"
        case .accuracy: "accuracy on training and validation samples"
        case .updates: "update-to-weight ratio, and the weights' norm"
        case .weights: "first-layer weights, one tile a hidden unit"
        case .confusion: "which classes a promoted model takes for which"
        case .mistakes: "test samples that a promoted model gets wrong"
        }
    }

    /// Whether it is made of pixels and can be had as PNG.
    public var isPicture: Bool { self == .weights || self == .mistakes }
}

/// How a picture is wanted.
public struct PlotQuery: Sendable, Equatable {
    public enum Format: String, Sendable, CaseIterable { case svg, png, terminal }
    public enum Theme: String, Sendable, CaseIterable { case light, dark, auto }
    public enum Value: String, Sendable, CaseIterable { case best, mean }
    public enum Colors: String, Sendable, CaseIterable {
        case none
        case ansi256 = "256"
        case trueColor = "truecolor"
    }
    public enum Metric: String, Sendable, CaseIterable {
        case valAccuracy = "val_accuracy"
        case trainAccuracy = "train_accuracy"
        case valLoss = "val_loss"
        case trainLoss = "train_loss"
    }

    public static let widths = 20...4000

    public var format: Format
    /// Pixels, or a terminal's columns; nil for the format's own default.
    public var width: Int?
    public var theme: Theme
    /// For a page that has the plots' stylesheet: no style of its own, links into the dashboard.
    public var embedded: Bool
    /// Prefix of the ids inside, unique in the page that embeds it.
    public var id: String?
    /// Names of parameters.
    public var x: String?
    public var y: String?
    public var metric: Metric?
    /// What a cell of a heat map shows.
    public var value: Value
    public var colors: Colors
    /// For terminals without Unicode.
    public var ascii: Bool

    public init(
        format: Format = .svg, width: Int? = nil, theme: Theme = .auto, embedded: Bool = false, id: String? = nil,
        x: String? = nil, y: String? = nil, metric: Metric? = nil, value: Value = .best, colors: Colors = .none,
        ascii: Bool = false
    ) {
        (self.format, self.width, self.theme, self.embedded, self.id) = (format, width, theme, embedded, id)
        (self.x, self.y, self.metric, self.value) = (x, y, metric, value)
        (self.colors, self.ascii) = (colors, ascii)
    }

    /// Names and values of the request's query, those left out that are defaults.
    public var items: [(name: String, value: String)] {
        let standard = PlotQuery()
        var items: [(String, String)] = []
        if format != standard.format { items.append(("format", format.rawValue)) }
        if let width { items.append(("width", String(width))) }
        if theme != standard.theme { items.append(("theme", theme.rawValue)) }
        if embedded { items.append(("embedded", "true")) }
        if let id { items.append(("id", id)) }
        if let x { items.append(("x", x)) }
        if let y { items.append(("y", y)) }
        if let metric { items.append(("metric", metric.rawValue)) }
        if value != standard.value { items.append(("value", value.rawValue)) }
        if colors != standard.colors { items.append(("colors", colors.rawValue)) }
        if ascii { items.append(("ascii", "true")) }
        return items
    }

    /// The names that ``items`` has.
    public static let names = [
        "format", "width", "theme", "embedded", "id", "x", "y", "metric", "value", "colors", "ascii",
    ]
}
