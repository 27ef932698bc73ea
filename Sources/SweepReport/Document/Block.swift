import Plots

/// A report as contents, before it is HTML or Markdown.
struct Document {
    var title: String
    /// The answer, before all sections.
    var lead: [Block]
    var sections: [Section]
    var footer: [Inline]

    struct Section {
        /// For links within the page.
        var id: String
        var title: String
        var blocks: [Block]
    }
}

/// One piece of a section.
indirect enum Block {
    case paragraph([Inline])
    case list([[Inline]])
    case table(Table)
    /// Text as it is: a file, commands.
    case code(String, caption: String)
    /// `id` is unique in the document. A phone may get a smaller figure in its place.
    case figure(Figure, id: String, narrow: Figure? = nil)
    /// A finding: its level, its title, then paragraphs.
    case remark(level: String, title: [Inline], body: [[Inline]])
    /// Blocks that a reader may skip; open on paper.
    case details(summary: String, [Block])
}

struct Table {
    struct Column {
        var title: String
        var isNumber = false
        /// Sentences: needs room, and may wrap.
        var isLong = false
    }

    struct Row {
        /// For links to this row; nil for none.
        var id: String?
        /// As many as there are columns; the first one names the row.
        var cells: [[Inline]]
    }

    var caption: String
    var columns: [Column]
    var rows: [Row]
}

/// A stretch of text.
enum Inline {
    case text(String)
    case strong(String)
    /// A word of the machine: a parameter, a value, a command.
    case code(String)
    /// Text of a user, whose direction of writing must not spill over.
    case name(String)
    /// To an id within the document.
    case link(String, id: String)
}

extension Inline: ExpressibleByStringInterpolation {
    init(stringLiteral value: String) { self = .text(value) }
}
