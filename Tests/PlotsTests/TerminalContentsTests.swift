import Testing

@testable import Plots

@Suite struct TerminalContentsTests {
    // MARK: Bars

    private func bars(_ bars: BarChart.Bar...) -> Figure.Content {
        .bars(BarChart(value: Axis("share", format: .percent, range: 0...1), bars: bars))
    }

    @Test func barsAreAsLongAsTheirValues() {
        let screen = TerminalScreen(bars(.init("all", 1), .init("half", 0.5), .init("none", 0)), 60)
        let lengths = ["all", "half", "none"].map { name in
            screen.lines.first { String($0.map(\.character)).contains(name) }!.count {
                "▏▎▍▌▋▊▉█".contains($0.character)
            }
        }
        #expect(lengths[0] > 40 && (lengths[0] + 1) / 2 == lengths[1] && lengths[2] == 0)
        #expect(screen.contains("100 %") && screen.contains("50 %"))
    }

    @Test func barsEndInEighths() {
        let ends = (1...8).map { eighth -> Character in
            let screen = TerminalScreen(bars(.init("a", (20 + Double(eighth) / 8) / 51)), 60)
            let row = screen.lines[1].map(\.character)
            return row.last { "▏▎▍▌▋▊▉█".contains($0) }!
        }
        #expect(Set(ends).count >= 7)
    }

    @Test func whiskersReachOverTheirInterval() {
        let screen = TerminalScreen(bars(.init("reg", 0.5, interval: 0.25...0.75)), 60)
        let row = screen.texts[1]
        let place = { (character: Character) in
            row.firstIndex(of: character).map { row.distance(from: row.startIndex, to: $0) }
        }
        let (low, value, high) = (place("├")!, place("┼")!, place("┤")!)
        #expect(abs((value - low) - (high - value)) <= 1 && high - low > 20)
        #expect(TerminalScreen(bars(.init("reg", 0.5, interval: 0.25...0.75)), 100).contains("50 % (25…75 %)"))
    }

    // MARK: Heat map

    @Test func heatMapsWithoutColorsAreNumbersWithSigns() {
        let screen = TerminalScreen(.heatmap(TerminalFigures.heatmap(4, 5)), 60)
        for text in ["learning_rate", "reg ↓", "1e-00", "reg 3", "×", "0.444*", "* best", "× no value"] {
            #expect(screen.contains(text), "\(text)")
        }
        let ascii = TerminalScreen(.heatmap(TerminalFigures.heatmap(4, 5)), 60, unicode: false)
        #expect(ascii.contains("x no value") && ascii.contains("reg:"))
    }

    @Test func numbersInBlocksCanBeRead() {
        for place in stride(from: 0.0, through: 1, by: 0.01) {
            let block = TerminalPalette.block(place)
            #expect(block.contrast(to: block.readable) >= 4.5)
        }
        let screen = TerminalScreen(.heatmap(TerminalFigures.heatmap(4, 5)), 80, .trueColor)
        let numbers = screen.lines.joined().filter { $0.background != nil && $0.character.isNumber }
        #expect(numbers.count >= 4 * 16)
        #expect(numbers.allSatisfy { $0.foreground == "0;0;0" || $0.foreground == "255;255;255" })
    }

    @Test func wideHeatMapsAreCutInPiecesOrLoseTheirNumbers() {
        let map = TerminalFigures.heatmap(3, 60)
        let plain = TerminalScreen(.heatmap(map), 80)
        // Every cell but the one crossed out and the one left empty.
        let numbers = plain.texts.dropLast().joined(separator: " ").split(separator: " ").filter { $0.hasPrefix("0.") }
        #expect(numbers.count == 3 * 60 - 2)
        let colored = TerminalScreen(.heatmap(map), 80, .ansi256)
        #expect(colored.texts.dropLast().allSatisfy { !$0.contains("0.5") })
        #expect(colored.lines.count < plain.lines.count)
    }

    // MARK: Parallel coordinates

    @Test func parallelCoordinatesNameTheirAxesAndTicks() {
        for width in [40, 80, 140] {
            let screen = TerminalScreen(.parallel(TerminalFigures.parallel), width)
            for text in ["learning_rate", "batch_size", "hidden_size", "accuracy", "200", "800"] {
                #expect(screen.contains(text), "\(text) at \(width)")
            }
            #expect(!screen.dots.isEmpty)
        }
    }

    @Test func linesWithoutAValueHaveAGap() {
        func dots(_ value: Double?) -> Int {
            let axes = ["a", "b", "c"].map { Axis($0, range: 0...1) }
            return TerminalScreen(
                .parallel(
                    ParallelCoordinates(axes: axes, lines: [.init(values: [0.5, value, 0.5], tone: .bad, note: "")]))
            ).dots.count
        }
        #expect(dots(0.5) > 60 && dots(nil) == 0)
    }

    // MARK: Lanes

    @Test func lanesShowWhatFillsMostOfACell() {
        let chart = LaneChart(
            time: Axis("time", format: .duration, range: 0...100),
            lanes: [
                .init(label: "worker 1", spans: [.init(0...50, tone: .category(0), note: "")]),
                .init(label: "worker 2", spans: [.init(0...25, tone: .bad, note: "")]),
            ], legend: [.init("good", .category(0)), .init("bad", .bad)])
        let plain = TerminalScreen(.lanes(chart), 61)
        let counts = [plain.texts[1].count { $0 == "█" }, plain.texts[2].count { $0 == "▒" }]
        #expect(plain.texts[1].hasPrefix("worker 1") && plain.texts[2].hasPrefix("worker 2"))
        #expect(abs(counts[0] - 2 * counts[1]) <= 1 && counts[0] > 20)
        #expect(plain.contains("██ good") && plain.contains("▒▒ bad"))
        #expect(TerminalScreen(.lanes(chart), 61, .trueColor).cells("▆").count >= 36)
    }

    @Test func aMomentIsStillSeen() {
        let chart = LaneChart(
            time: Axis("time", range: 0...100_000),
            lanes: [.init(label: "w", spans: [.init(50_000...50_001, tone: .bad, note: "")])])
        #expect(TerminalScreen(.lanes(chart)).cells("█").count == 1)
    }

    @Test func manyUnnamedLanesShareRows() {
        #expect(TerminalScreen(.lanes(TerminalFigures.lanes(10_000)), 80, .trueColor).lines.count < 50)
    }

    // MARK: Tiles

    private let picture = TileGrid.Picture(
        width: 1, height: 2, channels: 3, pixels: [255, 0, 0, 0, 0, 255])

    @Test func aCellShowsTwoPixels() {
        let screen = TerminalScreen(.tiles(TileGrid(tiles: [picture])), 80, .trueColor)
        let cells = screen.cells("▀")
        #expect(!cells.isEmpty)
        #expect(
            cells.contains { $0.foreground == "255;0;0" }
                && screen.lines.joined().contains { $0.background == "0;0;255" })
    }

    @Test func withoutColorsTilesAreASentence() {
        let screen = TerminalScreen(.tiles(TerminalFigures.tiles(80)), 80)
        #expect(screen.lines.count == 3 && screen.contains("80 pictures") && screen.contains("--format png"))
    }

    @Test func tilesInASCIIAreColoredBlanks() {
        let screen = TerminalScreen(.tiles(TileGrid(tiles: [picture])), 80, .trueColor, unicode: false)
        #expect(screen.lines.joined().contains { $0.background == "255;0;0" && $0.character == " " })
    }

    @Test func tooManyTilesAreCountedInstead() {
        let screen = TerminalScreen(.tiles(TerminalFigures.tiles(2000, side: 8)), 80, .ansi256)
        #expect(screen.lines.count < 80)
        #expect(screen.texts.last?.contains("of 2000 pictures") == true)
        #expect(!TerminalScreen(.tiles(TerminalFigures.tiles(20, side: 8)), 80, .ansi256).contains("of 20"))
    }

    @Test func captionsStandBelowTheirTiles() {
        let screen = TerminalScreen(.tiles(TerminalFigures.captioned), 80, .trueColor)
        #expect(screen.contains("Ankle boot,"))
        let first = screen.texts.firstIndex { $0.contains("Ankle") }!
        #expect(screen.texts[first - 1].contains("▀"))
    }
}
