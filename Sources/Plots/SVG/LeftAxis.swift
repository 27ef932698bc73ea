/// An axis at the left of a drawing, labels right-aligned before it.
struct LeftAxis {
    let scale: AxisScale
    let inset: (top: Double, bottom: Double)
    private let length: Double
    private let ticks: [AxisTick]
    private let longest: Double
    /// What the labels need.
    let width: Double

    private static let size = 11.0

    /// - Parameters:
    ///   - length: From the drawing's lower edge to its upper one.
    ///   - room: The width of the whole picture; names of categories take at most a third of it.
    init(_ scale: AxisScale, length: Double, inset: (top: Double, bottom: Double) = (0, 0), room: Double) {
        (self.scale, self.length, self.inset) = (scale, max(length, 1), inset)
        longest = scale.isCategorical ? room * 0.34 : room * 0.5
        ticks = Self.fitting(scale, length: length - inset.top - inset.bottom)
        width = (ticks.map { TextMetrics.width($0.label, size: Self.size) }.max() ?? 0).clamped(to: 0...longest) + 8
    }

    private static func fitting(_ scale: AxisScale, length: Double) -> [AxisTick] {
        if scale.isCategorical { return scale.ticks(atMost: max(1, Int(length / 13))) }
        var ticks: [AxisTick] = []
        for count in stride(from: max(2, min(10, Int(length / 30))), through: 1, by: -1) {
            ticks = scale.ticks(atMost: count)
            let places = ticks.filter(\.isMajor).map { $0.position * length }
            if zip(places, places.dropFirst()).allSatisfy({ $1 - $0 >= 15 }) { break }
        }
        return ticks
    }

    /// - Parameters:
    ///   - x: The drawing's left edge.
    ///   - y: Its lower edge.
    ///   - gridRight: Its right edge, if lines of a grid shall go to it.
    func draw(on canvas: inout Canvas, x: Double, y: Double, gridRight: Double? = nil) {
        var (grid, marks) = (PathText(), PathText())
        for tick in ticks {
            let place = (y - inset.bottom - tick.position * (length - inset.top - inset.bottom)).rounded(.down) + 0.5
            if let gridRight, tick.isMajor {
                grid.move(to: x, place)
                grid.line(to: gridRight, place)
            } else if gridRight != nil {
                marks.move(to: x - 3, place)
                marks.line(to: x, place)
            }
            if tick.isMajor {
                let text = TextMetrics.truncated(tick.label, to: longest, size: Self.size)
                canvas.text(text, x: x - 7, y: place + 3.5, classes: "plot-tick", anchor: .end, title: tick.label)
            }
        }
        if !grid.isEmpty { canvas.path(grid, classes: "plot-grid") }
        if !marks.isEmpty { canvas.path(marks, classes: "plot-axis") }
    }
}

extension Comparable {
    func clamped(to range: ClosedRange<Self>) -> Self { min(max(self, range.lowerBound), range.upperBound) }
}
