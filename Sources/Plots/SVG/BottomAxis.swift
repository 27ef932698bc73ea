/// An axis below a drawing: which ticks fit, how they are written, how much room they need.
struct BottomAxis {
    private enum Direction {
        case level
        /// Names that are too long lie at 45 degrees.
        case slanted
    }

    let scale: AxisScale
    /// From the drawing's edge to where the scale begins and ends, so that points at the ends are whole.
    let inset: Double
    private let length: Double
    private let ticks: [AxisTick]
    private let direction: Direction
    /// Below the drawing, with the axis' label.
    let height: Double
    /// How far the last label stands out beyond the drawing.
    let overflow: Double

    private static let size = 11.0
    private static let slant = 0.7071

    init(_ scale: AxisScale, length: Double, inset: Double = 0) {
        (self.scale, self.length, self.inset) = (scale, max(length, 1), inset)
        let place = { (tick: AxisTick) in inset + tick.position * (length - 2 * inset) }
        if case .categories(let names) = scale.axis.scale {
            let step = length / Double(max(names.count, 1))
            let widest = names.map { TextMetrics.width($0, size: Self.size) }.max() ?? 0
            if widest <= step - 6 || step >= 72 {
                (direction, ticks) = (.level, scale.ticks(atMost: max(names.count, 1)))
                height = Self.height(labels: 20, scale)
            } else {
                let fitting = max(1, Int(length / 15))
                (direction, ticks) = (.slanted, scale.ticks(atMost: fitting))
                height = Self.height(labels: min(widest, Self.longest) * Self.slant + 18, scale)
            }
            overflow = 4
            return
        }
        direction = .level
        ticks = Self.fitting(scale, length: length, place: place)
        overflow = ticks.map { place($0) + TextMetrics.width($0.label, size: Self.size) / 2 - length }.max() ?? 0
        height = Self.height(labels: 18, scale)
    }

    private static let longest = 104.0

    private static func height(labels: Double, _ scale: AxisScale) -> Double {
        labels + (scale.axis.label.isEmpty ? 2 : 17)
    }

    /// The most ticks whose labels don't touch.
    private static func fitting(_ scale: AxisScale, length: Double, place: (AxisTick) -> Double) -> [AxisTick] {
        var ticks: [AxisTick] = []
        for count in stride(from: max(2, min(12, Int(length / 48))), through: 1, by: -1) {
            ticks = scale.ticks(atMost: count)
            var end = -Double.infinity
            var fits = true
            for tick in ticks where tick.isMajor {
                let half = TextMetrics.width(tick.label, size: Self.size) / 2
                if place(tick) - half < end + 10 { fits = false }
                end = place(tick) + half
            }
            if fits { break }
        }
        return ticks
    }

    /// - Parameters:
    ///   - x: The drawing's left edge.
    ///   - y: Its lower edge.
    ///   - gridTop: Its upper edge, if lines of a grid shall go up to it.
    func draw(on canvas: inout Canvas, x: Double, y: Double, gridTop: Double? = nil, hasLine: Bool = true) {
        var (grid, marks) = (PathText(), PathText())
        for tick in ticks {
            let place = (x + inset + tick.position * (length - 2 * inset)).rounded(.down) + 0.5
            if let gridTop, tick.isMajor {
                grid.move(to: place, gridTop)
                grid.line(to: place, y)
            }
            if hasLine {
                marks.move(to: place, y)
                marks.line(to: place, y + (tick.isMajor ? 5 : 3))
            }
        }
        if !grid.isEmpty { canvas.path(grid, classes: "plot-grid") }
        if hasLine {
            marks.move(to: x, y + 0.5)
            marks.line(to: x + length, y + 0.5)
            canvas.path(marks, classes: "plot-axis")
        }
        for tick in ticks where tick.isMajor {
            label(tick, at: x + inset + tick.position * (length - 2 * inset), y: y, on: &canvas)
        }
        if !scale.axis.label.isEmpty {
            let arrow = scale.isCategorical ? "" : " →"
            let room = x + length - TextMetrics.width(arrow, size: 12)
            let text = TextMetrics.truncated(scale.axis.label, to: room, size: 12)
            canvas.text(
                text + arrow, x: x + length, y: y + height - 4, classes: "plot-quiet", anchor: .end,
                title: text == scale.axis.label ? nil : scale.axis.label)
        }
    }

    private func label(_ tick: AxisTick, at x: Double, y: Double, on canvas: inout Canvas) {
        switch direction {
        case .level:
            var text = tick.label
            if case .categories(let names) = scale.axis.scale {
                text = TextMetrics.truncated(text, to: length / Double(max(names.count, 1)) - 6, size: Self.size)
            }
            let half = TextMetrics.width(text, size: Self.size) / 2
            let place = max(min(x, canvas.width - half), half)
            canvas.text(text, x: place, y: y + 16, classes: "plot-tick", anchor: .middle, title: tick.label)
        case .slanted:
            // Hangs down to the left, and may not leave the picture there.
            let room = min(Self.longest, (x + 3) / Self.slant)
            let text = TextMetrics.truncated(tick.label, to: room, size: Self.size)
            canvas.markup.raw("<text class=\"plot-tick\" text-anchor=\"end\" transform=\"translate(")
            canvas.markup.number(x + 3)
            canvas.markup.raw(" ")
            canvas.markup.number(y + 13)
            canvas.markup.raw(")rotate(-45)\">")
            if text != tick.label { canvas.markup.element("title", text: tick.label) }
            canvas.markup.escaped(text)
            canvas.markup.close("text")
        }
    }
}

extension AxisScale {
    var isCategorical: Bool {
        if case .categories = axis.scale { true } else { false }
    }
}

extension Canvas {
    mutating func path(_ path: PathText, classes: String, title: String? = nil) {
        markup.raw("<path class=\"")
        markup.raw(classes)
        markup.raw("\" d=\"")
        markup.raw(path.bytes)
        guard let title, !title.isEmpty else { return markup.raw("\"/>") }
        markup.raw("\">")
        markup.element("title", text: title)
        markup.close("path")
    }
}
