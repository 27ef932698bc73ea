/// The text of a sweep file after the checks that must come before a YAML parser sees it.
struct SourceText {
    /// Deeper nesting than this has no meaning in a sweep file.
    static let maximumDepth = 64
    /// Separators of values; each value costs far more memory than its text.
    static let maximumValues = 200_000
    /// Aliases can multiply a small text; the parser is not shown more of what looks like one.
    static let maximumAliasLikes = 16

    let text: String

    /// Checks length, UTF-8, control characters, nesting and number of values in one pass over `bytes`.
    init(checking bytes: [UInt8]) throws(SweepFileError) {
        guard bytes.count <= SweepSpec.maximumFileBytes else {
            throw SweepFileError(
                code: .tooLarge,
                SweepFileIssue(
                    line: nil, column: nil, pointer: "",
                    detail: "the file has \(bytes.count) bytes; a sweep file has at most \(SweepSpec.maximumFileBytes)")
            )
        }
        var scan = Scan()
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        decoding: while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): try scan.take(scalar)
            case .emptyInput: break decoding
            case .error: throw scan.refusal("this is not UTF-8 text; save the file as UTF-8")
            }
        }
        guard scan.hasContent else { throw scan.refusal("the file is empty; see docs/sweep-file.md for an example") }
        text = Self.withoutOuterTabs(String(decoding: bytes, as: UTF8.self))
    }

    /// JSON allows a byte order mark's absence only, and tabs anywhere; libyaml refuses tabs around the root.
    private static func withoutOuterTabs(_ text: String) -> String {
        var scalars = text.unicodeScalars[...]
        if scalars.first == "\u{FEFF}" { scalars = scalars.dropFirst() }
        while let last = scalars.last, " \t\r\n".unicodeScalars.contains(last) { scalars = scalars.dropLast() }
        let head = scalars.prefix { " \t\r\n".unicodeScalars.contains($0) }
        let rest = scalars[head.endIndex...]
        var result = String.UnicodeScalarView(head.map { $0 == "\t" ? " " : $0 })
        result.append(contentsOf: rest)
        result.append("\n")
        return String(result)
    }
}

/// Follows quotes, comments and brackets well enough to refuse hostile text cheaply.
///
/// It need not be exact: what it misses meets libyaml's own nesting limit (1000) and then the limits of the walk over
/// the composed nodes.
private struct Scan {
    private enum Mode { case plain, doubleQuoted, doubleQuotedEscape, singleQuoted, comment }

    private var line = 1
    private var column = 1
    private var mode = Mode.plain
    private var depth = 0
    private var values = 0
    private var aliasLikes = 0
    private var mayBeAlias = false
    /// The last scalar that is not white space; a quote opens a string only after an indicator.
    private var lastSolid: Unicode.Scalar = "\n"
    private var previous: Unicode.Scalar = "\n"
    private(set) var hasContent = false

    mutating func take(_ scalar: Unicode.Scalar) throws(SweepFileError) {
        try refuseControl(scalar)
        try countAliasLike(scalar)
        try countValue(scalar)
        switch mode {
        case .plain: try takePlain(scalar)
        case .doubleQuoted:
            if scalar == "\\" { mode = .doubleQuotedEscape } else if scalar == "\"" { mode = .plain }
        case .doubleQuotedEscape: mode = .doubleQuoted
        case .singleQuoted: if scalar == "'" { mode = .plain }
        case .comment: break
        }
        // No string of a sweep file spans lines, and a quote that was none must not hide what follows.
        if scalar == "\n" { mode = .plain }
        advance(scalar)
    }

    func refusal(_ detail: String) -> SweepFileError {
        SweepFileError(SweepFileIssue(line: line, column: column, pointer: "", detail: detail))
    }

    private mutating func takePlain(_ scalar: Unicode.Scalar) throws(SweepFileError) {
        switch scalar {
        case "[", "{":
            depth += 1
            if depth > SourceText.maximumDepth {
                throw refusal("brackets are nested more than \(SourceText.maximumDepth) deep; a sweep file needs 5")
            }
        case "]", "}": depth = max(0, depth - 1)
        case "\"" where opensString: mode = .doubleQuoted
        case "'" where opensString: mode = .singleQuoted
        case "#" where " \t\n".unicodeScalars.contains(previous): mode = .comment
        default: break
        }
    }

    /// Counts separators wherever they stand; strings with very many are as good a reason to refuse.
    private mutating func countValue(_ scalar: Unicode.Scalar) throws(SweepFileError) {
        guard ",:-?[{".unicodeScalars.contains(scalar) else { return }
        values += 1
        if values > SourceText.maximumValues {
            throw refusal("the file holds more than \(SourceText.maximumValues) values; write a smaller sweep")
        }
    }

    private var opensString: Bool { "\n[{,:-?".unicodeScalars.contains(lastSolid) }

    private mutating func refuseControl(_ scalar: Unicode.Scalar) throws(SweepFileError) {
        let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        guard isControl, !"\t\n\r\u{85}".unicodeScalars.contains(scalar) else { return }
        let code = String(scalar.value, radix: 16, uppercase: true)
        throw refusal("control character U+\(String(repeating: "0", count: 4 - code.count))\(code); remove it")
    }

    private mutating func countAliasLike(_ scalar: Unicode.Scalar) throws(SweepFileError) {
        if mayBeAlias, scalar.properties.isAlphabetic || scalar.properties.numericType != nil { aliasLikes += 1 }
        mayBeAlias = scalar == "*" && !previous.properties.isAlphabetic
        guard aliasLikes <= SourceText.maximumAliasLikes else {
            throw refusal("aliases (*name) are refused; write each value out")
        }
    }

    private mutating func advance(_ scalar: Unicode.Scalar) {
        if scalar == "\n" {
            line += 1
            column = 1
            lastSolid = "\n"
        } else {
            column += 1
            if !" \t\r\u{FEFF}".unicodeScalars.contains(scalar) {
                lastSolid = scalar
                hasContent = true
            }
        }
        previous = scalar
    }
}
