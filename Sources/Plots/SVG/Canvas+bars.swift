extension Canvas {
    mutating func draw(_ chart: BarChart) {
        let values = chart.bars.flatMap { bar in
            [bar.value] + (bar.interval.map { [$0.lowerBound, $0.upperBound] } ?? [])
        }
        let scale = AxisScale(chart.value, values: values, hasZero: true)
        let widest = chart.bars.map { TextMetrics.width($0.label, size: 12) }.max() ?? 0
        // Long names stand above their bars where there is no room beside them.
        let isStacked = widest > width * 0.34 && widest > 90
        let labels = isStacked ? 0 : widest + 10
        let written = chart.bars.map { $0.value.isFinite ? chart.value.format.text($0.value) : "–" }
        let room = (written.map { TextMetrics.width($0, size: 11) }.max() ?? 0) + 12

        let left = labels
        let right = max(width - room, left + 40)
        let rowHeight = isStacked ? 42.0 : 28.0
        let box = Box(
            left: left, top: y + 2, right: right, bottom: y + 2 + rowHeight * Double(max(chart.bars.count, 1)) + 4)
        let bottom = BottomAxis(scale, length: box.width)
        let plane = Plane(box: box, x: scale, y: scale, insetX: 0, insetY: (0, 0))
        bottom.draw(on: &self, x: box.left, y: box.bottom, gridTop: box.top, hasLine: false)
        let zero = (plane.px(0) ?? box.left).clamped(to: box.left...box.right)
        for (index, bar) in chart.bars.enumerated() {
            let top = box.top + rowHeight * Double(index)
            draw(bar, text: written[index], top: isStacked ? top + 18 : top + 4, zero: zero, plane)
            if isStacked {
                let text = TextMetrics.truncated(bar.label, to: width, size: 12)
                self.text(text, x: 0, y: top + 13, classes: "plot-halo", title: bar.label)
            } else {
                self.text(bar.label, x: left - 10, y: top + 18, anchor: .end)
            }
        }
        var line = PathText()
        for index in chart.bars.indices {
            let top = box.top + rowHeight * Double(index)
            line.move(to: zero.rounded(.down) + 0.5, top + (isStacked ? 17 : 0))
            line.line(to: zero.rounded(.down) + 0.5, top + rowHeight)
        }
        path(line, classes: "plot-axis")
        y = box.bottom + bottom.height
    }

    private mutating func draw(_ bar: BarChart.Bar, text: String, top: Double, zero: Double, _ plane: Plane) {
        let height = 20.0
        var end = zero
        let tone = tone(bar.tone)
        let range = plane.box.left...plane.box.right
        item(title: bar.note ?? "\(bar.label): \(text)", link: nil) { canvas in
            // The whole row answers to a pointer, also where the bar is short.
            canvas.markup.element(
                "rect",
                [
                    "class": "plot-row", "x": .number(plane.box.left), "y": .number(top - 2),
                    "width": .number(plane.box.width), "height": .number(height + 4),
                ])
            if let value = plane.px(bar.value)?.clamped(to: range) {
                canvas.markup.element(
                    "rect",
                    [
                        "class": .text("plot-fill" + tone), "x": .number(min(zero, value)), "y": .number(top),
                        "width": .number((value - zero).magnitude), "height": .number(height), "rx": 2,
                    ])
                end = max(zero, value)
            }
            guard let interval = bar.interval, let low = plane.px(interval.lowerBound)?.clamped(to: range),
                let high = plane.px(interval.upperBound)?.clamped(to: range)
            else { return }
            var path = PathText()
            let middle = top + height / 2
            path.move(to: low, middle - 4)
            path.line(to: low, middle + 4)
            path.move(to: low, middle)
            path.line(to: high, middle)
            path.move(to: high, middle - 4)
            path.line(to: high, middle + 4)
            canvas.path(path, classes: "plot-whisker-gap")
            canvas.path(path, classes: "plot-whisker")
            end = max(end, high)
        }
        self.text(text, x: end + 6, y: top + height / 2 + 4, classes: "plot-small plot-halo")
    }
}
