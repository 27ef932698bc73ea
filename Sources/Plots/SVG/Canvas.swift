/// Where a figure is drawn, from top to bottom.
struct Canvas {
    /// A box in pixels.
    struct Box: Sendable, Equatable {
        var left: Double
        var top: Double
        var right: Double
        var bottom: Double

        var width: Double { right - left }
        var height: Double { bottom - top }

        func intersects(_ other: Box) -> Bool {
            left < other.right && other.left < right && top < other.bottom && other.top < bottom
        }
    }

    enum Anchor: String {
        case start
        case middle
        case end
    }

    let width: Double
    /// Begins every id.
    let ids: String
    /// Whether the tab key stops at links; not where there are so many that nobody would get past them.
    let hasTabbableLinks: Bool
    /// How deep this figure lies in panels.
    var depth = 0
    /// The lower end of what is drawn already.
    var y = 0.0
    var markup = Markup()
    /// Names of the tones that are used.
    private(set) var colors: Set<String> = []
    private var idCount = 0

    init(width: Double, ids: String, hasTabbableLinks: Bool) {
        (self.width, self.ids, self.hasTabbableLinks) = (width, ids, hasTabbableLinks)
    }

    mutating func newID() -> String {
        idCount += 1
        return "\(ids)-\(idCount)"
    }

    /// A part of the picture with coordinates of its own; `place` puts it back.
    func part(width: Double) -> Canvas {
        var part = Canvas(width: width, ids: ids, hasTabbableLinks: hasTabbableLinks)
        (part.depth, part.idCount) = (depth + 1, idCount)
        return part
    }

    mutating func place(_ part: Canvas, x: Double, y: Double) {
        markup.raw("<g transform=\"translate(")
        markup.number(x)
        markup.raw(" ")
        markup.number(y)
        markup.raw(")\">")
        markup.append(part.markup)
        markup.close("g")
        colors.formUnion(part.colors)
        idCount = part.idCount
    }

    // MARK: Colours

    /// The class of a tone, ` plot-c0`, to append to other classes.
    mutating func tone(_ tone: Tone) -> String {
        let name =
            switch tone {
            case .category(let index): "c\(Palette.categoryIndex(index))"
            case .scale(let t): "s\(Palette.step(line: t))"
            case .accent: "accent"
            case .bad: "bad"
            case .muted: "muted"
            }
        return color(name)
    }

    /// The class of an area with the value `t` 0…1.
    mutating func cell(_ t: Double) -> String { color("s\(Palette.step(cell: t))") }

    private mutating func color(_ name: String) -> String {
        colors.insert(name)
        return " plot-" + name
    }

    // MARK: Text

    /// - Parameters:
    ///   - y: The base line.
    ///   - title: Shown by a pointer over the text: what was cut.
    mutating func text(
        _ text: String, x: Double, y: Double, classes: String? = nil, anchor: Anchor = .start, title: String? = nil
    ) {
        markup.open(
            "text",
            [
                "class": .optional(classes), "x": .number(x), "y": .number(y),
                "text-anchor": anchor == .start ? .none : .text(anchor.rawValue),
            ])
        if let title, title != text { markup.element("title", text: title) }
        markup.escaped(text)
        markup.close("text")
    }

    /// Lines of text below what is drawn already.
    mutating func paragraph(
        _ text: String, size: Double, lineHeight: Double, classes: String? = nil, isBold: Bool = false, lines: Int = 3
    ) {
        for line in TextMetrics.wrapped(text, to: width, size: size, isBold: isBold, lines: lines) {
            self.text(line, x: 0, y: y + size, classes: classes, title: line.hasSuffix("…") ? text : nil)
            y += lineHeight
        }
    }

    // MARK: Links and hover

    /// What `body` draws as one thing, with a hover text and a link.
    mutating func item(title: String?, link: String?, body: (inout Canvas) -> Void) {
        guard title != nil || link != nil else { return body(&self) }
        if let link {
            markup.open(
                "a", ["href": .text(link), "class": "plot-item", "tabindex": hasTabbableLinks ? .none : "-1"])
        } else {
            markup.open("g", ["class": "plot-item"])
        }
        if let title, !title.isEmpty { markup.element("title", text: title) }
        body(&self)
        if link == nil { markup.close("g") } else { markup.close("a") }
    }
}
