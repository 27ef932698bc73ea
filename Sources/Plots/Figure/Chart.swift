/// Lines, points and columns over two axes.
public struct Chart: Sendable, Equatable {
    public var x: Axis
    public var y: Axis
    /// Drawn in this order, the last on top.
    public var series: [Series]
    public var rules: [Rule]
    /// Single points that stand out, with a label beside them.
    public var marks: [Mark]
    /// Whether a legend names the series; those with an empty name are left out of it.
    public var hasLegend: Bool

    public init(
        x: Axis, y: Axis, series: [Series], rules: [Rule] = [], marks: [Mark] = [], hasLegend: Bool = true
    ) {
        (self.x, self.y, self.series) = (x, y, series)
        (self.rules, self.marks, self.hasLegend) = (rules, marks, hasLegend)
    }

    public struct Series: Sendable, Equatable {
        public enum Shape: Sendable, Equatable {
            case line
            /// Goes on level, then jumps: the best so far.
            case steps
            case points
            /// From 0 up to the value, each as wide as `width` in units of x: a histogram.
            case columns(width: Double)
        }

        public enum Weight: Sendable, Equatable {
            /// One of very many.
            case faint
            case normal
            case strong
        }

        /// For legend and hover; empty for one that needs no name.
        public var name: String
        public var shape: Shape
        public var weight: Weight
        public var tone: Tone
        /// In order of x for lines and steps. A point that is not finite is a gap.
        public var points: [Point]
        /// Where a click leads; nil for nowhere.
        public var link: String?

        public init(
            _ name: String, _ shape: Shape = .line, weight: Weight = .normal, tone: Tone = .category(0),
            points: [Point], link: String? = nil
        ) {
            (self.name, self.shape, self.weight, self.tone) = (name, shape, weight, tone)
            (self.points, self.link) = (points, link)
        }
    }

    public struct Point: Sendable, Equatable {
        public var x: Double
        public var y: Double
        /// Hover text; nil leaves it to the renderer, which names series and values.
        public var note: String?
        public var link: String?
        /// Overrides the tone of its series.
        public var tone: Tone?

        public init(_ x: Double, _ y: Double, note: String? = nil, link: String? = nil, tone: Tone? = nil) {
            (self.x, self.y, self.note, self.link, self.tone) = (x, y, note, link, tone)
        }
    }

    /// A line or a band across the whole chart.
    public struct Rule: Sendable, Equatable {
        public enum Place: Sendable, Equatable {
            case y(Double)
            case x(Double)
            case yBand(ClosedRange<Double>)
        }

        public var place: Place
        public var label: String

        public init(_ place: Place, label: String) { (self.place, self.label) = (place, label) }
    }

    public struct Mark: Sendable, Equatable {
        public enum Sign: Sendable, Equatable {
            case dot
            /// Where something ended badly.
            case cross
            case star
        }

        public var x: Double
        public var y: Double
        public var sign: Sign
        public var tone: Tone
        /// Written beside it; empty for none.
        public var label: String
        /// Hover text.
        public var note: String?

        public init(
            x: Double, y: Double, sign: Sign = .dot, tone: Tone = .accent, label: String = "", note: String? = nil
        ) {
            (self.x, self.y, self.sign, self.tone, self.label, self.note) = (x, y, sign, tone, label, note)
        }
    }
}
