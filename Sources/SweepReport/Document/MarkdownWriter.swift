import Plots

/// Writes a document in CommonMark with GitHub's tables.
struct MarkdownWriter {
    private var out = ""

    static func text(_ document: Document) -> String {
        var writer = MarkdownWriter()
        writer.write(document)
        return writer.out
    }

    private mutating func write(_ document: Document) {
        out += "# \(Self.escaped(document.title))\n"
        document.lead.forEach { write($0) }
        for section in document.sections {
            out += "\n## \(Self.escaped(section.title))\n"
            section.blocks.forEach { write($0) }
        }
        out += "\n---\n\n\(Self.inline(document.footer))\n"
    }

    private mutating func write(_ block: Block) {
        out += "\n"
        switch block {
        case .paragraph(let text): out += Self.inline(text) + "\n"
        case .list(let items): out += items.map { "- \(Self.inline($0))\n" }.joined()
        case .table(let table): write(table)
        case .code(let text, let caption): out += Self.escaped(caption) + ":\n\n" + Self.fenced(text)
        case .figure(let figure, _, _):
            out += "**\(Self.escaped(figure.title)).** \(Self.escaped(figure.summary))\n"
        case .remark(let kind, let title, let body):
            out += "- **\(Self.escaped(kind)):** \(Self.inline(title))\n"
            out += body.map { "\n  \(Self.inline($0))\n" }.joined()
        case .details(let summary, let blocks):
            out += "**\(Self.escaped(summary))**\n"
            blocks.forEach { write($0) }
        }
    }

    private mutating func write(_ table: Table) {
        out += "**\(Self.escaped(table.caption))**\n\n"
        out += "| " + table.columns.map { Self.escaped($0.title) }.joined(separator: " | ") + " |\n"
        out += "|" + table.columns.map { $0.isNumber ? " ---: |" : " --- |" }.joined() + "\n"
        for row in table.rows {
            out += "| " + row.cells.map { Self.inline($0, inTable: true) }.joined(separator: " | ") + " |\n"
        }
    }

    // MARK: Text

    static func inline(_ text: [Inline], inTable: Bool = false) -> String {
        text.map { piece in
            switch piece {
            case .text(let text), .name(let text), .link(let text, _): escaped(text)
            case .strong(let text): text.isEmpty ? "" : "**\(escaped(text))**"
            case .code(let text): code(text, inTable: inTable)
            }
        }.joined()
    }

    /// A code span whose marks are longer than any in `text`. GitHub's tables end a cell at a bare pipe even within one.
    static func code(_ text: String, inTable: Bool = false) -> String {
        let line = oneLine(text)
        guard !line.isEmpty else { return "" }
        let marks = String(repeating: "`", count: longestRun(line) + 1)
        let pad = line.hasPrefix("`") || line.hasSuffix("`") || (line.hasPrefix(" ") && line.hasSuffix(" ")) ? " " : ""
        let span = marks + pad + line + pad + marks
        return inTable ? span.replacing("|", with: "\\|") : span
    }

    /// A block whose fence is longer than any run of its mark in `text`.
    static func fenced(_ text: String) -> String {
        let fence = String(repeating: "`", count: max(3, longestRun(text) + 1))
        return "\(fence)\n\(text)\(text.hasSuffix("\n") ? "" : "\n")\(fence)\n"
    }

    /// On one line, with a backslash before all that Markdown would take for a mark.
    static func escaped(_ text: String) -> String {
        let scalars = Array(oneLine(text).unicodeScalars)
        // `1.` and `1)` begin a list.
        let digits = scalars.prefix { ("0"..."9").contains($0) }.count
        var result = String.UnicodeScalarView()
        for (place, scalar) in scalars.enumerated() {
            let isMark =
                switch scalar {
                case "\\", "`", "*", "_", "[", "]", "<", ">", "&", "|", "~", "$": true
                case "#", "+", "-", "=": place == 0
                case ".", ")":
                    digits > 0 && place == digits && (place + 1 == scalars.count || scalars[place + 1] == " ")
                default: false
                }
            if isMark { result.append("\\") }
            result.append(scalar)
        }
        return String(result)
    }

    private static func oneLine(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028
                || scalar.value == 0x2029
            {
                result += " "
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func longestRun(_ text: String) -> Int {
        var longest = 0, run = 0
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }
}
