/// Collects findings while one file is read, so that a single reading names them all.
final class IssueLog {
    /// A file with more findings than this is not a slip of the pen; the rest would bury the first ones.
    static let limit = 20

    private(set) var issues: [SweepFileIssue] = []
    private(set) var leftOut = 0

    var isEmpty: Bool { issues.isEmpty }

    func report(_ cursor: SourceCursor, _ detail: @autoclosure () -> String) {
        report(line: cursor.node.line, column: cursor.node.column, pointer: cursor.pointer, detail())
    }

    /// `detail` is made only when it is kept: hints cost more than the reading.
    func report(line: Int?, column: Int?, pointer: String, _ detail: @autoclosure () -> String) {
        guard issues.count < Self.limit else {
            leftOut += 1
            return
        }
        issues.append(SweepFileIssue(line: line, column: column, pointer: pointer, detail: detail()))
    }

    func throwIfAny() throws(SweepFileError) {
        if !issues.isEmpty { throw error }
    }

    /// What was found, in the order of the file.
    var error: SweepFileError {
        var sorted = issues.enumerated().sorted { one, other in
            let (left, right) = (one.element, other.element)
            let leftKey = (left.line ?? 0, left.column ?? 0, one.offset)
            return leftKey < (right.line ?? 0, right.column ?? 0, other.offset)
        }.map(\.element)
        if leftOut > 0 {
            sorted.append(
                SweepFileIssue(
                    line: nil, column: nil, pointer: "",
                    detail: "\(leftOut) more findings are left out; mend these first"))
        }
        return SweepFileError(issues: sorted)
    }
}
