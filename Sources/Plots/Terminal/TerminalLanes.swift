/// Stretches of time as colored lines of blocks, one row a lane; lanes without names share rows when there are many.
struct TerminalLanes {
    let chart: LaneChart
    let page: TerminalPage
    /// In order of the legend, then of appearance.
    private let tones: [Tone]

    init(_ chart: LaneChart, _ page: TerminalPage) {
        (self.chart, self.page) = (chart, page)
        var tones = chart.legend.map(\.tone)
        for span in chart.lanes.flatMap(\.spans) where !tones.contains(span.tone) { tones.append(span.tone) }
        self.tones = tones
    }

    func draw() -> TextGrid {
        let scale = AxisScale(
            chart.time,
            values: chart.lanes.flatMap { lane in lane.spans.flatMap { [$0.range.lowerBound, $0.range.upperBound] } })
        let names = chart.lanes.map { page.label($0.label, max(6, page.width / 4)) }
        let isNamed = names.contains { !$0.isEmpty }
        let most = 2 * page.plotRows
        let share = isNamed ? 1 : max(1, (chart.lanes.count + most - 1) / most)
        let rows = max(1, (chart.lanes.count + share - 1) / share)
        let axes = TerminalAxes(
            page, x: scale, gutter: (names.map { TerminalText.width($0) }.max() ?? 0) + 2, rows: rows)
        var grid = TextGrid(width: page.width)
        let bottom = axes.draw(on: &grid, top: 0)
        for row in 0..<rows {
            let lanes = chart.lanes[min(row * share, chart.lanes.count)..<min((row + 1) * share, chart.lanes.count)]
            if isNamed { grid.put(names[row], row, axes.gutter - 2 - TerminalText.width(names[row])) }
            draw(lanes.flatMap(\.spans), row, axes, on: &grid)
        }
        grid.grow(to: bottom)
        grid.place(legend().draw(page, indent: min(axes.gutter, 4)), row: bottom)
        return grid
    }

    /// Each cell shows what fills most of it.
    private func draw(_ spans: [LaneChart.Span], _ row: Int, _ axes: TerminalAxes, on grid: inout TextGrid) {
        var filled = Array(repeating: Array(repeating: 0.0, count: tones.count), count: axes.columns)
        for span in spans {
            guard let from = axes.x.position(of: span.range.lowerBound),
                let to = axes.x.position(of: span.range.upperBound), to >= 0, from <= 1,
                let tone = tones.firstIndex(of: span.tone)
            else { continue }
            let (low, high) = (max(0, from) * Double(axes.columns), min(1, to) * Double(axes.columns))
            for column in Int(low)...max(Int(low), Int(high)) where column < axes.columns {
                // What is too short to be seen is still there.
                filled[column][tone] += max(0.05, min(high, Double(column + 1)) - max(low, Double(column)))
            }
        }
        for (column, shares) in filled.enumerated() {
            guard let tone = shares.indices.max(by: { shares[$0] < shares[$1] }), shares[tone] > 0 else { continue }
            let total = shares.reduce(0, +)
            grid.set(
                row, axes.gutter + column, sign(tone, isThin: total < 0.5), .ink(TerminalPalette.color(tones[tone])))
        }
    }

    /// Without colors, another filling for each tone.
    private func sign(_ tone: Int, isThin: Bool) -> Character {
        if page.hasColors { return page.unicode ? (isThin ? "▏" : "▆") : (isThin ? "|" : "#") }
        let signs: [Character] = page.unicode ? ["█", "▒", "◆", "○", "▪", "△", "+", "~"] : Array("#=o+x*~%")
        return signs[tone % signs.count]
    }

    private func legend() -> TerminalLegend {
        TerminalLegend(
            entries: chart.legend.map { entry in
                let tone = tones.firstIndex(of: entry.tone) ?? 0
                let sign = String(repeating: sign(tone, isThin: false), count: 2)
                return TerminalLegend.Entry(
                    sign: sign, style: .ink(TerminalPalette.color(entry.tone)), name: entry.name)
            })
    }
}
