extension Canvas {
    mutating func draw(_ chart: ParallelCoordinates) {
        guard !chart.axes.isEmpty else { return draw(empty: "No parameters to compare.") }
        let scales = chart.axes.indices.map { index in
            AxisScale(
                chart.axes[index],
                values: chart.lines.compactMap { $0.values.indices.contains(index) ? $0.values[index] : nil })
        }
        // Upright axes need room between them; where there is none, they lie, and the lines run from top to bottom.
        let isUpright = scales.count == 1 || width / Double(scales.count) >= 100
        let layout = isUpright ? upright(scales) : lying(scales)
        let positions = chart.lines.map { line in
            scales.indices.map { index -> (x: Double, y: Double)? in
                guard line.values.indices.contains(index), let value = line.values[index],
                    let position = scales[index].position(of: value)
                else { return nil }
                return layout.place(index, position.clamped(to: -0.02...1.02))
            }
        }
        let ribbons = ribbons(chart)
        for (index, line) in chart.lines.enumerated() {
            let places = zip(positions[index], ribbons[index]).map { place, offset in
                place.map { isUpright ? (x: $0.x, y: $0.y - offset) : (x: $0.x + offset, y: $0.y) }
            }
            draw(line, places)
        }
        for index in scales.indices {
            axis(scales[index], index, layout, isUpright: isUpright, isLast: index == scales.count - 1)
        }
        y = layout.bottom
    }

    /// By how many pixels each line passes beside its value on each axis: lines that share a value lie side by side, or
    /// only the last of them would be seen. Not on the last axis, which tells them apart.
    private func ribbons(_ chart: ParallelCoordinates) -> [[Double]] {
        var offsets = Array(repeating: Array(repeating: 0.0, count: chart.axes.count), count: chart.lines.count)
        for axis in chart.axes.indices.dropLast() {
            let groups = Dictionary(grouping: chart.lines.indices) { index in
                chart.lines[index].values.indices.contains(axis) ? chart.lines[index].values[axis] : nil
            }
            for (value, members) in groups where value != nil && members.count > 1 {
                let distance = min(1, 16 / Double(members.count))
                for (rank, index) in members.enumerated() {
                    offsets[index][axis] = (Double(rank) - Double(members.count - 1) / 2) * distance
                }
            }
        }
        return offsets
    }

    /// Where the axes are.
    private struct Layout {
        var place: (_ axis: Int, _ position: Double) -> (x: Double, y: Double)
        var length: Double
        var bottom: Double
        /// Room for the titles of the first, the inner and the last axes: those at the edges move inward and need
        /// more of it.
        var titleWidths: (first: Double, inner: Double, last: Double)
    }

    private mutating func upright(_ scales: [AxisScale]) -> Layout {
        let height = (width * 0.42).clamped(to: 200...380).rounded()
        let first = labelWidth(scales[0]) + 8
        let step = scales.count > 1 ? (width - first - 16) / Double(scales.count - 1) : 0
        // Two lines of title: the names of parameters are long.
        let top = y + 40
        return Layout(
            place: { (x: first + step * Double($0), y: top + height * (1 - $1)) }, length: height,
            bottom: top + height + 12,
            titleWidths: step > 0 ? (step * 0.6 + first, step * 0.66, step * 0.6 + 16) : (width, width, width))
    }

    private mutating func lying(_ scales: [AxisScale]) -> Layout {
        let (top, step, left) = (y + 24, 74.0, 12.0)
        let length = width - 2 * left
        return Layout(
            place: { (x: left + length * $1, y: top + step * Double($0)) }, length: length,
            bottom: top + step * Double(scales.count - 1) + 26, titleWidths: (width, width, width))
    }

    private func labelWidth(_ scale: AxisScale) -> Double {
        let labels = scale.ticks(atMost: 8).map(\.label)
        return min(labels.map { TextMetrics.width($0, size: 11) }.max() ?? 0, 84)
    }

    private mutating func draw(
        _ line: ParallelCoordinates.Line, _ places: [(x: Double, y: Double)?]
    ) {
        let tone = tone(line.tone)
        item(title: line.note, link: line.link) { canvas in
            var path = PathText()
            var last: (x: Double, y: Double)?
            for (index, place) in places.enumerated() {
                if let place {
                    if last == nil {
                        path.move(to: place.x, place.y)
                        // A value between two gaps would be invisible.
                        if index + 1 >= places.count || places[index + 1] == nil {
                            canvas.markup.element(
                                "circle",
                                [
                                    "class": .text("plot-dot" + tone), "cx": .number(place.x), "cy": .number(place.y),
                                    "r": 3,
                                ])
                        }
                    } else {
                        path.line(to: place.x, place.y)
                    }
                }
                last = place
            }
            guard !path.isEmpty else { return }
            let id = canvas.newID()
            canvas.markup.open("g", ["class": .text("plot-line" + line.weight.suffix + tone)])
            canvas.markup.raw("<path id=\"")
            canvas.markup.raw(id)
            canvas.markup.raw("\" d=\"")
            canvas.markup.raw(path.bytes)
            canvas.markup.raw("\"/>")
            canvas.markup.close("g")
            canvas.markup.element("use", ["class": "plot-hit", "href": .text("#" + id)])
        }
    }

    private mutating func axis(_ scale: AxisScale, _ index: Int, _ layout: Layout, isUpright: Bool, isLast: Bool) {
        let (start, end) = (layout.place(index, 0), layout.place(index, 1))
        var path = PathText()
        path.move(to: start.x, start.y)
        path.line(to: end.x, end.y)
        let ticks = fitting(scale, length: layout.length, isUpright: isUpright)
        for tick in ticks {
            let place = layout.place(index, tick.position)
            let size = tick.isMajor ? 4.0 : 2
            path.move(to: isUpright ? place.x - size : place.x, isUpright ? place.y : place.y - size)
            path.line(to: isUpright ? place.x : place.x, place.y)
        }
        self.path(path, classes: "plot-axis")
        if isLast { key(along: start, end, isUpright: isUpright) }
        for tick in ticks where tick.isMajor {
            let place = layout.place(index, tick.position)
            let text = TextMetrics.truncated(tick.label, to: 84, size: 11)
            if isUpright {
                self.text(
                    text, x: place.x - 7, y: place.y + 4, classes: "plot-tick plot-halo", anchor: .end,
                    title: tick.label)
            } else {
                let half = TextMetrics.width(text, size: 11) / 2
                self.text(
                    text, x: place.x.clamped(to: half...max(half, width - half)), y: place.y + 16,
                    classes: "plot-tick plot-halo",
                    anchor: .middle, title: tick.label)
            }
        }
        title(scale.axis.label, index, layout, isUpright: isUpright, isLast: isLast)
    }

    private mutating func title(_ label: String, _ index: Int, _ layout: Layout, isUpright: Bool, isLast: Bool) {
        let end = layout.place(index, isUpright ? 1 : 0)
        guard isUpright else {
            let text = TextMetrics.truncated(label, to: width, size: 12, isBold: true)
            return self.text(text, x: 0, y: end.y - 9, classes: "plot-heading plot-halo", title: label)
        }
        let broken = label.split(separator: "_", omittingEmptySubsequences: false).joined(separator: "_ ")
        let widths = layout.titleWidths
        let room = index == 0 ? widths.first : isLast ? widths.last : widths.inner
        let fits = TextMetrics.width(label, size: 12, isBold: true) <= room
        let lines = TextMetrics.wrapped(fits ? label : broken, to: room, size: 12, isBold: true, lines: 2)
        let widest = lines.map { TextMetrics.width($0, size: 12, isBold: true) }.max() ?? 0
        // Centred on its axis, moved inward at the edges of the picture.
        let middle = end.x.clamped(to: widest / 2...max(widest / 2, width - widest / 2))
        for (number, line) in lines.enumerated() {
            let y = end.y - 12 - 14 * Double(lines.count - 1 - number)
            text(
                line.replacingSeparators(), x: middle, y: y, classes: "plot-heading", anchor: .middle,
                title: lines.count > 1 ? label : nil)
        }
    }

    /// The scale of the colours beside the axis that gives them.
    private mutating func key(along start: (x: Double, y: Double), _ end: (x: Double, y: Double), isUpright: Bool) {
        let steps = 32
        for step in 0..<steps {
            let classes = "plot-fill" + tone(.scale(Double(step) / Double(steps - 1)))
            let low = Double(step) / Double(steps)
            let size = isUpright ? (start.y - end.y) / Double(steps) : (end.x - start.x) / Double(steps)
            let overlap = 0.5
            markup.element(
                "rect",
                isUpright
                    ? [
                        "class": .text(classes), "x": .number(start.x + 3),
                        "y": .number(start.y - (start.y - end.y) * low - size),
                        "width": 7, "height": .number(size + (step > 0 ? overlap : 0)),
                    ]
                    : [
                        "class": .text(classes), "x": .number(start.x + (end.x - start.x) * low),
                        "y": .number(start.y - 8),
                        "width": .number(size + (step < steps - 1 ? overlap : 0)), "height": 5,
                    ])
        }
    }

    private func fitting(_ scale: AxisScale, length: Double, isUpright: Bool) -> [AxisTick] {
        var ticks: [AxisTick] = []
        for count in stride(from: 8, through: 1, by: -1) {
            ticks = scale.ticks(atMost: count)
            var end = -Double.infinity
            var fits = true
            for tick in ticks where tick.isMajor {
                let label = TextMetrics.truncated(tick.label, to: 84, size: 11)
                let half = isUpright ? 7 : TextMetrics.width(label, size: 11) / 2
                if tick.position * length - half < end + (isUpright ? 2 : 8) { fits = false }
                end = tick.position * length + half
            }
            if fits { break }
        }
        return ticks
    }
}

extension String {
    /// Takes back the spaces after which a name may be broken.
    fileprivate func replacingSeparators() -> String {
        split(separator: "_ ", omittingEmptySubsequences: false).joined(separator: "_")
    }
}
