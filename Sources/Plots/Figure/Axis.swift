/// One direction of a chart: what it measures, in which unit, on which scale.
public struct Axis: Sendable, Equatable {
    public enum Scale: Sendable, Equatable {
        case linear
        /// Base 10; values that are not above 0 are not drawn.
        case logarithmic
        /// Named places at 0, 1, 2 …, in this order; a value between two of them lies between them.
        case categories([String])
    }

    /// How the numbers at the ticks and in the hover texts are written.
    public enum Format: Sendable, Equatable {
        /// As short as it stays exact to three or four digits: `0.001`, `1e-05`, `320`.
        case number
        /// A fraction 0…1 with three digits: `0.534`.
        case accuracy
        /// A fraction 0…1 in per cent: `42 %`.
        case percent
        /// Seconds as `90 s`, `12 min`, `3 h`.
        case duration
        /// No fraction digits: iterations, epochs, counts.
        case integer
    }

    /// With its unit, if it has one: `training time (s)`.
    public var label: String
    public var scale: Scale
    public var format: Format
    /// Nil fits the data, with round ends.
    public var range: ClosedRange<Double>?

    public init(_ label: String, scale: Scale = .linear, format: Format = .number, range: ClosedRange<Double>? = nil) {
        (self.label, self.scale, self.format, self.range) = (label, scale, format, range)
    }
}

/// What a mark means; a theme gives each meaning its colour.
public enum Tone: Sendable, Equatable {
    /// One of several series: 0 is the first; colours repeat after eight.
    case category(Int)
    /// A place 0…1 on the theme's sequential scale: 0 is the lowest value, 1 the highest.
    case scale(Double)
    /// Best, chosen.
    case accent
    /// Diverged, failed.
    case bad
    /// All that stands behind.
    case muted
}
