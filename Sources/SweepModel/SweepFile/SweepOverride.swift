/// One `--set key=value`: a change to a sweep file before it is checked.
///
/// `key` is a training parameter, or a dotted path from the top such as `dataset.train` or `run_cap`. A name that is
/// both (`seed`) means the top; `parameters.seed` means the parameter. `value` is a JSON list or object, a JSON scalar, or
/// else a bare word. For a parameter a list means `values`, a scalar `value`.
public struct SweepOverride: Sendable, Hashable, Codable {
    public let key: String
    public let value: String

    public init(key: String, value: String) {
        self.key = key
        self.value = value
    }

    /// Reads `key=value`.
    public init(argument: String) throws(SweepFileError) {
        guard let sign = argument.firstIndex(of: "="), sign != argument.startIndex else {
            throw Self.refusal("\(JSONText.quoted(JSONText.shortened(argument))) is no override; write key=value")
        }
        self.init(key: String(argument[..<sign]), value: String(argument[argument.index(after: sign)...]))
    }

    /// `text` with the overrides applied, as JSON; without overrides `text` itself.
    public static func apply(_ overrides: [SweepOverride], to text: String) throws(SweepFileError) -> String {
        guard !overrides.isEmpty else { return text }
        var node = try SourceNode(composing: Array(text.utf8))
        try apply(overrides, to: &node)
        return node.jsonText
    }

    static func apply(_ overrides: [SweepOverride], to node: inout SourceNode) throws(SweepFileError) {
        guard overrides.count <= maximumCount else {
            throw refusal("\(overrides.count) overrides are more than \(maximumCount); write them into the file")
        }
        for override in overrides { try override.apply(to: &node) }
    }

    private static let maximumCount = 1000

    func apply(to root: inout SourceNode) throws(SweepFileError) {
        var path = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard path.count <= 8, !path.contains("") else {
            throw Self.refusal("\(shownKey) is no key; write a word or a.b")
        }
        if path.count == 1, !SweepFileReader.keys.contains(key) {
            guard TrainingParameter.named(key) != nil else {
                let known = SweepFileReader.keys + TrainingParameter.all.map(\.name)
                let hint = TrainingParameter.otherNames[key].map { "here it is called \"\($0)\"" }
                let nearest = NearestWord.nearest(to: key, in: known).map { "did you mean \"\($0)\"?" }
                throw Self.refusal(
                    "unknown key \(shownKey) in an override; "
                        + (hint ?? nearest ?? "write a training parameter, or a path such as dataset.train"))
            }
            path.insert("parameters", at: 0)
        }
        var node = try parsedValue()
        if path.count == 2, path[0] == "parameters", case .null = node.content { return root.remove(path[...]) }
        if path.count >= 2, path[0] == "parameters", let rival = TrainingParameter.lengths[path[1]] {
            root.remove(["parameters", rival])
        }
        if path.count == 2, path[0] == "parameters" {
            switch node.content {
            case .mapping: break
            case .sequence: node = node.wrapped(in: "values")
            case .null, .empty, .bool, .number, .string: node = node.wrapped(in: "value")
            }
        }
        guard root.set(path[...], to: node) else {
            throw Self.refusal("\(shownKey) leads through a value that is no object; write another key")
        }
    }

    private var shownKey: String { JSONText.quoted(JSONText.shortened(key)) }

    private func parsedValue() throws(SweepFileError) -> SourceNode {
        let first = value.unicodeScalars.first { !" \t\n".unicodeScalars.contains($0) }
        guard let first, "[{\"".unicodeScalars.contains(first) else {
            let trimmed = value.filter { !$0.isWhitespace || $0 == " " }
            switch trimmed {
            case "null": return SourceNode(content: .null)
            case "true": return SourceNode(content: .bool(true))
            case "false": return SourceNode(content: .bool(false))
            default:
                return SourceNode(content: NumberLiteral(trimmed).map { .number($0) } ?? .string(value))
            }
        }
        do {
            return try SourceNode(composing: Array(value.utf8)).withoutPlaces()
        } catch {
            throw Self.refusal("the value of \(shownKey) cannot be read: \(error.issues.first?.detail ?? "")")
        }
    }

    private static func refusal(_ detail: String) -> SweepFileError {
        SweepFileError(SweepFileIssue(line: nil, column: nil, pointer: "", detail: detail))
    }
}

extension SourceNode {
    /// Takes the value at `path` away, if it is there.
    mutating func remove(_ path: ArraySlice<String>) {
        guard let key = path.first, case .mapping(var members) = content,
            let place = members.firstIndex(where: { $0.key == key })
        else { return }
        if path.count == 1 { members.remove(at: place) } else { members[place].value.remove(path.dropFirst()) }
        content = .mapping(members)
    }

    /// Sets the value at `path`, adding objects on the way; false when a value on the way is no object.
    @discardableResult
    mutating func set(_ path: ArraySlice<String>, to value: SourceNode) -> Bool {
        guard let key = path.first else {
            self = value
            return true
        }
        guard case .mapping(var members) = content else { return false }
        let index: Int
        if let found = members.firstIndex(where: { $0.key == key }) {
            index = found
        } else {
            index = members.count
            members.append(Member(key: key, value: SourceNode(content: .mapping([]))))
        }
        let isSet = members[index].value.set(path.dropFirst(), to: value)
        content = .mapping(members)
        return isSet
    }

    fileprivate func wrapped(in key: String) -> SourceNode {
        SourceNode(content: .mapping([Member(key: key, value: self)]))
    }

    /// Without lines and columns, which would point into another text.
    fileprivate func withoutPlaces() -> SourceNode {
        switch content {
        case .null, .empty, .bool, .number, .string: SourceNode(content: content)
        case .sequence(let elements): SourceNode(content: .sequence(elements.map { $0.withoutPlaces() }))
        case .mapping(let members):
            SourceNode(content: .mapping(members.map { Member(key: $0.key, value: $0.value.withoutPlaces()) }))
        }
    }
}
