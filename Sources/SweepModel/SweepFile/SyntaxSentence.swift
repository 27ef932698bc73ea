import Yams

/// Words for what the YAML parser could not read.
enum SyntaxSentence {
    static func issue(for error: any Error, in text: String) -> SweepFileIssue {
        guard let error = error as? YamlError else {
            return SweepFileIssue(line: nil, column: nil, pointer: "", detail: "the file cannot be read: \(error)")
        }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return SweepFileIssue(line: mark.line, column: mark.column, pointer: "", detail: sentence(problem))
        case .duplicatedKeysInMapping(let keys, let context):
            let name = JSONText.quoted(JSONText.shortened(keys.first ?? ""))
            return SweepFileIssue(
                line: context.mark.line, column: context.mark.column, pointer: "",
                detail: "the key \(name) is written twice in one object; keep one")
        case .reader(let problem, let offset, _, _):
            let place = offset.map { lineAndColumn(of: $0, in: text) }
            return SweepFileIssue(line: place?.line, column: place?.column, pointer: "", detail: sentence(problem))
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return SweepFileIssue(line: nil, column: nil, pointer: "", detail: "the file cannot be read: \(error)")
        }
    }

    private static func sentence(_ problem: String) -> String {
        let hints = [
            ("nesting level", "values are nested too deep; a sweep file needs 5 levels"),
            ("another document", "a second document begins here; write one sweep a file"),
            ("undefined alias", "aliases (*name) are refused; write each value out"),
            ("',' or '}'", "a comma or a closing brace is missing before this place"),
            ("',' or ']'", "a comma or a closing bracket is missing before this place"),
            (
                "cannot start any token",
                "this character cannot begin a value; use spaces, not tabs, and put text in quotes"
            ),
            ("end of stream", "the text ends inside a quoted string; close it"),
            ("end of quoted", "a quoted string is not closed"),
            ("escape", "an escape that cannot be read; write the character itself"),
            ("mapping values are not allowed", "a colon where no key can be; put text with colons in quotes"),
            ("tag", "tags (!name) are refused; write the plain value"),
        ]
        let hint = hints.first { problem.contains($0.0) }?.1
        return "this is not JSON or YAML: \(hint ?? "check brackets, commas, quotes and indentation") (\(problem))"
    }

    private static func lineAndColumn(of offset: Int, in text: String) -> (line: Int, column: Int) {
        var (line, column) = (1, 1)
        for character in text.prefix(offset) {
            if character.isNewline { (line, column) = (line + 1, 1) } else { column += 1 }
        }
        return (line, column)
    }
}
