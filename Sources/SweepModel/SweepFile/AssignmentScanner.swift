/// Reads the objects that ``ParameterAssignment/jsonObjectText`` writes, some ten times faster than the reader of sweep
/// files: lists of trials hold thousands.
///
/// It knows only what such texts usually are: ASCII without escapes, single spaces after `:` and `,`, scalars. It gives
/// up on all else, malformed text included, and leaves it to the full reader and its messages.
struct AssignmentScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    /// Nil when the text is not that simple.
    static func entries(of text: String) -> [ParameterAssignment.Entry]? {
        var text = text
        return text.withUTF8 { bytes in
            var scanner = AssignmentScanner(bytes: bytes)
            return scanner.object()
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private mutating func object() -> [ParameterAssignment.Entry]? {
        guard take("{") else { return nil }
        if take("}") { return position == bytes.count ? [] : nil }
        var entries: [ParameterAssignment.Entry] = []
        entries.reserveCapacity(8)
        while true {
            guard let name = quoted(), take(":"), take(" "), let value = value() else { return nil }
            guard !entries.contains(where: { $0.name == name }) else { return nil }
            entries.append(ParameterAssignment.Entry(name: name, value: value))
            if take("}") { return position == bytes.count ? entries : nil }
            guard take(","), take(" ") else { return nil }
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func quoted() -> String? {
        guard take("\"") else { return nil }
        let start = position
        while position < bytes.count, 0x20..<0x7F ~= bytes[position] {
            switch bytes[position] {
            // The full reader counts stars: many of them look like aliases.
            case UInt8(ascii: "\\"), UInt8(ascii: "*"): return nil
            case UInt8(ascii: "\""):
                position += 1
                return text(start..<position - 1)
            default: position += 1
            }
        }
        return nil
    }

    private mutating func value() -> ParameterValue? {
        guard position < bytes.count else { return nil }
        switch bytes[position] {
        case UInt8(ascii: "\""): return quoted().map { .string($0) }
        case UInt8(ascii: "t"): return take(word: "true") ? .bool(true) : nil
        case UInt8(ascii: "f"): return take(word: "false") ? .bool(false) : nil
        default: return number()
        }
    }

    private mutating func take(word: StaticString) -> Bool {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count else { return false }
        for index in 0..<word.utf8CodeUnitCount where bytes[position + index] != word.utf8Start[index] { return false }
        position = end
        return true
    }

    /// The token up to the next comma or brace, by JSON's grammar.
    private mutating func number() -> ParameterValue? {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: ","), bytes[position] != UInt8(ascii: "}") {
            position += 1
        }
        if let small = integer(start..<position) { return .int(small) }
        guard let literal = NumberLiteral(text(start..<position)), literal.value.isFinite else { return nil }
        return literal.integer.map { .int($0) } ?? .number(literal.value)
    }

    /// A whole number of few digits, as most are.
    private func integer(_ range: Range<Int>) -> Int? {
        guard 1...15 ~= range.count, range.count == 1 || bytes[range.lowerBound] != UInt8(ascii: "0") else {
            return nil
        }
        var value = 0
        for byte in bytes[range] {
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }
}
