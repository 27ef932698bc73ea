/// Names of what is drawn, each behind a sample of it, in as many lines as they need.
struct Legend {
    enum Sample {
        case line(Chart.Series.Weight)
        case dot
        case square
    }

    struct Entry {
        var name: String
        var tone: Tone
        var sample: Sample
    }

    /// More than these are only counted.
    private static let most = 24

    let entries: [Entry]

    /// Entries that look and read the same are one; those without a name are none.
    init(_ entries: [Entry]) {
        var kept: [Entry] = []
        for entry in entries where !entry.name.isEmpty {
            if !kept.contains(where: { $0.name == entry.name && $0.tone == entry.tone }) { kept.append(entry) }
            if kept.count > 400 { break }
        }
        self.entries = kept
    }

    func draw(on canvas: inout Canvas) {
        guard !entries.isEmpty else { return }
        let (swatch, gap, lineHeight) = (22.0, 18.0, 18.0)
        var x = 0.0
        func advance(_ width: Double, _ canvas: inout Canvas) {
            if x > 0, x + width > canvas.width {
                canvas.y += lineHeight
                x = 0
            }
        }
        for entry in entries.prefix(Self.most) {
            let name = TextMetrics.truncated(entry.name, to: canvas.width - swatch, size: 12)
            let width = swatch + TextMetrics.width(name, size: 12)
            advance(width, &canvas)
            draw(entry, x: x, y: canvas.y + 8.5, on: &canvas)
            canvas.text(name, x: x + swatch, y: canvas.y + 13, title: entry.name)
            x += width + gap
        }
        if entries.count > Self.most {
            let text = "and \(entries.count - Self.most) more"
            advance(TextMetrics.width(text, size: 12), &canvas)
            canvas.text(text, x: x, y: canvas.y + 13, classes: "plot-quiet")
        }
        canvas.y += lineHeight + 4
    }

    private func draw(_ entry: Entry, x: Double, y: Double, on canvas: inout Canvas) {
        let tone = canvas.tone(entry.tone)
        switch entry.sample {
        case .line(let weight):
            var path = PathText()
            path.move(to: x + 1, y)
            path.line(to: x + 16, y)
            canvas.path(path, classes: "plot-line" + weight.suffix + tone)
        case .dot:
            canvas.markup.element(
                "circle", ["class": .text("plot-dot" + tone), "cx": .number(x + 9), "cy": .number(y), "r": 4])
        case .square:
            canvas.markup.element(
                "rect",
                [
                    "class": .text("plot-fill" + tone), "x": .number(x + 3), "y": .number(y - 6), "width": 12,
                    "height": 12,
                    "rx": 2,
                ])
        }
    }
}

extension Chart.Series.Weight {
    /// The class, to append to others.
    var suffix: String {
        switch self {
        case .faint: " plot-faint"
        case .normal: ""
        case .strong: " plot-strong"
        }
    }
}
