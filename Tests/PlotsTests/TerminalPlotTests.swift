import Testing

@testable import Plots

@Suite struct TerminalPlotTests {
    static let widths = [20, 40, 59, 80, 140, 200]

    @Test(arguments: TerminalFigures.plain + TerminalStrangeFigures.all)
    func noLineIsWiderThanTheTerminalAndNothingDrivesIt(_ name: String, _ content: Figure.Content) {
        for (index, width) in Self.widths.enumerated() {
            for unicode in [true, false] {
                let colors = TerminalColors.allCases[(index + (unicode ? 0 : 1)) % 3]
                let screen = TerminalScreen(content, width, colors, unicode: unicode)
                #expect(screen.width <= width, "\(name) at \(width)")
                #expect(!screen.hasStrayControls, "\(name) at \(width)")
            }
        }
    }

    @Test(arguments: TerminalFigures.plain + TerminalStrangeFigures.all)
    func withoutColorsThereIsNoEscapeAndInASCIINothingElse(_ name: String, _ content: Figure.Content) {
        let figure = Figure(title: name, subtitle: "über × 日本", summary: "", content: content)
        let text = TerminalPlot.render(figure, TerminalOptions(width: 70, colors: .none, unicode: false))
        #expect(text.utf8.allSatisfy { $0 == 0x0A || (0x20..<0x7F).contains($0) })
        #expect(TerminalScreen(TerminalPlot.render(figure, TerminalOptions(width: 70))).escapes == 0)
        #expect(text.hasSuffix("\n") && !text.contains(" \n"))
    }

    @Test func theTitleAndTheSubtitleStandAboveAllElse() {
        let figure = Figure(
            title: "Loss of trial 7", subtitle: "batch_size=200", summary: "", content: .empty("Nothing."))
        let text = TerminalPlot.render(figure, TerminalOptions(width: 80, colors: .none))
        #expect(text == "Loss of trial 7\nbatch_size=200\nNothing.\n")
    }

    @Test func longSentencesBreakBetweenWords() {
        let screen = TerminalScreen(.empty("No trial has ended an epoch yet."), 20)
        #expect(screen.texts == ["Title", "No trial has ended", "an epoch yet."])
    }

    @Test func panelsStandBelowEachOtherAndBesideEachOtherOnAWideTerminal() {
        let panels = Figure.Content.panels(
            ["left", "right"].map { Figure(title: $0, summary: "", content: .empty("nothing")) })
        let narrow = TerminalScreen(panels, 80).texts
        #expect(narrow == ["Title", "left", "nothing", "", "right", "nothing"])
        let wide = TerminalScreen(panels, 140).texts
        #expect(wide.count == 3)
        #expect(wide[1].hasPrefix("left") && wide[1].hasSuffix("right"))
    }

    @Test(arguments: [-5, 0, 19, 1_000_000]) func absurdWidthsCountAsTheNearestSensibleOnes(_ width: Int) {
        let screen = TerminalScreen(.chart(TerminalFigures.lines), width)
        #expect(screen.width <= min(400, max(20, width)))
        #expect(screen.contains("Title"))
    }
}
