import Plots

/// Writes a document as one HTML page.
struct HTMLWriter {
    /// Plots are drawn for a screen and again for a phone; a media query shows one of them.
    static let widths = (wide: 760.0, narrow: 360.0)

    private var out = ""

    static func page(_ document: Document) -> String {
        var writer = HTMLWriter()
        writer.write(document)
        return writer.out
    }

    private mutating func write(_ document: Document) {
        out += """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="\(ReportStyle.policy)">
            <meta name="color-scheme" content="light dark">
            <title>\(Self.escaped(document.title))</title>
            <style>
            \(SVG.stylesheet)
            \(ReportStyle.text)
            </style>
            </head>
            <body>
            <a class="skip" href="#contents">Skip to the contents</a>
            <header>
            <h1><bdi>\(Self.escaped(document.title))</bdi></h1>

            """
        document.lead.forEach { write($0, level: 2) }
        out += "</header>\n<nav aria-label=\"Sections\"><ul>\n"
        for section in document.sections {
            out += "<li><a href=\"#\(Self.escaped(section.id))\">\(Self.escaped(section.title))</a></li>\n"
        }
        out += "</ul></nav>\n<main id=\"contents\">\n"
        for section in document.sections {
            let id = Self.escaped(section.id)
            out += "<section aria-labelledby=\"\(id)\">\n<h2 id=\"\(id)\">\(Self.escaped(section.title))</h2>\n"
            section.blocks.forEach { write($0, level: 3) }
            out += "</section>\n"
        }
        out += "</main>\n<footer><p>\(Self.inline(document.footer))</p></footer>\n</body>\n</html>\n"
    }

    private mutating func write(_ block: Block, level: Int) {
        switch block {
        case .paragraph(let text): out += "<p>\(Self.inline(text))</p>\n"
        case .list(let items):
            out += "<ul>\n" + items.map { "<li>\(Self.inline($0))</li>\n" }.joined() + "</ul>\n"
        case .table(let table): write(table)
        case .code(let text, let caption):
            // A line break right after <pre> is dropped by readers of HTML, so that the first one here is no loss.
            out += "<figure class=\"code\"><figcaption>\(Self.escaped(caption))</figcaption>"
            out += "<pre tabindex=\"0\">\n\(Self.escaped(text))</pre></figure>\n"
        case .figure(let figure, let id, let narrow): write(figure, narrow: narrow, id: id)
        case .remark(let kind, let title, let body):
            out += "<article class=\"remark \(Self.escaped(kind))\">\n<h\(level)><span class=\"level\">"
            out += "\(Self.escaped(kind))</span> \(Self.inline(title))</h\(level)>\n"
            out += body.map { "<p>\(Self.inline($0))</p>\n" }.joined() + "</article>\n"
        case .details(let summary, let blocks):
            out += "<details><summary>\(Self.escaped(summary))</summary>\n"
            blocks.forEach { write($0, level: level) }
            out += "</details>\n"
        }
    }

    private mutating func write(_ table: Table) {
        out +=
            "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"\(Self.escaped(table.caption))\"><table>"
        out += "<caption>\(Self.escaped(table.caption))</caption>\n<thead><tr>"
        for column in table.columns {
            // Long names of parameters may break at their underscores.
            let title = Self.escaped(column.title).replacing("_", with: "_<wbr>")
            out += "<th scope=\"col\"\(Self.style(column))>\(title)</th>"
        }
        out += "</tr></thead>\n<tbody>\n"
        for row in table.rows {
            out += row.id.map { "<tr id=\"\(Self.escaped($0))\">" } ?? "<tr>"
            for (column, cell) in zip(table.columns, row.cells).enumerated() {
                let style = Self.style(cell.0)
                let text = Self.inline(cell.1)
                out += column == 0 ? "<th scope=\"row\"\(style)>\(text)</th>" : "<td\(style)>\(text)</td>"
            }
            out += "</tr>\n"
        }
        out += "</tbody></table></div>\n"
    }

    private static func style(_ column: Table.Column) -> String {
        column.isNumber ? " class=\"n\"" : column.isLong ? " class=\"l\"" : ""
    }

    private mutating func write(_ figure: Figure, narrow: Figure?, id: String) {
        let id = Self.escaped(id)
        func caption(_ figure: Figure) -> String { "<figcaption>\(Self.escaped(figure.summary))</figcaption>\n" }
        // On paper, charts share a page; pictures of many parts need more of it.
        let kind =
            switch figure.content {
            case .panels, .tiles, .heatmap: "picture tall"
            case .chart, .bars, .parallel, .lanes, .empty: "picture"
            }
        let wide = svg(figure, Self.widths.wide, prefix: id + "-w")
        let small = svg(narrow ?? figure, Self.widths.narrow, prefix: id + "-n")
        if let narrow {
            out += "<figure class=\"\(kind) wide\" id=\"\(id)\">\(wide)\n\(caption(figure))</figure>\n"
            out += "<figure class=\"\(kind) narrow\">\(small)\n\(caption(narrow))</figure>\n"
        } else {
            out += "<figure class=\"\(kind)\" id=\"\(id)\"><div class=\"wide\">\(wide)</div>\n"
            out += "<div class=\"narrow\">\(small)</div>\n\(caption(figure))</figure>\n"
        }
    }

    private func svg(_ figure: Figure, _ width: Double, prefix: String) -> String {
        var options = SVGOptions()
        options.width = width
        options.theme = .auto
        options.isEmbedded = true
        options.idPrefix = prefix
        return SVG.render(figure, options)
    }

    // MARK: Text

    static func inline(_ text: [Inline]) -> String {
        text.map { piece in
            switch piece {
            case .text(let text): escaped(text)
            case .strong(let text): "<strong>\(escaped(text))</strong>"
            case .code(let text): "<code>\(escaped(text))</code>"
            case .name(let text): "<bdi>\(escaped(text))</bdi>"
            case .link(let text, let id): "<a href=\"#\(escaped(id))\">\(escaped(text))</a>"
            }
        }.joined()
    }

    /// For text and for attributes in double quotes; characters that HTML forbids become U+FFFD.
    static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count + 16)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            case "\r": result += "&#13;"
            case _
            where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value & 0xFFFE == 0xFFFE
                || (0xFDD0...0xFDEF).contains(scalar.value):
                result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
