/// Draws the series of a chart, the first below, the last on top.
struct ChartSeriesDrawing {
    let chart: Chart
    let plane: Plane

    func draw(on canvas: inout Canvas) {
        let isThin = thinning()
        let lines = chart.series.count { $0.shape == .line || $0.shape == .steps }
        let linePoints = chart.series.reduce(0) {
            $0 + ($1.shape == .line || $1.shape == .steps ? $1.points.count : 0)
        }
        let hasTips = lines <= 6 && linePoints <= 480
        for series in chart.series {
            switch series.shape {
            case .line: line(series, isStepped: false, hasTips: hasTips && series.weight != .faint, on: &canvas)
            case .steps: line(series, isStepped: true, hasTips: hasTips && series.weight != .faint, on: &canvas)
            case .points: points(series, cell: isThin, on: &canvas)
            case .columns: columns(series, on: &canvas)
            }
        }
    }

    /// Tells a placer of labels where the series are.
    func crowd(_ labels: inout LabelPlacer) {
        for series in chart.series {
            var last: (x: Double, y: Double)?
            // Among very many points every place is as bad as the other.
            for point in series.points.prefix(5000) {
                guard let x = plane.px(point.x), let y = plane.py(point.y) else {
                    last = nil
                    continue
                }
                switch series.shape {
                case .points: labels.crowd(x, y)
                case .columns:
                    for step in stride(from: -1, through: 1, by: 0.25) {
                        let half = series.shape.columnWidth / 2
                        guard let x = plane.px(point.x + half * step) else { continue }
                        labels.crowd(from: (x, y), to: (x, plane.box.bottom))
                    }
                case .line: labels.crowd(from: last ?? (x, y), to: (x, y))
                case .steps:
                    labels.crowd(from: last ?? (x, y), to: (x, last?.y ?? y))
                    labels.crowd(x, y)
                }
                last = (x, y)
            }
        }
    }

    // MARK: Lines

    private func line(_ series: Chart.Series, isStepped: Bool, hasTips: Bool, on canvas: inout Canvas) {
        var path = PathText()
        var single: [(x: Double, y: Double)] = []
        var segment: (x: [Double], y: [Double]) = ([], [])
        let most = max(4, Int(plane.box.width * (series.weight == .faint ? 1 : 2)))
        func end() {
            defer { segment = ([], []) }
            guard segment.x.count > 1 else {
                if let x = segment.x.first, let y = segment.y.first { single.append((x, y)) }
                return
            }
            let kept =
                isStepped
                ? changes(segment.y) : LargestTriangle.indices(x: segment.x, y: segment.y, count: most)
            path.move(to: segment.x[0], segment.y[0])
            for index in kept.dropFirst() {
                if isStepped { path.line(to: segment.x[index], segment.y[index - 1]) }
                path.line(to: segment.x[index], segment.y[index])
            }
        }
        for point in series.points {
            guard let x = plane.px(point.x), let y = plane.py(point.y) else {
                end()
                continue
            }
            segment.x.append(x)
            segment.y.append(y)
        }
        end()
        guard !path.isEmpty || !single.isEmpty else { return }

        let tone = canvas.tone(series.tone)
        let classes = "plot-line" + series.weight.suffix + tone
        canvas.item(title: title(series), link: series.link) { canvas in
            if !path.isEmpty {
                let needsHit = series.link != nil || !series.name.isEmpty
                let id = needsHit ? canvas.newID() : nil
                // The shape itself has no class: it looks as the element around it says, so that it can be used again.
                canvas.markup.open("g", ["class": .text(classes)])
                canvas.markup.raw("<path")
                if let id {
                    canvas.markup.raw(" id=\"")
                    canvas.markup.raw(id)
                    canvas.markup.raw("\"")
                }
                canvas.markup.raw(" d=\"")
                canvas.markup.raw(path.bytes)
                canvas.markup.raw("\"/>")
                canvas.markup.close("g")
                if let id { canvas.markup.element("use", ["class": "plot-hit", "href": .text("#" + id)]) }
            }
            for place in single where plane.shows(place.x, place.y) {
                canvas.markup.element(
                    "circle",
                    [
                        "class": .text("plot-dot" + series.weight.suffix + tone), "cx": .number(place.x),
                        "cy": .number(place.y), "r": series.weight == .faint ? 2 : 3,
                    ])
            }
        }
        if hasTips { tips(series, on: &canvas) }
    }

    /// Where a stepped line changes its height, and its ends.
    private func changes(_ y: [Double]) -> [Int] {
        y.indices.filter { $0 == 0 || $0 == y.count - 1 || Markup.tenths(y[$0]) != Markup.tenths(y[$0 - 1]) }
    }

    /// Invisible spots on a line that show the value there.
    private func tips(_ series: Chart.Series, on canvas: inout Canvas) {
        let tone = canvas.tone(series.tone)
        canvas.markup.open("g", ["class": .text(String(tone.dropFirst()))])
        for point in series.points {
            guard let x = plane.px(point.x), let y = plane.py(point.y), plane.shows(x, y) else { continue }
            let own = point.tone.map { canvas.tone($0) } ?? ""
            canvas.item(title: nil, link: point.link) { canvas in
                canvas.markup.element(
                    "circle",
                    [
                        "class": .text(own.isEmpty ? "plot-tip" : "plot-dot" + own), "cx": .number(x), "cy": .number(y),
                        "r": 4,
                    ], title: note(point, in: series))
            }
        }
        canvas.markup.close("g")
    }

    private func title(_ series: Chart.Series) -> String? {
        guard let last = series.points.last(where: { plane.px($0.x) != nil && plane.py($0.y) != nil }) else {
            return nil
        }
        if series.name.isEmpty, let note = last.note { return note }
        let value = plane.y.text(last.y)
        return series.name.isEmpty ? (series.link == nil ? nil : value) : "\(series.name)\nlast: \(value)"
    }

    private func note(_ point: Chart.Point, in series: Chart.Series) -> String {
        if let note = point.note { return note }
        let head = series.name.isEmpty ? "" : series.name + "\n"
        return "\(head)\(plane.x.axis.label): \(plane.x.text(point.x))\n\(plane.y.axis.label): \(plane.y.text(point.y))"
    }

    // MARK: Points

    private static let mostPoints = 4000

    /// The side of the cells of which each shows one point of each tone; nil where there are few points anyway.
    private func thinning() -> Double? {
        let series = chart.series.filter { $0.shape == .points }
        guard series.reduce(0, { $0 + $1.points.count }) > Self.mostPoints else { return nil }
        for cell in [1.5, 2, 3, 4, 6, 8] {
            var seen: Set<SIMD2<Int32>> = []
            for point in series.lazy.flatMap(\.points) {
                guard let x = plane.px(point.x), let y = plane.py(point.y), plane.shows(x, y) else { continue }
                seen.insert(SIMD2(Int32(x / cell), Int32(y / cell)))
                if seen.count > Self.mostPoints { break }
            }
            if seen.count <= Self.mostPoints { return cell }
        }
        return 8
    }

    private struct Spot: Hashable {
        let cell: SIMD2<Int32>
        let tone: String
    }

    private func points(_ series: Chart.Series, cell: Double?, on canvas: inout Canvas) {
        var places: [(index: Int, x: Double, y: Double, tone: String)] = []
        let seriesTone = canvas.tone(series.tone)
        for (index, point) in series.points.enumerated() {
            guard let x = plane.px(point.x), let y = plane.py(point.y), plane.shows(x, y) else { continue }
            places.append((index, x, y, point.tone.map { canvas.tone($0) } ?? seriesTone))
        }
        if let cell {
            var seen: Set<Spot> = []
            // From the end, because what is drawn last is on top.
            places = places.reversed().filter { place in
                seen.insert(Spot(cell: SIMD2(Int32(place.x / cell), Int32(place.y / cell)), tone: place.tone)).inserted
            }.reversed()
        }
        let radius =
            (places.count <= 300 ? 3.5 : places.count <= 1500 ? 2.75 : 2.25) + (series.weight == .strong ? 1.5 : 0)
        var tone = ""
        for place in places {
            if place.tone != tone {
                if !tone.isEmpty { canvas.markup.close("g") }
                tone = place.tone
                canvas.markup.open("g", ["class": .text(String(tone.dropFirst()))])
            }
            let point = series.points[place.index]
            if let link = point.link {
                canvas.item(title: note(point, in: series), link: link) { canvas in
                    circle(place.x, place.y, radius, series.weight, on: &canvas)
                    canvas.markup.raw("/>")
                }
            } else {
                circle(place.x, place.y, radius, series.weight, on: &canvas)
                canvas.markup.raw("><title>")
                canvas.markup.escaped(note(point, in: series))
                canvas.markup.raw("</title></circle>")
            }
        }
        if !tone.isEmpty { canvas.markup.close("g") }
    }

    /// Without the end of its tag.
    private func circle(
        _ x: Double, _ y: Double, _ radius: Double, _ weight: Chart.Series.Weight, on canvas: inout Canvas
    ) {
        canvas.markup.raw(
            weight == .faint ? "<circle class=\"plot-dot plot-faint\" cx=\"" : "<circle class=\"plot-dot\" cx=\"")
        canvas.markup.number(x)
        canvas.markup.raw("\" cy=\"")
        canvas.markup.number(y)
        canvas.markup.raw("\" r=\"")
        canvas.markup.number(radius)
        canvas.markup.raw("\"")
    }

    // MARK: Columns

    private func columns(_ series: Chart.Series, on canvas: inout Canvas) {
        let half = series.shape.columnWidth / 2
        let base = (plane.py(0) ?? plane.box.bottom).clamped(to: plane.box.top...plane.box.bottom)
        for point in series.points {
            guard let middle = plane.px(point.x), let top = plane.py(point.y) else { continue }
            var left = plane.px(point.x - half) ?? plane.box.left
            var right = plane.px(point.x + half) ?? middle
            // A gap between neighbours, as long as something is left.
            let gap = min(1, max(0, (right - left - 1) / 2))
            (left, right) = (left + gap / 2, right - gap / 2)
            if right - left < 1 { (left, right) = (middle - 0.5, middle + 0.5) }
            guard right >= plane.box.left, left <= plane.box.right else { continue }
            let tone = canvas.tone(point.tone ?? series.tone)
            canvas.item(title: note(point, in: series), link: point.link) { canvas in
                canvas.markup.element(
                    "rect",
                    [
                        "class": .text("plot-fill" + tone), "x": .number(left), "y": .number(min(top, base)),
                        "width": .number(right - left), "height": .number((top - base).magnitude),
                    ])
            }
        }
    }
}
