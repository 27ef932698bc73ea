import FoundationEssentials
import SweepAPI

enum OutputFormat: Sendable, CaseIterable {
    case table, json
}

/// What a text is laid out for.
struct Page: Sendable, Equatable {
    /// Columns; nil when nothing limits them.
    var width: Int?
    var colors: Bool
    var unicode: Bool

    init(width: Int? = nil, colors: Bool = false, unicode: Bool = true) {
        (self.width, self.colors, self.unicode) = (width, colors, unicode)
    }

    var ellipsis: String { unicode ? "…" : "~" }
    var dash: String { unicode ? "–" : "-" }
}

/// Renders replies: data to standard output, notes to standard error.
struct Output: Sendable {
    let format: OutputFormat
    let console: Console

    /// Prints `reply` as one JSON value, or as the text that `text` makes of it.
    func show(_ reply: some Encodable, _ text: (Page) -> String) throws {
        switch format {
        case .table: try console.output.write(Array(Self.line(text(console.output.page)).utf8))
        case .json: try console.output.write(Array(try WireCoder.encode(reply, pretty: true)) + [UInt8(ascii: "\n")])
        }
    }

    func note(_ text: String) { console.note(text) }

    private static func line(_ text: String) -> String { text.isEmpty || text.hasSuffix("\n") ? text : text + "\n" }
}
