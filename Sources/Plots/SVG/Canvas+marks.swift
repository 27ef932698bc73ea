extension Canvas {
    // MARK: Rules

    mutating func band(_ rule: Chart.Rule, _ plane: Plane) {
        guard case .yBand(let range) = rule.place, let low = plane.py(range.lowerBound) ?? bottomEnd(range, plane),
            let high = plane.py(range.upperBound)
        else { return }
        let box = plane.box
        let (top, bottom) = (high.clamped(to: box.top...box.bottom), low.clamped(to: box.top...box.bottom))
        markup.element(
            "rect",
            [
                "class": "plot-band", "x": .number(box.left), "y": .number(top), "width": .number(box.width),
                "height": .number(max(bottom - top, 1)),
            ], title: rule.label)
    }

    /// A band that begins at or below 0 begins at the end of a logarithmic axis.
    private func bottomEnd(_ range: ClosedRange<Double>, _ plane: Plane) -> Double? {
        range.lowerBound <= 0 ? plane.box.bottom : nil
    }

    mutating func line(of rule: Chart.Rule, _ plane: Plane) {
        var path = PathText()
        switch rule.place {
        case .y(let value):
            guard let y = plane.py(value), plane.shows(plane.box.left, y) else { return }
            path.move(to: plane.box.left, y)
            path.line(to: plane.box.right, y)
        case .x(let value):
            guard let x = plane.px(value), plane.shows(x, plane.box.top) else { return }
            path.move(to: x, plane.box.top)
            path.line(to: x, plane.box.bottom)
        case .yBand: return
        }
        self.path(path, classes: "plot-rule", title: rule.label)
    }

    mutating func label(_ rule: Chart.Rule, _ plane: Plane, _ labels: inout LabelPlacer) {
        guard !rule.label.isEmpty else { return }
        let box = plane.box
        let text = TextMetrics.truncated(rule.label, to: box.width - 12, size: 11)
        let width = TextMetrics.width(text, size: 11)
        let (start, end) = (box.left + 5, box.right - width - 4)
        let candidates: [(x: Double, y: Double)]
        switch rule.place {
        case .y(let value):
            guard let y = plane.py(value), plane.shows(box.left, y) else { return }
            candidates = [(end, y - 4), (end, y + 12), (start, y - 4), (start, y + 12)]
        case .yBand(let range):
            guard let high = plane.py(range.upperBound) else { return }
            let low = plane.py(range.lowerBound) ?? box.bottom
            let (top, bottom) = (max(high, box.top), min(low, box.bottom))
            candidates = [(end, top - 4), (end, bottom + 12), (start, top - 4), (start, bottom + 12), (end, top + 12)]
        case .x(let value):
            guard let x = plane.px(value), plane.shows(x, box.top) else { return }
            candidates = stride(from: box.top + 11, to: box.bottom - 4, by: 15).flatMap { y in
                [(x: x + 5, y: y), (x: x - width - 5, y: y)]
            }
        }
        guard let place = labels.place(width: width, size: 11, candidates: candidates) else { return }
        self.text(text, x: place.x, y: place.y, classes: "plot-tick plot-halo", title: rule.label)
    }

    // MARK: Marks

    /// A mark that is infinite or outside stands at the edge: it says that something happened there.
    private func place(_ mark: Chart.Mark, _ plane: Plane) -> (x: Double, y: Double)? {
        let box = plane.box
        func edge(_ value: Double, _ pixel: Double?, _ low: Double, _ high: Double) -> Double? {
            if let pixel { return pixel.clamped(to: min(low, high)...max(low, high)) }
            if value.isNaN { return nil }
            return value == .infinity ? high : low
        }
        guard let x = edge(mark.x, plane.px(mark.x), box.left + plane.insetX, box.right - plane.insetX),
            let y = edge(mark.y, plane.py(mark.y), box.bottom - plane.insetY.bottom, box.top + plane.insetY.top)
        else { return nil }
        return (x, y)
    }

    mutating func sign(_ mark: Chart.Mark, _ plane: Plane, _ labels: inout LabelPlacer) {
        guard let (x, y) = place(mark, plane) else { return }
        let tone = tone(mark.tone)
        let title = mark.note ?? [mark.label, plane.y.text(mark.y)].filter { !$0.isEmpty }.joined(separator: ": ")
        labels.take(Box(left: x - 5, top: y - 5, right: x + 5, bottom: y + 5))
        switch mark.sign {
        case .dot:
            let attributes: Markup.Attributes = [
                "class": .text("plot-dot" + tone), "cx": .number(x), "cy": .number(y), "r": 4.5,
            ]
            markup.element("circle", attributes, title: title)
        case .cross:
            var path = PathText()
            path.move(to: x - 3.5, y - 3.5)
            path.line(to: x + 3.5, y + 3.5)
            path.move(to: x + 3.5, y - 3.5)
            path.line(to: x - 3.5, y + 3.5)
            self.path(path, classes: "plot-sign" + tone, title: title)
        case .star:
            var path = PathText()
            for (index, corner) in Self.star.enumerated() {
                if index == 0 {
                    path.move(to: x + corner.x, y + corner.y)
                } else {
                    path.line(to: x + corner.x, y + corner.y)
                }
            }
            path.close()
            self.path(path, classes: "plot-dot" + tone, title: title)
        }
    }

    /// Five outer corners at a distance of 7 and five inner ones at 3.
    private static let star: [(x: Double, y: Double)] = [
        (0, -7), (1.8, -2.4), (6.7, -2.2), (2.9, 0.9), (4.1, 5.7), (0, 3), (-4.1, 5.7), (-2.9, 0.9), (-6.7, -2.2),
        (-1.8, -2.4),
    ]

    mutating func label(_ mark: Chart.Mark, _ plane: Plane, _ labels: inout LabelPlacer) {
        guard !mark.label.isEmpty, let (x, y) = place(mark, plane) else { return }
        let text = TextMetrics.truncated(mark.label, to: plane.box.width * 0.6, size: 11)
        let width = TextMetrics.width(text, size: 11)
        let (before, after, centre) = (x - width - 9, x + 9, x - width / 2)
        let candidates = [
            (after, y + 4), (before, y + 4), (centre, y - 10), (centre, y + 19), (after, y - 10), (before, y - 10),
            (after, y + 19), (before, y + 19), (after, y - 25), (before, y - 25), (after, y + 34), (before, y + 34),
        ]
        guard let place = labels.place(width: width, size: 11, candidates: candidates) else { return }
        self.text(text, x: place.x, y: place.y, classes: "plot-small plot-halo", title: mark.label)
    }
}
