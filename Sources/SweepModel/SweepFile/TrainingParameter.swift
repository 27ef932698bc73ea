/// A training parameter that a sweep file may set: the one table behind checks, hints, help and docs.
public struct TrainingParameter: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        case integer(ClosedRange<Int>)
        case number(NumberRange)
        case word([String])
        case numberOrWord(NumberRange, String)
        case flag
    }

    /// Two ways to set the length of a training: where one is set, the other is not.
    static let lengths = ["iterations": "epochs", "epochs": "iterations"]

    public let name: String
    public let kind: Kind
    /// What holds when the file does not set it, in words; nil for a parameter that must be set.
    public let defaultText: String?
    /// One line for people.
    public let help: String

    init(_ name: String, _ kind: Kind, default defaultText: String?, _ help: String) {
        self.name = name
        self.kind = kind
        self.defaultText = defaultText
        self.help = help
    }

    public var isRequired: Bool { defaultText == nil }

    /// `integer`, `number`, `word`, `number or word` or `true or false`.
    public var typeText: String {
        switch kind {
        case .integer: "integer"
        case .number: "number"
        case .word: "word"
        case .numberOrWord: "number or word"
        case .flag: "true or false"
        }
    }

    /// The values that are accepted, in words.
    public var rangeText: String {
        switch kind {
        case .integer(let range): "\(range.lowerBound) ≤ x ≤ \(range.upperBound)"
        case .number(let range): range.text
        case .word(let words): words.joined(separator: ", ")
        case .numberOrWord(let range, let word): "\(range.text), or \(word)"
        case .flag: "true, false"
        }
    }

    /// Length of the interval of numbers; nil without one.
    var width: Double? {
        switch kind {
        case .number(let range), .numberOrWord(let range, _): range.upper - range.lower
        case .integer, .word, .flag: nil
        }
    }

    public static func named(_ name: String) -> TrainingParameter? {
        all.first { $0.name == name }
    }
}
