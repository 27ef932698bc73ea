/// Horizontal bars, the first on top, each with its uncertainty.
public struct BarChart: Sendable, Equatable {
    public var value: Axis
    public var bars: [Bar]

    public init(value: Axis, bars: [Bar]) { (self.value, self.bars) = (value, bars) }

    public struct Bar: Sendable, Equatable {
        public var label: String
        public var value: Double
        /// Drawn as a whisker.
        public var interval: ClosedRange<Double>?
        public var tone: Tone
        public var note: String?

        public init(
            _ label: String, _ value: Double, interval: ClosedRange<Double>? = nil, tone: Tone = .category(0),
            note: String? = nil
        ) {
            (self.label, self.value, self.interval, self.tone, self.note) = (label, value, interval, tone, note)
        }
    }
}

/// Values over two lists of places: a search space's two parameters, or a confusion matrix.
public struct Heatmap: Sendable, Equatable {
    /// Both with `.categories`.
    public var x: Axis
    public var y: Axis
    /// What a cell's colour means.
    public var value: Axis
    /// Row by row, the first row on top; as many rows as `y` has categories. Nil is an empty cell.
    public var cells: [[Cell?]]
    /// Whether the numbers stand in the cells.
    public var hasNumbers: Bool

    public init(x: Axis, y: Axis, value: Axis, cells: [[Cell?]], hasNumbers: Bool = true) {
        (self.x, self.y, self.value, self.cells, self.hasNumbers) = (x, y, value, cells, hasNumbers)
    }

    public struct Cell: Sendable, Equatable {
        /// Nil: something is here that has no value (all trials diverged); drawn crossed out.
        public var value: Double?
        public var note: String?
        /// Framed: the best one.
        public var isMarked: Bool
        public var link: String?

        public init(_ value: Double?, note: String? = nil, isMarked: Bool = false, link: String? = nil) {
            (self.value, self.note, self.isMarked, self.link) = (value, note, isMarked, link)
        }
    }
}

/// One vertical axis a parameter, one line a trial.
public struct ParallelCoordinates: Sendable, Equatable {
    /// From left to right; the last one is the metric, which also colours the lines.
    public var axes: [Axis]
    public var lines: [Line]

    public init(axes: [Axis], lines: [Line]) { (self.axes, self.lines) = (axes, lines) }

    public struct Line: Sendable, Equatable {
        /// One for each axis; nil where the trial has none: the line has a gap.
        public var values: [Double?]
        public var weight: Chart.Series.Weight
        public var tone: Tone
        public var note: String
        public var link: String?

        public init(
            values: [Double?], weight: Chart.Series.Weight = .normal, tone: Tone, note: String, link: String? = nil
        ) {
            (self.values, self.weight, self.tone, self.note, self.link) = (values, weight, tone, note, link)
        }
    }
}

/// Stretches of time in lanes: which worker did what, or which trial lived when.
public struct LaneChart: Sendable, Equatable {
    public var time: Axis
    public var lanes: [Lane]
    /// What the tones mean, for the legend.
    public var legend: [LegendEntry]

    public init(time: Axis, lanes: [Lane], legend: [LegendEntry] = []) {
        (self.time, self.lanes, self.legend) = (time, lanes, legend)
    }

    public struct Lane: Sendable, Equatable {
        /// Empty when there are too many to name.
        public var label: String
        public var spans: [Span]

        public init(label: String, spans: [Span]) { (self.label, self.spans) = (label, spans) }
    }

    public struct Span: Sendable, Equatable {
        public var range: ClosedRange<Double>
        public var tone: Tone
        public var note: String
        public var link: String?

        public init(_ range: ClosedRange<Double>, tone: Tone, note: String, link: String? = nil) {
            (self.range, self.tone, self.note, self.link) = (range, tone, note, link)
        }
    }

    public struct LegendEntry: Sendable, Equatable {
        public var name: String
        public var tone: Tone

        public init(_ name: String, _ tone: Tone) { (self.name, self.tone) = (name, tone) }
    }
}

/// Small pictures in a grid, row by row.
public struct TileGrid: Sendable, Equatable {
    public var tiles: [Picture]
    /// Tiles in a row; nil makes the grid about square.
    public var columns: Int?
    /// One for each tile, or empty.
    public var captions: [String]

    public init(tiles: [Picture], columns: Int? = nil, captions: [String] = []) {
        (self.tiles, self.columns, self.captions) = (tiles, columns, captions)
    }

    /// Pixels row by row, from the top, each of `channels` bytes.
    public struct Picture: Sendable, Equatable {
        public var width: Int
        public var height: Int
        /// 1 (grey) or 3 (red, green, blue).
        public var channels: Int
        public var pixels: [UInt8]

        /// - Precondition: as many bytes as the picture has.
        public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
            precondition(pixels.count == width * height * channels && (channels == 1 || channels == 3))
            (self.width, self.height, self.channels, self.pixels) = (width, height, channels, pixels)
        }
    }
}
