/// A chart's lines, points and columns in a terminal.
struct TerminalChart {
    let chart: Chart
    let page: TerminalPage
    let axes: TerminalAxes
    /// For each series; nil for one without a letter.
    let letters: [Character?]

    init(_ chart: Chart, _ page: TerminalPage) {
        (self.chart, self.page) = (chart, page)
        var (xs, ys): ([Double], [Double]) = ([], [])
        var hasColumns = false
        for series in chart.series {
            var half = 0.0
            if case .columns(let width) = series.shape { (hasColumns, half) = (true, width / 2) }
            for point in series.points where point.x.isFinite && point.y.isFinite {
                xs += half == 0 ? [point.x] : [point.x - half, point.x + half]
                ys.append(point.y)
            }
        }
        for mark in chart.marks where mark.x.isFinite && mark.y.isFinite {
            xs.append(mark.x)
            ys.append(mark.y)
        }
        for rule in chart.rules {
            switch rule.place {
            case .x(let value): xs.append(value)
            case .y(let value): ys.append(value)
            case .yBand(let range): ys += [range.lowerBound, range.upperBound]
            }
        }
        axes = TerminalAxes(
            page, x: AxisScale(chart.x, values: xs), y: AxisScale(chart.y, values: ys, hasZero: hasColumns),
            rows: page.plotRows)
        letters = Self.letters(chart, page)
    }

    /// Letters for named series where neither colors nor shapes tell them apart.
    private static func letters(_ chart: Chart, _ page: TerminalPage) -> [Character?] {
        var letters: [Character?] = Array(repeating: nil, count: chart.series.count)
        let named = chart.series.indices.filter { !chart.series[$0].name.isEmpty && chart.series[$0].weight != .faint }
        guard chart.hasLegend else { return letters }
        let alike = named.filter { index in
            named.contains { other in
                index != other && chart.series[index].shape.isLine == chart.series[other].shape.isLine
                    && (!page.hasColors
                        || TerminalPalette.color(chart.series[index].tone)
                            == TerminalPalette.color(chart.series[other].tone))
            }
        }
        guard alike.count <= 26 else { return letters }
        for (letter, index) in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", alike) { letters[index] = letter }
        return letters
    }

    func draw() -> TextGrid {
        var grid = TextGrid(width: page.width)
        let name = page.label(chart.y.label, page.width)
        if !name.isEmpty { grid.add(name) }
        let top = grid.height
        let bottom = axes.draw(on: &grid, top: top)
        var canvas = DotCanvas(columns: axes.columns, rows: axes.rows, unicode: page.unicode)
        var legend = TerminalLegend()
        drawRules(on: &grid, top: top)
        for (index, series) in chart.series.enumerated() {
            if case .columns(let width) = series.shape {
                drawColumns(series, width, on: &grid, top: top)
            } else {
                drawSeries(series, index, on: &canvas)
            }
        }
        canvas.paint(on: &grid, row: top, column: axes.gutter)
        placeLetters(canvas, on: &grid, top: top)
        if chart.hasLegend { legend.entries = series() }
        legend.entries += placeMarksAndLabels(on: &grid, top: top)
        grid.place(legend.draw(page, indent: min(axes.gutter, 4)), row: bottom)
        return grid
    }

    // MARK: Series

    private func drawSeries(_ series: Chart.Series, _ index: Int, on canvas: inout DotCanvas) {
        var pen = DotCanvas.Pen(
            rank: series.weight.rank, style: .ink(TerminalPalette.color(series.tone)), glyph: glyph(series, index),
            owner: index)
        var last: (x: Double, y: Double)?
        let isSingle = series.points.count == 1
        for point in series.points {
            guard let x = axes.x.position(of: point.x), let y = axes.y?.position(of: point.y) else {
                last = nil
                continue
            }
            let place = canvas.dot(x, y)
            if series.shape == .points || isSingle {
                if let tone = point.tone { pen.style = .ink(TerminalPalette.color(tone)) }
                drawPoint(place, series, index, pen, on: &canvas)
                pen.style = .ink(TerminalPalette.color(series.tone))
            } else if let last {
                if series.shape == .steps {
                    canvas.line(last, (place.x, last.y), pen)
                    canvas.line((place.x, last.y), place, pen)
                } else {
                    canvas.line(last, place, pen)
                }
            } else {
                canvas.line(place, place, pen)
            }
            last = place
        }
    }

    private func drawPoint(
        _ place: (x: Double, y: Double), _ series: Chart.Series, _ index: Int, _ pen: DotCanvas.Pen,
        on canvas: inout DotCanvas
    ) {
        guard place.x > -1, place.y > -1, place.x < Double(canvas.width), place.y < Double(canvas.height) else {
            return
        }
        let (x, y) = (Int(place.x.rounded()), Int(place.y.rounded()))
        if let letter = letters[index] {
            canvas.place(letter, x, y, pen)
        } else if series.weight == .faint {
            canvas.draw(x, y, pen)
        } else {
            canvas.place(series.weight == .strong ? page.signs.bigDot : page.signs.dot, x, y, pen)
        }
    }

    private func glyph(_ series: Chart.Series, _ index: Int) -> Character {
        if let letter = letters[index] { return letter }
        return switch series.weight {
        case .faint: "."
        case .normal: "*"
        case .strong: "#"
        }
    }

    /// From 0 up, in eighths of a row.
    private func drawColumns(_ series: Chart.Series, _ width: Double, on grid: inout TextGrid, top: Int) {
        guard let scale = axes.y else { return }
        let base = min(1, max(0, scale.position(of: 0) ?? 0))
        for point in series.points {
            guard let y = scale.position(of: point.y), y > base, let left = axes.x.position(of: point.x - width / 2),
                let right = axes.x.position(of: point.x + width / 2), left < 1, right > 0
            else { continue }
            let style = TerminalStyle.ink(TerminalPalette.color(point.tone ?? series.tone))
            let first = Int((max(0, left) * Double(axes.columns)).rounded())
            var end = Int((min(1, right) * Double(axes.columns)).rounded())
            // A gap between neighbors, where there is room for one.
            if end - first >= 3 { end -= 1 }
            let (low, high) = (base * Double(axes.rows), min(1, y) * Double(axes.rows))
            for row in 0..<axes.rows where Double(row + 1) > low && Double(row) < high {
                guard let block = TerminalBlocks.vertical(high - Double(row), unicode: page.unicode) else { continue }
                for column in first..<max(end, first + 1) where column < axes.columns {
                    grid.set(top + axes.rows - 1 - row, axes.gutter + column, block, style)
                }
            }
        }
    }

    /// A letter now and then on its line, where the line is on top.
    private func placeLetters(_ canvas: DotCanvas, on grid: inout TextGrid, top: Int) {
        let count = letters.count { $0 != nil }
        guard page.unicode, count > 0 else { return }
        let period = max(12, 2 * count)
        var order = 0
        for (index, letter) in letters.enumerated() {
            guard let letter, chart.series[index].shape != .points else { continue }
            order += 1
            var owned: [(row: Int, column: Int)] = []
            for column in 0..<canvas.columns {
                for row in 0..<canvas.rows where canvas.cell(row, column).pen?.owner == index {
                    owned.append((row, column))
                    break
                }
            }
            let chosen = owned.filter { ($0.column + order * period / max(1, count)) % period == 0 }
            for place in chosen.isEmpty ? Array(owned.suffix(1)) : chosen {
                let style = TerminalStyle(
                    foreground: TerminalPalette.color(chart.series[index].tone), isBold: true)
                grid.set(top + place.row, axes.gutter + place.column, letter, style)
            }
        }
    }

    private func series() -> [TerminalLegend.Entry] {
        var names: Set<String> = []
        return chart.series.enumerated().compactMap { index, series in
            guard !series.name.isEmpty, names.insert(series.name).inserted else { return nil }
            let line = String(repeating: page.unicode ? "━" : glyph(series, index), count: 2)
            let sign: String =
                if let letter = letters[index] {
                    String(letter)
                } else {
                    switch series.shape {
                    case .points: String(series.weight == .strong ? page.signs.bigDot : page.signs.dot)
                    case .columns: page.unicode ? "█" : "#"
                    case .line, .steps: series.weight == .faint && page.unicode ? "──" : line
                    }
                }
            return TerminalLegend.Entry(sign: sign, style: .ink(TerminalPalette.color(series.tone)), name: series.name)
        }
    }
}

extension Chart.Series.Shape {
    fileprivate var isLine: Bool { self == .line || self == .steps }
}

extension Chart.Series.Weight {
    /// What goes over what.
    var rank: Int {
        switch self {
        case .faint: 0
        case .normal: 1
        case .strong: 2
        }
    }
}

/// Parts of a cell.
enum TerminalBlocks {
    private static let rising: [Character] = Array("▁▂▃▄▅▆▇█")
    private static let growing: [Character] = Array("▏▎▍▌▋▊▉█")

    /// A cell filled from below; nil for less than a sixteenth.
    static func vertical(_ share: Double, unicode: Bool) -> Character? { block(share, rising, unicode) }

    /// A cell filled from the left; nil for less than a sixteenth.
    static func horizontal(_ share: Double, unicode: Bool) -> Character? { block(share, growing, unicode) }

    private static func block(_ share: Double, _ blocks: [Character], _ unicode: Bool) -> Character? {
        guard unicode else { return share >= 0.5 ? "#" : nil }
        let eighths = Int((min(1, max(0, share)) * 8).rounded())
        return eighths == 0 ? nil : blocks[eighths - 1]
    }
}
