import Testing

@testable import Plots

@Suite struct TerminalChartTests {
    private let x = Axis("epoch", format: .integer, range: 0...10)
    private let y = Axis("loss", range: 0...10)

    private func chart(_ series: Chart.Series...) -> Figure.Content { .chart(Chart(x: x, y: y, series: series)) }

    private func line(
        _ name: String, _ tone: Tone, _ y: Double, weight: Chart.Series.Weight = .normal
    ) -> Chart.Series {
        Chart.Series(name, .line, weight: weight, tone: tone, points: [.init(0, y), .init(10, y)])
    }

    @Test func aDiagonalIsDrawnFromCornerToCornerBetweenLabelledAxes() {
        let diagonal = Chart.Series("", .line, points: [.init(0, 0), .init(10, 10)])
        let expected = [
            "Title",
            "loss",
            "10+                         **",
            "  |                      ***",
            "  |                   ***",
            "  |                ***",
            "  |              **",
            " 5+           ***",
            "  |        ***",
            "  |     ***",
            "  |  ***",
            " 0+**",
            "  ++------------+------------+",
            "   0            5           10",
            "              epoch",
        ]
        #expect(TerminalScreen(chart(diagonal), 30, unicode: false).texts == expected)
    }

    @Test func theLabelOfEachAxisIsShown() {
        let screen = TerminalScreen(chart(line("", .muted, 5)))
        #expect(screen.contains("epoch") && screen.contains("loss"))
        #expect(screen.texts.contains { $0.hasPrefix("10┤") } && screen.texts.contains { $0.hasPrefix(" 0┤") })
    }

    @Test func lettersTellSeriesApartWithoutColors() {
        let content = chart(line("training", .category(0), 3), line("validation", .category(1), 8))
        let plain = TerminalScreen(content)
        #expect(plain.contains("A training   B validation"))
        // The upper line bears the second letter.
        let rows = plain.texts.filter { $0.contains("│") || $0.contains("┤") }
        let upper = rows.firstIndex { $0.contains("B") }
        let lower = rows.firstIndex { $0.contains("A") }
        #expect(upper != nil && lower != nil && upper! < lower!)
        let colored = TerminalScreen(content, 80, .ansi256)
        #expect(!colored.contains("A training") && colored.contains("training"))
        #expect(Set(colored.dots.map(\.foreground)).count == 2)
    }

    @Test func lettersComeBackWhereColorsAreTheSame() {
        let content = chart(line("one", .accent, 3), line("two", .accent, 8))
        #expect(TerminalScreen(content, 80, .trueColor).contains("A one   B two"))
    }

    @Test func pointsAndALineNeedNoLetters() {
        let points = Chart.Series("trials", .points, points: [.init(1, 1), .init(2, 2)])
        let content = chart(points, line("best so far", .accent, 8, weight: .strong))
        #expect(TerminalScreen(content).texts.last?.contains("• trials   ━━ best so far") == true)
        #expect(TerminalScreen(content, unicode: false).texts.last?.contains("o trials   ## best so far") == true)
    }

    @Test func linesInASCIIAreDrawnInTheirLetters() {
        let content = chart(line("training", .category(0), 3), line("validation", .category(1), 8))
        let screen = TerminalScreen(content, unicode: false)
        #expect(screen.contains("AAAAAAAAAA") && screen.contains("BBBBBBBBBB"))
    }

    @Test func strongLinesWipeFaintOnesOutOfTheirCells() {
        let faint = (0..<40).map { line("", .muted, Double($0) / 4, weight: .faint) }
        let strong = line("best", .accent, 5, weight: .strong)
        let alone = TerminalScreen(chart(strong), 80, .trueColor)
        let amongMany = TerminalScreen(.chart(Chart(x: x, y: y, series: [strong] + faint)), 80, .trueColor)
        let accent = alone.dots[0].foreground
        #expect(alone.dots.count > 60)
        #expect(amongMany.dots.filter { $0.foreground == accent } == alone.dots)
    }

    @Test func valuesThatAreNotFiniteAreGaps() {
        let points = (0...10).map { Chart.Point(Double($0), $0 == 5 ? .nan : 5) }
        let whole = TerminalScreen(chart(line("", .muted, 5))).dots.count
        let broken = TerminalScreen(chart(Chart.Series("", .line, points: points))).dots.count
        #expect(broken < whole - 8 && broken > whole / 2)
    }

    @Test func logarithmicAxesLeaveOutWhatIsNotAboveZero() {
        let axis = Axis("learning rate", scale: .logarithmic)
        let points = [0.0, -1, 1e-4, 1e-2].map { Chart.Point($0, 5) }
        let screen = TerminalScreen(.chart(Chart(x: axis, y: y, series: [.init("", .points, points: points)])))
        #expect(screen.cells("•").count == 2)
        #expect(screen.contains("0.0001") && screen.contains("0.01"))
    }

    @Test func linesOutsideOfTheRangeAreCutAtItsEdge() {
        let steep = Chart.Series("", .line, points: [.init(0, -1e12), .init(10, 1e12)])
        let screen = TerminalScreen(chart(steep))
        #expect(screen.dots.count >= 18)
        let outside = Chart.Series("", .line, points: [.init(0, 50), .init(10, 60)])
        #expect(TerminalScreen(chart(outside)).dots.isEmpty)
    }

    @Test func stepsGoLevelBeforeTheyJump() {
        let steps = Chart.Series("", .steps, points: [.init(0, 0), .init(10, 10)])
        let rows = TerminalScreen(chart(steps), 40, unicode: false).texts.filter { $0.contains("*") }
        #expect(rows.count == 10)
        #expect(rows.dropLast().allSatisfy { $0.filter { $0 == "*" }.count == 1 })
        #expect(rows[9].filter { $0 == "*" }.count > 30)
    }

    @Test func columnsRiseInEighths() {
        let columns = Chart.Series(
            "", .columns(width: 1), points: [.init(2, 10), .init(5, 5), .init(8, 0)])
        let screen = TerminalScreen(chart(columns))
        // 18 rows stand for 10, so that 5 fills nine of them.
        let heights = Set(
            (0..<78).map { column in
                screen.lines.filter { $0.count > column && "▁▂▃▄▅▆▇█".contains($0[column].character) }.count
            })
        #expect(heights == [0, 9, 18])
        let low = Chart.Series("", .columns(width: 1), points: [.init(5, 10.0 / 18 / 4)])
        #expect(TerminalScreen(chart(low)).cells("▂").count > 3)
    }

    @Test func rulesAndMarksBearTheirLabels() {
        let content = Figure.Content.chart(
            Chart(
                x: x, y: y, series: [line("", .muted, 5)],
                rules: [
                    .init(.y(2), label: "chance"), .init(.x(4), label: "best epoch"),
                    .init(.yBand(7...8), label: "noise"),
                ],
                marks: [
                    .init(x: 4, y: 5, sign: .star, label: "trial 7"), .init(x: 1, y: 1, sign: .cross, tone: .bad),
                    .init(x: 9, y: 9, sign: .dot, label: "end"),
                ]))
        let screen = TerminalScreen(content)
        for text in ["chance", "best epoch", "noise", "trial 7", "end", "★", "×", "●", "┄┄┄", "┊", "░░"] {
            #expect(screen.contains(text), "\(text)")
        }
        let ascii = TerminalScreen(content, unicode: false)
        for text in ["chance", "best epoch", "noise", "trial 7", "end", "x", "@"] { #expect(ascii.contains(text)) }
    }

    @Test func labelsWithoutRoomGoToTheLegend() {
        let label = "a label that is much longer than this narrow chart"
        let content = Figure.Content.chart(
            Chart(
                x: x, y: y, series: [line("", .muted, 5)], marks: [.init(x: 5, y: 5, sign: .star, label: label)]))
        #expect(TerminalScreen(content, 80).texts.last?.contains(label) == false)
        #expect(TerminalScreen(content, 40).texts.last?.contains("★ a label that is") == true)
    }

    @Test func labelsDoNotCoverEachOther() {
        let marks = (0..<6).map { Chart.Mark(x: 5 + Double($0) / 50, y: 5, sign: .dot, label: "mark \($0)") }
        let screen = TerminalScreen(.chart(Chart(x: x, y: y, series: [], marks: marks)))
        for mark in marks { #expect(screen.contains(mark.label), "\(mark.label)") }
    }

    @Test func namesOnAnAxisTakeAsManyRowsAsTheyNeed() {
        let names = (0..<8).map { "category number \($0)" }
        let content = Figure.Content.chart(
            Chart(
                x: Axis("", scale: .categories(names)), y: y,
                series: [.init("", .points, points: names.indices.map { .init(Double($0), 5) })]))
        let wide = TerminalScreen(content, 180)
        let middle = TerminalScreen(content, 80)
        for name in names {
            #expect(wide.contains(name))
            #expect(middle.contains(name))
        }
        #expect(middle.lines.count > 20)
    }
}
