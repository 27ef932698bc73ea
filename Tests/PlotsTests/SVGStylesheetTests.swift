import Testing

@testable import Plots

@Suite struct SVGStylesheetTests {
    private let figure = Figure(
        title: "T", summary: "S",
        content: .chart(
            Chart(
                x: Axis("x"), y: Axis("y"),
                series: [.init("a", tone: .scale(0.5), points: [.init(0, 0), .init(1, 1)])],
                rules: [.init(.y(0.5), label: "half")])))

    /// Names after a dot that begin with a letter: classes, not fractions.
    private func classes(in css: String) -> Set<String> {
        Set(css.matches(of: /\.([a-z][a-z0-9-]*)/).map { String($0.1) })
    }

    @Test func aPageHasARuleForEveryClassThatFiguresUse() {
        let known = classes(in: SVG.stylesheet).union(["plot-item", "auto"])
        for (_, content) in SVGStrangeFiguresTests.figures {
            let reader = SVGReader(
                SVG.render(Figure(title: "T", summary: "", content: content), SVGOptions(isEmbedded: true)))
            let used = Set(reader.elements.flatMap(\.classes)).map(String.init)
            #expect(used.filter { !known.contains($0) || !($0.hasPrefix("plot") || $0 == "auto") } == [])
        }
    }

    @Test func everyVariableThatIsUsedIsSetInBothThemes() {
        let used = Set(SVG.stylesheet.matches(of: /var\((--plot-[a-z0-9-]+)\)/).map { String($0.1) })
        #expect(used.count > 80)
        for name in used {
            #expect(SVG.stylesheet.matches(of: try! Regex("[{;]\(name):#[0-9a-f]{6}")).count == 3, "\(name)")
        }
        #expect(SVG.stylesheet.contains("[data-theme=dark] .plot.auto{"))
        #expect(SVG.stylesheet.contains("(prefers-color-scheme:dark){.plot.auto{"))
        #expect(SVG.stylesheet.utf8.count < 16_000)
    }

    @Test func aPictureThatStandsAloneKnowsItsColorsWithoutVariables() {
        let light = SVG.render(figure, SVGOptions(theme: .light))
        #expect(light.contains(Palette.light.background.hex) && !light.contains("var(") && !light.contains("@media"))
        #expect(light.contains("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot light\""))
        let dark = SVG.render(figure, SVGOptions(theme: .dark))
        #expect(dark.contains(Palette.dark.background.hex) && !dark.contains(Palette.light.ink.hex))
        let auto = SVG.render(figure, SVGOptions(theme: .auto))
        #expect(auto.contains("prefers-color-scheme:dark") && auto.contains(Palette.dark.background.hex))
        let step = Palette.step(line: 0.5)
        #expect(light.contains(".plot-s\(step){color:\(Palette.light.scale[step].hex)}"))
        #expect(!light.contains(".plot-s\(step + 1){"))
    }

    @Test func anEmbeddedPictureHasNoStyleOfItsOwn() {
        let text = SVG.render(figure, SVGOptions(isEmbedded: true, idPrefix: "q"))
        #expect(
            !text.contains("<style") && !text.contains("style=") && !text.contains("#0")
                && !text.contains("plot-background"))
        #expect(text.contains("id=\"q-title\""))
    }

    @Test(arguments: [(-5.0, 320.0), (.nan, 720), (.infinity, 720), (99_999, 2000), (719.6, 720)])
    func theWidthStaysInItsBounds(asked: Double, width: Double) {
        #expect(SVGReader(SVG.render(figure, SVGOptions(width: asked))).elements[0].number("width") == width)
    }
}
