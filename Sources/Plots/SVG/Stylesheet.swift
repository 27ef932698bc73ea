/// The rules behind the classes. A colour in them is `$name`; it becomes a variable in a page's stylesheet and the
/// colour itself in a picture that stands alone, because not every program that shows SVG knows variables.
enum Stylesheet {
    static let page: String = {
        var text = ".plot,[data-theme=light] .plot.auto{" + variables(.light) + "}\n"
        text += "@media screen and (prefers-color-scheme:dark){.plot.auto{" + variables(.dark) + "}}\n"
        text += ".plot.dark,[data-theme=dark] .plot.auto{" + variables(.dark) + "}\n"
        for rule in rules + Palette.light.named.filter(\.isTone).map({ toneRule($0.name) }) {
            text += rule.selector + "{" + rule.declarations { "var(--plot-\($0))" } + "}\n"
        }
        return text
    }()

    /// - Parameter colors: Names of the tones that the picture uses; rules for the others are left out.
    static func standalone(theme: Theme, colors: Set<String>) -> String {
        let rules = rules + Palette.light.named.filter { colors.contains($0.name) }.map { toneRule($0.name) }
        let palette = theme == .dark ? Palette.dark : .light
        var text = rules.map { $0.selector + "{" + $0.declarations(palette.color(named:)) + "}" }.joined()
        if theme == .auto {
            text += "@media screen and (prefers-color-scheme:dark){"
            text += rules.filter(\.hasColor).map {
                $0.selector + "{" + $0.declarations(onlyColors: true, Palette.dark.color(named:)) + "}"
            }.joined()
            text += "}"
        }
        return text
    }

    private static func variables(_ palette: Palette) -> String {
        palette.named.map { "--plot-\($0.name):\($0.color.hex)" }.joined(separator: ";")
    }

    private static func toneRule(_ name: String) -> Rule { Rule(".plot-\(name)", "color:$\(name)") }

    private struct Rule {
        let selector: String
        private let parts: [Substring]

        init(_ selector: String, _ declarations: String) {
            (self.selector, parts) = (selector, declarations.split(separator: ";"))
        }

        var hasColor: Bool { parts.contains { $0.contains("$") } }

        func declarations(onlyColors: Bool = false, _ color: (String) -> String) -> String {
            parts.filter { !onlyColors || $0.contains("$") }.map { part in
                guard let start = part.firstIndex(of: "$") else { return String(part) }
                return part[..<start] + color(String(part[part.index(after: start)...]))
            }.joined(separator: ";")
        }
    }

    private static let rules = [
        Rule(".plot", "font-family:system-ui,sans-serif;font-size:12px;max-width:100%;height:auto;color:$ink"),
        Rule(".plot text", "fill:$ink;font-variant-numeric:tabular-nums"),
        Rule(".plot-background", "fill:$background"),
        Rule(".plot-title", "font-size:14px;font-weight:600"),
        Rule(".plot-heading", "font-size:12px;font-weight:600"),
        Rule(".plot .plot-quiet", "fill:$quiet"),
        Rule(".plot .plot-tick", "fill:$quiet;font-size:11px"),
        Rule(".plot-small", "font-size:11px"),
        Rule(".plot-tiny", "font-size:9px"),
        Rule(".plot .plot-on-low", "fill:$on-low"),
        Rule(".plot .plot-on-middle", "fill:$on-middle"),
        Rule(".plot .plot-on-high", "fill:$on-high"),
        Rule(".plot-halo", "paint-order:stroke;stroke-width:4px;stroke-linejoin:round;stroke:$background"),
        Rule(".plot-axis", "fill:none;stroke:$axis"),
        Rule(".plot-grid", "fill:none;stroke:$grid"),
        Rule(".plot-rule", "fill:none;stroke-dasharray:4 3;stroke:$quiet"),
        Rule(".plot-band", "fill-opacity:.13;fill:$quiet"),
        Rule(".plot-surface", "fill:$surface"),
        Rule(".plot-outline", "fill:none;stroke-dasharray:2 3;stroke:$axis"),
        Rule(".plot-cross", "fill:none;stroke-width:1.5px;stroke:currentColor"),
        Rule(".plot-frame", "fill:none;stroke-width:2.5px;stroke:$ink"),
        Rule(".plot-frame-gap", "fill:none;stroke-width:5.5px;stroke:$background"),
        Rule(".plot-fill", "fill:currentColor"),
        Rule(
            ".plot-line",
            "fill:none;stroke:currentColor;stroke-width:1.75px;stroke-linejoin:round;stroke-linecap:round"),
        Rule(".plot-line.plot-faint", "stroke-width:1px;stroke-opacity:.5"),
        Rule(".plot-line.plot-strong", "stroke-width:2.75px"),
        Rule(".plot-dot", "fill:currentColor;stroke-width:.75px;stroke:$background"),
        Rule(".plot-dot.plot-faint", "fill-opacity:.5"),
        Rule(".plot-sign", "fill:none;stroke:currentColor;stroke-width:1.75px;stroke-linecap:round"),
        Rule(".plot-whisker-gap", "fill:none;stroke-width:4px;stroke:$background"),
        Rule(".plot-whisker", "fill:none;stroke-width:1.5px;stroke:$ink"),
        Rule(".plot-hit", "fill:none;stroke:transparent;stroke-width:11px;pointer-events:stroke"),
        Rule(".plot-tip", "fill:transparent"),
        Rule(".plot-tip:hover", "fill:currentColor"),
        Rule(".plot-row", "fill:transparent"),
        Rule(".plot-pixels", "image-rendering:pixelated"),
        Rule(".plot-item:hover .plot-line,.plot-item:focus .plot-line", "stroke-width:3.25px;stroke-opacity:1"),
        Rule(".plot-item:hover .plot-dot,.plot-item:focus .plot-dot", "stroke-width:1.5px;fill-opacity:1;stroke:$ink"),
        Rule(".plot-item:hover .plot-fill,.plot-item:focus .plot-fill", "stroke-width:1.5px;stroke:$ink"),
        Rule(".plot a", "cursor:pointer;outline:none"),
    ]
}

extension Palette {
    /// All colours with the names that classes and variables have.
    var named: [(name: String, color: RGB, isTone: Bool)] {
        var all: [(name: String, color: RGB, isTone: Bool)] = [
            ("background", background, false), ("ink", ink, false), ("quiet", quietInk, false), ("axis", axis, false),
            ("grid", grid, false), ("surface", surface, false),
        ]
        for text in CellText.allCases { all.append(("on-" + text.rawValue, ink(of: text), false)) }
        for (index, color) in categories.enumerated() { all.append(("c\(index)", color, true)) }
        all += [("accent", accent, true), ("bad", bad, true), ("muted", muted, true)]
        for (index, color) in scale.enumerated() { all.append(("s\(index)", color, true)) }
        return all
    }

    /// - Parameter name: One of `named`.
    func color(named name: String) -> String { byName[name]?.hex ?? ink.hex }

    private var byName: [String: RGB] {
        Dictionary(named.map { ($0.name, $0.color) }, uniquingKeysWith: { first, _ in first })
    }
}
