extension TrainingParameter {
    /// Reads one value; reports what is wrong with it and returns nil.
    ///
    /// Integers come back as `.int` and numbers as `.number`, however they were written.
    func value(at cursor: SourceCursor, _ log: IssueLog) -> ParameterValue? {
        if let off = formerlyOff(cursor.node.content) { return off }
        switch kind {
        case .integer(let range):
            return cursor.integer(in: range, log).map { .int($0) }
        case .number(let range):
            return cursor.number(in: range, log).map { .number($0) }
        case .numberOrWord(let range, let word):
            if case .string(let text) = cursor.node.content, NumberLiteral(text) == nil {
                if text == word { return .string(word) }
                cursor.report(
                    log, "\(cursor.node.described) is neither a number with \(range.text) nor \"\(word)\"; write one")
                return nil
            }
            return cursor.number(in: range, log).map { .number($0) }
        case .word(let words):
            guard case .string(let text) = cursor.node.content, words.contains(text) else {
                reportWord(cursor, words, log)
                return nil
            }
            return .string(text)
        case .flag:
            guard case .bool(let flag) = cursor.node.content else {
                cursor.report(log, "\(cursor.node.described) is neither true nor false; write one, without quotes")
                return nil
            }
            return .bool(flag)
        }
    }

    /// 0 and false said the same for what the first version did not have.
    private func formerlyOff(_ content: SourceNode.Content) -> ParameterValue? {
        guard ["flip", "shift", "pca_components", "input_dropout"].contains(name) else { return nil }
        switch (kind, content) {
        case (.flag, .number(let literal)) where literal.value == 0: return .bool(false)
        case (.integer, .bool(false)): return .int(0)
        case (.number, .bool(false)): return .number(0)
        default: return nil
        }
    }

    /// Whether `value` has the type and lies in the range.
    func accepts(_ value: ParameterValue) -> Bool {
        switch (kind, value) {
        case (.integer(let range), _): return value.integerValue.map(range.contains) ?? false
        case (.number(let range), _), (.numberOrWord(let range, _), .int), (.numberOrWord(let range, _), .number):
            return value.doubleValue.map(range.contains) ?? false
        case (.numberOrWord(_, let word), .string(let text)): return text == word
        case (.word(let words), .string(let text)): return words.contains(text)
        case (.flag, .bool): return true
        default: return false
        }
    }

    private func reportWord(_ cursor: SourceCursor, _ words: [String], _ log: IssueLog) {
        guard case .string(let text) = cursor.node.content else { return cursor.reportUnknownWord(words, log) }
        if name == "optimizer", text == "momentum" {
            cursor.report(log, "\"momentum\" is no optimizer here; write \"sgd\" and set momentum, such as 0.9")
        } else {
            cursor.reportUnknownWord(words, log)
        }
    }
}
