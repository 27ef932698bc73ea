import FoundationEssentials
import GRDB
import SweepModel

/// Reads the columns of a row from left to right. A value of the wrong type throws instead of trapping, since the file
/// may have been damaged or edited.
struct RowReader {
    private let row: Row
    private var index = 0

    init(_ row: Row) { self.row = row }

    mutating func next<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        as type: Value.Type = Value.self
    ) throws -> Value {
        defer { index += 1 }
        return try row.decode(Value.self, atIndex: index)
    }

    mutating func optional<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        as type: Value.Type = Value.self
    ) throws -> Value? {
        try next(as: Value?.self)
    }

    /// A `REAL` in which NULL stands for NaN.
    mutating func number() throws -> Double { try optional(as: Double.self) ?? .nan }

    mutating func date() throws -> Date { Date(timeIntervalSince1970: try next()) }

    mutating func optionalDate() throws -> Date? { try optional().map { Date(timeIntervalSince1970: $0) } }

    mutating func word<Word: RawRepresentable<String>>(as type: Word.Type = Word.self) throws -> Word {
        try Self.word(next())
    }

    mutating func optionalWord<Word: RawRepresentable<String>>(as type: Word.Type = Word.self) throws -> Word? {
        guard let text = try optional(as: String.self) else { return nil }
        return try Self.word(text)
    }

    private static func word<Word: RawRepresentable<String>>(_ text: String) throws -> Word {
        guard let word = Word(rawValue: text) else {
            throw StoreError(.corrupt, "the database holds the unknown word `\(text)` for \(Word.self)")
        }
        return word
    }
}

extension Database {
    /// All rows of a query, each made into a value.
    func rows<Value>(
        _ sql: String, _ arguments: StatementArguments = [], _ make: (inout RowReader) throws -> Value
    ) throws -> [Value] {
        let cursor = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
        var values: [Value] = []
        while let row = try cursor.next() {
            var reader = RowReader(row)
            values.append(try make(&reader))
        }
        return values
    }

    func row<Value>(
        _ sql: String, _ arguments: StatementArguments = [], _ make: (inout RowReader) throws -> Value
    ) throws -> Value? {
        try rows(sql, arguments, make).first
    }

    /// Runs a statement that is kept prepared, and returns how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
        try cachedStatement(sql: sql).execute(arguments: arguments)
        return changesCount
    }
}
