import Yams

/// Lets a file with duplicate keys be composed all the same, so that the finding can name its JSON pointer.
///
/// Yams refuses duplicates while composing and tells only the mark of the first one. A private-use character written
/// into that key makes it unique; the walk over the nodes then meets it, and reports both places.
final class DuplicateMender {
    private static let marker: Unicode.Scalar = "\u{E000}"
    private static let limit = 4

    private struct Insertion {
        let line: Int
        let column: Int
    }

    private(set) var text: String
    private var insertions: [Insertion] = []
    private let log = IssueLog()

    init(text: String) {
        self.text = text
    }

    /// Marks the key at `mark`; false when that is not possible and Yams' error must do.
    func mend(_ keys: [String], at mark: Mark) -> Bool {
        guard insertions.count < Self.limit, var index = index(of: mark) else { return false }
        let scalars = text.unicodeScalars
        var column = mark.column
        if scalars[index] == "\"" || scalars[index] == "'" {
            index = scalars.index(after: index)
            column += 1
        }
        text.unicodeScalars.insert(Self.marker, at: index)
        insertions.append(Insertion(line: mark.line, column: column))
        return true
    }

    /// The place in the file as it was sent.
    func place(_ mark: Mark?) -> (line: Int?, column: Int?) {
        guard let mark else { return (nil, nil) }
        let shift = insertions.count { $0.line == mark.line && $0.column < mark.column }
        return (mark.line, mark.column - shift)
    }

    /// The key as it was sent.
    func original(_ key: String) -> String {
        guard !insertions.isEmpty, key.unicodeScalars.contains(Self.marker) else { return key }
        return String(String.UnicodeScalarView(key.unicodeScalars.filter { $0 != Self.marker }))
    }

    /// Reports the keys that are written twice among the members of one object.
    func check(_ members: [SourceNode.Member], pointer: String) {
        guard !insertions.isEmpty else { return }
        var seen: [String: Int?] = [:]
        for member in members {
            guard let line = seen.updateValue(member.line, forKey: member.key) else { continue }
            let first = line.map { ", first in line \($0)" } ?? ""
            let name = JSONText.quoted(JSONText.shortened(member.key))
            log.report(
                line: member.line, column: member.column, pointer: pointer + "/" + JSONText.pointerToken(member.key),
                "the key \(name) is written twice in this object\(first); keep one")
        }
    }

    func throwIfAny() throws(SweepFileError) {
        try log.throwIfAny()
    }

    private func index(of mark: Mark) -> String.Index? {
        let scalars = text.unicodeScalars
        var index = scalars.startIndex
        var line = 1
        while line < mark.line {
            guard let newline = scalars[index...].firstIndex(where: { $0 == "\n" }) else { return nil }
            index = scalars.index(after: newline)
            line += 1
        }
        guard let found = scalars.index(index, offsetBy: mark.column - 1, limitedBy: scalars.endIndex) else {
            return nil
        }
        return found < scalars.endIndex ? found : nil
    }
}
