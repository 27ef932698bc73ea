extension Canvas {
    mutating func draw(_ chart: LaneChart) {
        Legend(chart.legend.map { Legend.Entry(name: $0.name, tone: $0.tone, sample: .square) }).draw(on: &self)
        y += 4
        let ends = chart.lanes.flatMap { $0.spans.flatMap { [$0.range.lowerBound, $0.range.upperBound] } }
        let scale = AxisScale(chart.time, values: ends)
        let widest = chart.lanes.map { TextMetrics.width($0.label, size: 11) }.max() ?? 0
        let count = Double(max(chart.lanes.count, 1))
        let row = min(26, max(440 / count, 0.01))
        let labels = widest > 0 ? min(widest, width * 0.3) + 10 : 0
        var bottom = BottomAxis(scale, length: width - labels - 8)
        let right = max(6, bottom.overflow + 1)
        bottom = BottomAxis(scale, length: max(20, width - labels - right))
        let box = Box(left: labels, top: y, right: max(labels + 20, width - right), bottom: y + row * count)
        let plane = Plane(box: box, x: scale, y: scale, insetX: 0, insetY: (0, 0))
        bottom.draw(on: &self, x: box.left, y: box.bottom, gridTop: box.top)
        clipped(to: box, if: chart.time.range != nil) { $0.spans(of: chart, plane, row: row) }

        // Every label that has room.
        var free = -Double.infinity
        for (index, lane) in chart.lanes.enumerated() where !lane.label.isEmpty {
            let middle = box.top + row * (Double(index) + 0.5)
            guard middle >= free else { continue }
            let text = TextMetrics.truncated(lane.label, to: labels - 10, size: 11)
            self.text(text, x: labels - 8, y: middle + 4, classes: "plot-tick", anchor: .end, title: lane.label)
            free = middle + 13
        }
        y = box.bottom + bottom.height
    }

    private struct Bar: Hashable {
        let start: Int
        let end: Int
        let top: Int
        let tone: String
    }

    private mutating func spans(of chart: LaneChart, _ plane: Plane, row: Double) {
        let gap = row >= 8 ? 3.0 : row >= 3 ? 0.6 : 0
        let height = max(row - gap, 1)
        // What falls on what is already there is not drawn again.
        var seen: Set<Bar> = []
        for (index, lane) in chart.lanes.enumerated() {
            let top = plane.box.top + row * Double(index) + gap / 2
            for span in lane.spans {
                guard let start = plane.px(span.range.lowerBound), let end = plane.px(span.range.upperBound),
                    end >= plane.box.left, start <= plane.box.right
                else { continue }
                let tone = tone(span.tone)
                // Neighbours stay apart, and the shortest is still seen.
                let width = max(end - start > 4 ? end - start - 1 : end - start, 1)
                let bar = Bar(start: Int(start * 2), end: Int((start + width) * 2), top: Int(top), tone: tone)
                guard seen.insert(bar).inserted else { continue }
                item(title: span.note, link: span.link) { canvas in
                    canvas.markup.element(
                        "rect",
                        [
                            "class": .text("plot-fill" + tone), "x": .number(start), "y": .number(top),
                            "width": .number(width),
                            "height": .number(height), "rx": height >= 8 && width >= 6 ? 2 : .none,
                        ])
                }
            }
        }
    }
}
