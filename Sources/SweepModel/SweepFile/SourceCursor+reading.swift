/// Typed reading; each function reports what is wrong and returns nil.
extension SourceCursor {
    /// Whether the value is `null`, which JSON writers put for a missing one.
    var isNull: Bool {
        if case .null = node.content { true } else { false }
    }

    func report(_ log: IssueLog, _ detail: @autoclosure () -> String) {
        log.report(self, detail())
    }

    func members(_ log: IssueLog, else remedy: String = "write an object") -> [SourceNode.Member]? {
        guard let members = node.members else {
            report(log, "\(node.described) stands where an object belongs; \(remedy)")
            return nil
        }
        return members
    }

    /// Reports a key of this object, at the place of the key.
    func report(key member: SourceNode.Member, _ log: IssueLog, _ kind: String, _ remedy: @autoclosure () -> String) {
        log.report(
            line: member.line, column: member.column, pointer: child(member).pointer,
            "unknown \(kind) \(JSONText.quoted(JSONText.shortened(member.key))); \(remedy())")
    }

    /// The members of an object whose keys are all in `known`; unknown ones are reported with the nearest known key.
    func members(known: [String], _ log: IssueLog, remedy: (String) -> String? = { _ in nil }) -> [String:
        SourceCursor]?
    {
        guard let members = node.members else {
            report(
                log, "\(node.described) stands where an object belongs; its keys are \(known.joined(separator: ", "))")
            return nil
        }
        var result: [String: SourceCursor] = [:]
        for member in members {
            if known.contains(member.key) {
                result[member.key] = child(member)
                continue
            }
            report(key: member, log, "key", remedy(member.key) ?? Self.hint(for: member.key, known: known))
        }
        return result
    }

    static func hint(for key: String, known: [String]) -> String {
        if let nearest = NearestWord.nearest(to: key, in: known) { return "did you mean \"\(nearest)\"?" }
        return "known here are \(known.joined(separator: ", "))"
    }

    func number(_ log: IssueLog) -> Double? {
        guard case .number(let literal) = node.content else {
            report(log, "\(node.described) is not a number\(numberHint)")
            return nil
        }
        guard literal.value.isFinite else {
            report(log, "\(node.described) is too large for a number; write one between -1e308 and 1e308")
            return nil
        }
        return literal.value
    }

    func number(in range: NumberRange, _ log: IssueLog) -> Double? {
        guard let value = number(log) else { return nil }
        guard range.contains(value) else {
            report(log, "\(node.described) is out of range; write a number with \(range.text)")
            return nil
        }
        return value
    }

    /// A whole number; `200.0` and `2e2` count, as numbers that are equal.
    func integer(in range: ClosedRange<Int>, _ log: IssueLog) -> Int? {
        guard let value = number(log) else { return nil }
        guard case .number(let literal) = node.content, let integer = literal.integer ?? Int(exactly: value) else {
            let isWhole = value == value.rounded()
            report(
                log,
                isWhole
                    ? "\(node.described) is out of range; write \(range.text)"
                    : "\(node.described) is not a whole number; write \(range.text)")
            return nil
        }
        guard range.contains(integer) else {
            report(log, "\(node.described) is out of range; write \(range.text)")
            return nil
        }
        return integer
    }

    func text(_ log: IssueLog) -> String? {
        guard case .string(let text) = node.content else {
            report(log, "\(node.described) is not text; write it in quotes")
            return nil
        }
        return text
    }

    func word<Word: RawRepresentable<String> & CaseIterable>(_ type: Word.Type, _ log: IssueLog) -> Word? {
        let words = Word.allCases.map(\.rawValue)
        guard case .string(let text) = node.content, let word = Word(rawValue: text) else {
            reportUnknownWord(words, log)
            return nil
        }
        return word
    }

    func reportUnknownWord(_ words: [String], _ log: IssueLog) {
        var detail = "\(node.described) is not one of \(words.map(JSONText.quoted).joined(separator: ", "))"
        if case .string(let text) = node.content, let nearest = NearestWord.nearest(to: text, in: words) {
            detail += "; did you mean \"\(nearest)\"?"
        } else {
            detail += "; write one of them"
        }
        report(log, detail)
    }

    /// Any scalar; for text that is not checked against a parameter.
    func scalar(_ log: IssueLog) -> ParameterValue? {
        switch node.content {
        case .bool(let flag): return .bool(flag)
        case .string(let text): return .string(text)
        case .number(let literal):
            if let integer = literal.integer { return .int(integer) }
            return number(log).map { .number($0) }
        case .null, .empty, .sequence, .mapping:
            report(log, "\(node.described) stands where a single value belongs")
            return nil
        }
    }

    private var numberHint: String {
        guard case .string(let text) = node.content else { return "; write a number" }
        if NumberLiteral(text) != nil { return "; leave the quotes out" }
        return "; write it as JSON does, such as 0.001, 1e-3 or 200"
    }
}

extension ClosedRange<Int> {
    var text: String { "a whole number from \(lowerBound) to \(upperBound)" }
}
