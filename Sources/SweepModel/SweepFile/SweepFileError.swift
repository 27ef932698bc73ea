/// What is wrong with a sweep file, all of it that could be found in one reading.
public struct SweepFileError: Error, Sendable, Equatable {
    /// The kinds of refusal, closed so that one switch maps them to statuses.
    public enum Code: String, Sendable, CaseIterable {
        /// The text or its contents are not a sweep file.
        case invalid
        /// The text is longer than ``SweepSpec/maximumFileBytes``.
        case tooLarge = "too_large"
    }

    public let code: Code
    /// The findings in the order of the file; never empty.
    public let issues: [SweepFileIssue]

    public init(code: Code = .invalid, issues: [SweepFileIssue]) {
        self.code = code
        self.issues = issues
    }

    init(code: Code = .invalid, _ issue: SweepFileIssue) {
        self.init(code: code, issues: [issue])
    }

    /// One line an issue.
    public var message: String {
        issues.map(\.description).joined(separator: "\n")
    }
}

extension SweepFileError: CustomStringConvertible {
    public var description: String { message }
}

/// One finding in a sweep file: where it stands, what is wrong, what to write instead.
public struct SweepFileIssue: Error, Sendable, Hashable, Codable {
    /// The line, from 1; nil for a value that came from an override.
    public let line: Int?
    /// The column in Unicode scalars, from 1; nil for a value that came from an override.
    public let column: Int?
    /// The JSON pointer (RFC 6901) of the value; empty for the whole file.
    public let pointer: String
    /// One sentence: what is wrong and what to write instead.
    public let detail: String

    public init(line: Int?, column: Int?, pointer: String, detail: String) {
        self.line = line
        self.column = column
        self.pointer = pointer
        self.detail = detail
    }
}

extension SweepFileIssue: CustomStringConvertible {
    public var description: String {
        var place: [String] = []
        if let line { place.append("line \(line)") }
        if let column { place.append("column \(column)") }
        if !pointer.isEmpty { place.append(pointer) }
        return place.isEmpty ? detail : place.joined(separator: ", ") + ": " + detail
    }
}
