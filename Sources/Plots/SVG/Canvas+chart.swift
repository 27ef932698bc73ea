extension Canvas {
    mutating func draw(_ chart: Chart) {
        if chart.hasLegend { legend(of: chart).draw(on: &self) }
        let scales = chart.scales
        axisTitle(scales.y)
        let hasSpots = !chart.marks.isEmpty || chart.series.contains { $0.shape == .points }
        let hasColumns = chart.series.contains { $0.shape.isColumns }
        let insetX = hasSpots ? 7.0 : hasColumns ? 2 : 0
        let insetY = (top: hasSpots ? 7.0 : 2, bottom: hasColumns ? 0 : hasSpots ? 7.0 : 2)

        let height = (width * (width < 480 ? 0.62 : 0.46)).clamped(to: 150...400).rounded()
        let left = LeftAxis(scales.y, length: height, inset: insetY, room: width)
        // Twice, because the labels that fit depend on the room and the room on how far the last one stands out.
        var bottom = BottomAxis(scales.x, length: width - left.width - 8, inset: insetX)
        let right = max(8, bottom.overflow + 1)
        bottom = BottomAxis(scales.x, length: max(20, width - left.width - right), inset: insetX)
        let box = Box(left: left.width, top: y, right: max(left.width + 20, width - right), bottom: y + height)

        let plane = Plane(box: box, x: scales.x, y: scales.y, insetX: insetX, insetY: insetY)
        // Bands lie below the grid, lines of rules above it.
        for rule in chart.rules { band(rule, plane) }
        left.draw(on: &self, x: box.left, y: box.bottom, gridRight: box.right)
        bottom.draw(on: &self, x: box.left, y: box.bottom)
        for rule in chart.rules { line(of: rule, plane) }
        clipped(to: box, if: chart.x.range != nil || chart.y.range != nil) { canvas in
            ChartSeriesDrawing(chart: chart, plane: plane).draw(on: &canvas)
        }
        var labels = LabelPlacer(bounds: Box(left: box.left, top: box.top - 12, right: width, bottom: box.bottom))
        if chart.hasLabels { ChartSeriesDrawing(chart: chart, plane: plane).crowd(&labels) }
        for mark in chart.marks { sign(mark, plane, &labels) }
        for mark in chart.marks { label(mark, plane, &labels) }
        for rule in chart.rules { label(rule, plane, &labels) }
        y = box.bottom + bottom.height
    }

    /// The label of an upright axis, above it.
    mutating func axisTitle(_ scale: AxisScale) {
        guard !scale.axis.label.isEmpty else { return y += 4 }
        paragraph(
            (scale.isCategorical ? "" : "↑ ") + scale.axis.label, size: 12, lineHeight: 15, classes: "plot-quiet",
            lines: 2)
        y += 7
    }

    /// Draws with what leaves the box cut off.
    mutating func clipped(to box: Box, if needed: Bool, _ body: (inout Canvas) -> Void) {
        guard needed else { return body(&self) }
        let id = newID()
        markup.open("clipPath", ["id": .text(id)])
        markup.element(
            "rect",
            [
                "x": .number(box.left), "y": .number(box.top), "width": .number(box.width),
                "height": .number(box.height),
            ])
        markup.close("clipPath")
        markup.open("g", ["clip-path": .text("url(#\(id))")])
        body(&self)
        markup.close("g")
    }

    private func legend(of chart: Chart) -> Legend {
        Legend(
            chart.series.map { series in
                let sample: Legend.Sample =
                    switch series.shape {
                    case .line, .steps: .line(series.weight)
                    case .points: .dot
                    case .columns: .square
                    }
                return Legend.Entry(name: series.name, tone: series.tone, sample: sample)
            })
    }
}

extension Chart {
    fileprivate var hasLabels: Bool { marks.contains { !$0.label.isEmpty } || rules.contains { !$0.label.isEmpty } }

    /// Fitted to series, rules and marks together.
    var scales: (x: AxisScale, y: AxisScale) {
        var xs: [Double] = []
        var ys: [Double] = []
        let count = series.reduce(0) { $0 + $1.points.count }
        xs.reserveCapacity(2 * count)
        ys.reserveCapacity(count)
        let (isLogX, isLogY) = (x.scale == .logarithmic, y.scale == .logarithmic)
        for series in series {
            let half = series.shape.columnWidth / 2
            for point in series.points where point.x.isFinite && point.y.isFinite {
                // A point that one axis cannot show must not stretch the other.
                if isLogX && point.x <= 0 || isLogY && point.y <= 0 { continue }
                if half > 0 { xs += [point.x - half, point.x + half] } else { xs.append(point.x) }
                ys.append(point.y)
            }
        }
        for mark in marks {
            xs.append(mark.x)
            ys.append(mark.y)
        }
        for rule in rules {
            switch rule.place {
            case .x(let value): xs.append(value)
            case .y(let value): ys.append(value)
            case .yBand(let range): ys += [range.lowerBound, range.upperBound]
            }
        }
        let hasColumns = series.contains { $0.shape.isColumns }
        return (AxisScale(x, values: xs), AxisScale(y, values: ys, hasZero: hasColumns))
    }
}

extension Chart.Series.Shape {
    var isColumns: Bool {
        if case .columns = self { true } else { false }
    }

    /// In units of x; 0 for other shapes and for a width that is not finite.
    var columnWidth: Double {
        if case .columns(let width) = self, width.isFinite { width.magnitude } else { 0 }
    }
}
