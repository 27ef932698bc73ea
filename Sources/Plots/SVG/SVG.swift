/// Draws figures as SVG: deterministic, without scripts, fonts or anything else from elsewhere.
public enum SVG {
    /// A whole `<svg>` element. Colours come from classes only, so that one picture fits light and dark.
    public static func render(_ figure: Figure, _ options: SVGOptions = SVGOptions()) -> String {
        let width = options.width.isFinite ? min(max(options.width, 320), 2000).rounded() : 720
        let margin = options.isEmbedded ? 0.0 : 12
        let ids = identifier(options.idPrefix)
        let links = figure.content.linkCount
        var canvas = Canvas(width: width - 2 * margin, ids: ids, hasTabbableLinks: links <= 24)
        canvas.draw(figure)
        let height = (canvas.y + 2 * margin).rounded(.up)

        var head = Markup()
        // Links inside a role="img" would be hidden from screen readers.
        head.open(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "class": .text("plot " + options.theme.rawValue),
                "width": .number(width),
                "height": .number(height), "viewBox": .text("0 0 \(Int(width)) \(Int(height))"),
                "role": links == 0 ? "img" : "group", "aria-labelledby": .text("\(ids)-title \(ids)-desc"),
            ])
        head.element("title", ["id": .text(ids + "-title")], text: figure.title)
        head.element("desc", ["id": .text(ids + "-desc")], text: figure.summary)
        if !options.isEmbedded {
            head.raw("<style>")
            head.raw(Stylesheet.standalone(theme: options.theme, colors: canvas.colors))
            head.raw("</style>")
            head.element("rect", ["class": "plot-background", "width": .number(width), "height": .number(height)])
        }
        if margin > 0 { head.open("g", ["transform": .text("translate(\(Int(margin)) \(Int(margin)))")]) }
        head.append(canvas.markup)
        if margin > 0 { head.close("g") }
        head.close("svg")
        return head.string
    }

    /// For pages that embed pictures: the rules of all classes, and the colours as variables `--plot-…`.
    ///
    /// `.plot.light` and `.plot.dark` are what they say; `.plot.auto` follows `data-theme="light"` or `"dark"` on an
    /// ancestor, and without it the system.
    public static let stylesheet: String = Stylesheet.page

    private static func identifier(_ prefix: String) -> String {
        let kept = prefix.unicodeScalars.filter {
            ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0) || $0 == "-" || $0 == "_"
        }
        guard let first = kept.first else { return "p" }
        let text = String(String.UnicodeScalarView(kept))
        return first.properties.isAlphabetic ? text : "p" + text
    }
}
