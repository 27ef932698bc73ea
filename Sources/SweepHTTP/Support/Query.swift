import HTTPTypes
import Hummingbird
import SweepAPI

/// The parameters of a request's query, all of them known.
struct Query {
    private var values: [String: String] = [:]

    /// - Throws: a ``Problem`` for a name that is not in `known`, or that is there twice.
    init(_ request: Request, _ known: [String]) throws {
        for (name, value) in request.uri.queryParameters {
            let name = String(name)
            guard known.contains(name) else {
                throw Problem(.invalidRequest, Spelling.unknown("query parameter", name, known: known))
            }
            guard values.updateValue(String(value), forKey: name) == nil else {
                throw Problem(.invalidRequest, "\(name) is given twice; give it once")
            }
        }
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = values[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            let bounds =
                range.upperBound == .max
                ? "that is at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw Problem(.invalidRequest, "\(name) is \"\(text.prefix(40))\"; write a whole number \(bounds)")
        }
        return number
    }

    /// A number that the store gave to a sweep or an event.
    func id(_ name: String) throws -> Int64? { try integer(name, in: 1...Int.max).map { Int64($0) } }

    /// Any text, such as a parameter's name.
    func text(_ name: String) -> String? { values[name] }

    func flag(_ name: String) throws -> Bool {
        switch values[name] {
        case nil, "false": return false
        case "true": return true
        case let text?: throw Problem(.invalidRequest, "\(name) is \"\(text.prefix(40))\"; write true or false")
        }
    }

    /// The beginning of an id in a document.
    func identifier(_ name: String) throws -> String? {
        guard let text = values[name] else { return nil }
        let isName =
            text.utf8.count <= 40 && text.utf8.first.map(Self.isLetter) ?? false
            && text.utf8.allSatisfy { Self.isLetter($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
        guard isName else {
            throw Problem(
                .invalidRequest, "\(name) is \"\(text.prefix(40))\"; write a letter, then letters, digits and -")
        }
        return text
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    /// One of a closed set of words.
    func word<Word: RawRepresentable<String> & CaseIterable>(_ name: String, _ type: Word.Type) throws -> Word? {
        try values[name].map { try Self.word($0, name, type) }
    }

    /// A list with commas.
    func words<Word: RawRepresentable<String> & CaseIterable>(_ name: String, _ type: Word.Type) throws -> [Word] {
        guard let text = values[name] else { return [] }
        return try text.split(separator: ",", omittingEmptySubsequences: false).map {
            try Self.word(String($0), name, type)
        }
    }

    private static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ text: String, _ name: String, _ type: Word.Type
    ) throws -> Word {
        guard let word = Word(rawValue: text) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(.invalidRequest, "\(name) is \"\(text.prefix(40))\"; write one of \(known)")
        }
        return word
    }
}

extension Request {
    /// The query, in which only parameters of these names may be.
    func query(_ known: String...) throws -> Query { try Query(self, known) }
}
