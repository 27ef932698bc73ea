import Yams

extension SourceNode {
    /// Reads JSON or YAML text into nodes. Scalars follow JSON's rules; a plain word unknown to JSON is a string.
    init(composing bytes: [UInt8]) throws(SweepFileError) {
        let source = try SourceText(checking: bytes)
        let mended = DuplicateMender(text: source.text)
        while true {
            do {
                // The basic resolver has no rules: scalars stay text, and hashing keys runs no regular expression.
                let parser = try Parser(yaml: mended.text, resolver: .basic, encoding: .utf8)
                guard let root = try parser.singleRoot() else {
                    throw SweepFileIssue(line: 1, column: 1, pointer: "", detail: "the file is empty")
                }
                // Nodes hold their anchors weakly: the parser must outlive the walk that looks for them.
                self = try withExtendedLifetime(parser) {
                    try NodeWalk(mended: mended).convert(root, pointer: "", depth: 1)
                }
                try mended.throwIfAny()
                return
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) where mended.mend(keys, at: context.mark) {
                continue
            } catch let error as SweepFileError {
                throw error
            } catch let issue as SweepFileIssue {
                throw SweepFileError(issue)
            } catch {
                throw SweepFileError(SyntaxSentence.issue(for: error, in: mended.text))
            }
        }
    }
}

/// Turns composed nodes into ours and refuses what JSON does not have.
private struct NodeWalk {
    let mended: DuplicateMender

    func convert(_ node: Node, pointer: String, depth: Int) throws -> SourceNode {
        let (line, column) = mended.place(node.mark)
        func refusal(_ detail: String) -> SweepFileIssue {
            SweepFileIssue(line: line, column: column, pointer: pointer, detail: detail)
        }
        guard depth <= SourceText.maximumDepth else {
            throw refusal("values are nested more than \(SourceText.maximumDepth) deep; a sweep file needs 5")
        }
        guard node.anchor == nil else { throw refusal("anchors (&name) and aliases are refused; write each value out") }
        let content: SourceNode.Content
        switch node {
        case .scalar(let scalar):
            guard isUntagged(scalar.tag) else { throw refusal(Self.tagDetail) }
            content = Self.content(of: scalar)
        case .sequence(let sequence):
            guard isUntagged(sequence.tag) else { throw refusal(Self.tagDetail) }
            content = .sequence(
                try sequence.enumerated().map { try convert($1, pointer: "\(pointer)/\($0)", depth: depth + 1) })
        case .mapping(let mapping):
            guard isUntagged(mapping.tag) else { throw refusal(Self.tagDetail) }
            let members = try mapping.map { try member($0.key, $0.value, pointer: pointer, depth: depth) }
            mended.check(members, pointer: pointer)
            content = .mapping(members)
        case .alias: throw refusal("aliases (*name) are refused; write each value out")
        }
        return SourceNode(content: content, line: line, column: column)
    }

    private func member(_ key: Node, _ value: Node, pointer: String, depth: Int) throws -> SourceNode.Member {
        let (line, column) = mended.place(key.mark)
        func refusal(_ detail: String) -> SweepFileIssue {
            SweepFileIssue(line: line, column: column, pointer: pointer, detail: detail)
        }
        guard case .scalar(let scalar) = key else { throw refusal("a key is a word, not a list or an object") }
        guard key.anchor == nil else { throw refusal("anchors (&name) and aliases are refused; write each value out") }
        guard isUntagged(scalar.tag) else { throw refusal(Self.tagDetail) }
        let name = mended.original(scalar.string)
        let converted = try convert(
            value, pointer: pointer + "/" + JSONText.pointerToken(name), depth: depth + 1)
        return SourceNode.Member(key: name, line: line, column: column, value: converted)
    }

    private static let tagDetail = "tags (!name) are refused; write the plain value"

    private func isUntagged(_ tag: Tag) -> Bool {
        [Tag.Name.implicit.rawValue, Tag.Name.str.rawValue, Tag.Name.map.rawValue, Tag.Name.seq.rawValue]
            .contains(tag.description)
    }

    private static func content(of scalar: Node.Scalar) -> SourceNode.Content {
        guard scalar.style == .plain else { return .string(scalar.string) }
        switch scalar.string {
        case "": return .empty
        case "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: return NumberLiteral(scalar.string).map { .number($0) } ?? .string(scalar.string)
        }
    }
}
