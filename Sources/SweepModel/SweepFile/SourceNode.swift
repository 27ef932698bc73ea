/// A value of a sweep file together with the place where it is written.
struct SourceNode: Sendable {
    enum Content: Sendable {
        case null
        /// Nothing at all, as after `key:` in YAML.
        case empty
        case bool(Bool)
        case number(NumberLiteral)
        case string(String)
        case sequence([SourceNode])
        case mapping([Member])
    }

    /// One key with its value; keys of one mapping are distinct.
    struct Member: Sendable {
        var key: String
        var line: Int?
        var column: Int?
        var value: SourceNode
    }

    var content: Content
    var line: Int?
    var column: Int?

    var members: [Member]? {
        if case .mapping(let members) = content { members } else { nil }
    }

    var elements: [SourceNode]? {
        if case .sequence(let elements) = content { elements } else { nil }
    }

    /// How an error names this value.
    var described: String {
        switch content {
        case .null: "null"
        case .empty: "nothing"
        case .bool(let flag): flag ? "true" : "false"
        case .number(let literal): JSONText.shortened(literal.text)
        case .string(let text): JSONText.quoted(JSONText.shortened(text))
        case .sequence: "a list"
        case .mapping: "an object"
        }
    }

    /// The same value as JSON, keys in their order, on one line.
    var jsonText: String {
        switch content {
        case .null, .empty: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .number(let literal): literal.text
        case .string(let text): JSONText.quoted(text)
        case .sequence(let elements): "[" + elements.map(\.jsonText).joined(separator: ", ") + "]"
        case .mapping(let members):
            "{" + members.map { JSONText.quoted($0.key) + ": " + $0.value.jsonText }.joined(separator: ", ") + "}"
        }
    }
}

/// A node and its JSON pointer.
struct SourceCursor {
    let node: SourceNode
    let pointer: String

    init(root: SourceNode) {
        node = root
        pointer = ""
    }

    private init(node: SourceNode, pointer: String) {
        self.node = node
        self.pointer = pointer
    }

    func child(_ member: SourceNode.Member) -> SourceCursor {
        SourceCursor(node: member.value, pointer: pointer + "/" + JSONText.pointerToken(member.key))
    }

    /// The elements of a list, each with its pointer; nil when this is no list.
    var elements: [SourceCursor]? {
        node.elements?.enumerated().map { SourceCursor(node: $1, pointer: "\(pointer)/\($0)") }
    }
}
