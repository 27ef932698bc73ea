extension Canvas {
    mutating func draw(_ heatmap: Heatmap) {
        let columns = max(heatmap.x.categoryCount, heatmap.cells.map(\.count).max() ?? 0)
        let rows = max(heatmap.y.categoryCount, heatmap.cells.count)
        guard columns > 0, rows > 0 else { return draw(empty: "Nothing to compare yet.") }
        let values = heatmap.cells.joined().compactMap { $0?.value }
        let colors = HeatmapColors(heatmap.value, values: values)
        if !values.isEmpty { key(colors) }
        let x = AxisScale(heatmap.x.withCategories(columns), values: [])
        let y = AxisScale(heatmap.y.withCategories(rows), values: [])
        axisTitle(y)

        // As wide as there is room, but no wider than a number needs to look well.
        let estimate = LeftAxis(y, length: 1e4, room: width).width
        let cellWidth = min((width - estimate - 2) / Double(columns), max(120, 240 / Double(columns))).rounded(
            .down, to: 0.5)
        let cellHeight = min(max(cellWidth * 0.8, rows > 30 ? 7 : 15), rows > 12 ? 24 : 44).rounded()
        let size = (width: max(cellWidth, 1) * Double(columns), height: cellHeight * Double(rows))
        let left = LeftAxis(y.flipped, length: size.height, room: width)
        let box = Box(left: left.width, top: self.y, right: left.width + size.width, bottom: self.y + size.height)
        let bottom = BottomAxis(x, length: size.width)
        left.draw(on: &self, x: box.left, y: box.bottom)
        bottom.draw(on: &self, x: box.left, y: box.bottom, hasLine: false)

        let texts = heatmap.cells.map { row in
            row.map { cell in cell?.value.map { $0.isFinite ? heatmap.value.format.text($0) : "–" } ?? "" }
        }
        let widest = texts.joined().map { TextMetrics.width($0, size: 11) }.max() ?? 0
        let textSize: Double? =
            !heatmap.hasNumbers
            ? nil
            : widest <= cellWidth - 6 && cellHeight >= 14
                ? 11 : widest * 9 / 11 <= cellWidth - 3 && cellHeight >= 11 ? 9 : nil
        for (row, cells) in heatmap.cells.enumerated() {
            for (column, cell) in cells.enumerated() {
                let left = box.left + cellWidth * Double(column)
                let top = box.top + cellHeight * Double(row)
                let place = Box(left: left, top: top, right: left + cellWidth, bottom: top + cellHeight)
                guard let cell else {
                    if cellWidth > 8 { spot("plot-outline", place.inset(by: 3), radius: 2) }
                    continue
                }
                let text = texts[row][column]
                let names = [(x, column), (y, row)].map { scale, index in
                    "\(scale.axis.label): \(scale.text(Double(index)))"
                }
                let value = text.isEmpty ? "no value" : text
                let title = cell.note ?? (names + ["\(heatmap.value.label): \(value)"]).joined(separator: "\n")
                item(title: title, link: cell.link) { canvas in
                    canvas.draw(cell, at: place, t: cell.value.flatMap(colors.position), text: text, size: textSize)
                }
            }
        }
        // On top of the neighbours.
        for (row, cells) in heatmap.cells.enumerated() {
            for (column, cell) in cells.enumerated() where cell?.isMarked == true {
                let left = box.left + cellWidth * Double(column)
                let top = box.top + cellHeight * Double(row)
                frame(Box(left: left, top: top, right: left + cellWidth, bottom: top + cellHeight))
            }
        }
        self.y = box.bottom + bottom.height
    }

    private mutating func draw(_ cell: Heatmap.Cell, at place: Box, t: Double?, text: String, size: Double?) {
        let gap = place.width > 10 && place.height > 10 ? 0.75 : 0
        let area = place.inset(by: gap)
        guard let t else {
            spot("plot-surface", area, radius: gap > 0 ? 2 : 0)
            var path = PathText()
            let arm = min(area.width, area.height, 22) / 2 - 4
            let (x, y) = ((area.left + area.right) / 2, (area.top + area.bottom) / 2)
            guard arm > 1 else { return }
            path.move(to: x - arm, y - arm)
            path.line(to: x + arm, y + arm)
            path.move(to: x + arm, y - arm)
            path.line(to: x - arm, y + arm)
            return self.path(path, classes: "plot-cross" + tone(.bad))
        }
        spot("plot-fill" + self.cell(t), area, radius: gap > 0 ? 2 : 0)
        guard let size, !text.isEmpty else { return }
        let classes = (size > 10 ? "plot-small" : "plot-tiny") + " plot-on-" + Palette.CellText(t: t).rawValue
        self.text(
            text, x: (place.left + place.right) / 2, y: (place.top + place.bottom) / 2 + size * 0.36, classes: classes,
            anchor: .middle)
    }

    private mutating func spot(_ classes: String, _ box: Box, radius: Double) {
        markup.element(
            "rect",
            [
                "class": .text(classes), "x": .number(box.left), "y": .number(box.top),
                "width": .number(max(box.width, 0.5)),
                "height": .number(max(box.height, 0.5)), "rx": radius > 0 ? .number(radius) : .none,
            ])
    }

    private mutating func frame(_ box: Box) {
        for classes in ["plot-frame-gap", "plot-frame"] { spot(classes, box.inset(by: 0.5), radius: 3) }
    }

    /// What the colours mean.
    private mutating func key(_ colors: HeatmapColors) {
        let text = TextMetrics.truncated(colors.scale.axis.label, to: width, size: 12)
        let (low, high) = colors.ends
        let titleWidth = text.isEmpty ? 0 : TextMetrics.width(text, size: 12) + 12
        let ends = TextMetrics.width(low, size: 11) + TextMetrics.width(high, size: 11) + 12
        var x = 0.0
        if !text.isEmpty {
            self.text(text, x: 0, y: y + 12, title: colors.scale.axis.label)
            x = titleWidth
            if x + ends + 100 > width {
                x = 0
                y += 18
            }
        }
        self.text(low, x: x, y: y + 12, classes: "plot-tick")
        x += TextMetrics.width(low, size: 11) + 6
        let steps = 32
        let bar = min(160, width - x - TextMetrics.width(high, size: 11) - 8)
        for step in 0..<steps {
            let classes = "plot-fill" + cell(Double(step) / Double(steps - 1))
            let start = x + bar * Double(step) / Double(steps)
            // A little overlap, or the background shines through.
            let box = Box(
                left: start, top: y + 3, right: start + bar / Double(steps) + (step < steps - 1 ? 0.5 : 0),
                bottom: y + 13)
            spot(classes, box, radius: 0)
        }
        self.text(high, x: x + bar + 6, y: y + 12, classes: "plot-tick")
        y += 24
    }
}

/// From the value of a cell to its place on the scale of colours.
struct HeatmapColors {
    let scale: AxisScale
    private let low: Double
    private let high: Double

    init(_ axis: Axis, values: [Double]) {
        let scale = AxisScale(axis, values: values)
        // The data's own ends use the whole scale, unless the axis says where it begins.
        let placed = values.compactMap { value in scale.position(of: value).map { (value, $0) } }
        if axis.range == nil, let least = placed.min(by: { $0.1 < $1.1 }), let most = placed.max(by: { $0.1 < $1.1 }) {
            (low, high) = (least.1, most.1)
            ends = (axis.format.text(least.0), axis.format.text(most.0))
        } else {
            (low, high) = (0, 1)
            ends = (axis.format.text(scale.domain.lowerBound), axis.format.text(scale.domain.upperBound))
        }
        self.scale = scale
    }

    let ends: (low: String, high: String)

    /// 0…1; nil for what the scale cannot show.
    func position(_ value: Double) -> Double? {
        guard let position = scale.position(of: value) else { return nil }
        return high > low ? ((position - low) / (high - low)).clamped(to: 0...1) : 1
    }
}

extension Axis {
    var categoryCount: Int {
        if case .categories(let names) = scale { names.count } else { 0 }
    }

    /// With exactly `count` names; missing ones are empty.
    func withCategories(_ count: Int) -> Axis {
        var axis = self
        var names: [String] = []
        if case .categories(let own) = scale { names = own }
        axis.scale = .categories(names + Array(repeating: "", count: max(0, count - names.count)))
        return axis
    }
}

extension AxisScale {
    /// A list of names from top to bottom on an axis whose positions go from bottom to top.
    var flipped: AxisScale {
        guard case .categories(let names) = axis.scale else { return self }
        var axis = axis
        axis.scale = .categories(names.reversed())
        return AxisScale(axis, values: [])
    }
}

extension Canvas.Box {
    func inset(by distance: Double) -> Canvas.Box {
        Canvas.Box(left: left + distance, top: top + distance, right: right - distance, bottom: bottom - distance)
    }
}

extension Double {
    fileprivate func rounded(_ rule: FloatingPointRoundingRule, to unit: Double) -> Double {
        (self / unit).rounded(rule) * unit
    }
}
