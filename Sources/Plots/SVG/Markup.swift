/// XML text as it grows.
struct Markup: Sendable {
    enum Value: ExpressibleByStringLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
        case text(String)
        /// Written with at most one digit after the point.
        case number(Double)
        /// Leaves the attribute out.
        case none

        init(stringLiteral value: String) { self = .text(value) }
        init(floatLiteral value: Double) { self = .number(value) }
        init(integerLiteral value: Int) { self = .number(Double(value)) }

        static func optional(_ text: String?) -> Value { text.map { .text($0) } ?? .none }
    }

    typealias Attributes = KeyValuePairs<StaticString, Value>

    private(set) var bytes: [UInt8] = []

    var string: String { String(decoding: bytes, as: UTF8.self) }

    // MARK: Elements

    mutating func open(_ name: StaticString, _ attributes: Attributes = [:]) {
        start(name, attributes)
        raw(">")
    }

    mutating func close(_ name: StaticString) {
        raw("</")
        raw(name)
        raw(">")
    }

    mutating func element(_ name: StaticString, _ attributes: Attributes) {
        start(name, attributes)
        raw("/>")
    }

    mutating func element(_ name: StaticString, _ attributes: Attributes = [:], text: String) {
        open(name, attributes)
        escaped(text)
        close(name)
    }

    /// An element with a `<title>` that a pointer over it shows; without a text just the element.
    mutating func element(_ name: StaticString, _ attributes: Attributes, title: String?) {
        guard let title, !title.isEmpty else { return element(name, attributes) }
        open(name, attributes)
        element("title", text: title)
        close(name)
    }

    private mutating func start(_ name: StaticString, _ attributes: Attributes) {
        raw("<")
        raw(name)
        for (name, value) in attributes {
            if case .none = value { continue }
            raw(" ")
            raw(name)
            raw("=\"")
            switch value {
            case .text(let text): escaped(text)
            case .number(let value): number(value)
            case .none: break
            }
            raw("\"")
        }
    }

    // MARK: Pieces

    mutating func append(_ other: Markup) { bytes += other.bytes }

    mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func raw(_ text: [UInt8]) { bytes += text }

    /// With `<`, `>`, `&`, `"` and `'` as entities and without what XML 1.0 does not allow (section 2.2).
    mutating func escaped(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": raw("&lt;")
            case ">": raw("&gt;")
            case "&": raw("&amp;")
            case "\"": raw("&quot;")
            case "'": raw("&#39;")
            case "\n": raw("&#10;")
            case "\t", "\r": raw(" ")
            case "\u{0}"..<" ", "\u{7f}"..<"\u{a0}", "\u{fffe}", "\u{ffff}": break
            default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }

    /// A coordinate, rounded to a tenth: `12`, `-0.5`, `3.1`.
    mutating func number(_ value: Double) { tenths(Self.tenths(value)) }

    /// `value` in tenths; what is not a number is 0, what is far outside of any picture is cut.
    static func tenths(_ value: Double) -> Int {
        value.isNaN ? 0 : Int((min(max(value, -99_999), 99_999) * 10).rounded())
    }

    mutating func tenths(_ value: Int) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let size = Int(value.magnitude)
        integer(size / 10)
        if size % 10 != 0 {
            bytes.append(UInt8(ascii: "."))
            bytes.append(UInt8(ascii: "0") + UInt8(size % 10))
        }
    }

    private mutating func integer(_ value: Int) {
        if value >= 10 { integer(value / 10) }
        bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
    }
}
