/// A sweep file that is changed key by key and written again, with its other keys and their order as they were.
public struct SweepFileText: Sendable {
    private var root: SourceNode

    /// An empty object.
    public init() { root = SourceNode(content: .mapping([])) }

    /// Reads JSON or YAML, with overrides applied.
    public init(_ text: String, overrides: [SweepOverride] = []) throws(SweepFileError) {
        root = try SourceNode(composing: Array(text.utf8))
        for override in overrides { try override.apply(to: &root) }
    }

    /// The value at `path` as JSON on one line; nil when there is none.
    public func json(at path: String...) -> String? {
        var node = root
        for key in path {
            guard let member = node.members?.first(where: { $0.key == key }) else { return nil }
            node = member.value
        }
        return node.jsonText
    }

    /// Puts a value at `path`, at its place if there is one, else last.
    public mutating func set(_ path: String..., json: String) throws(SweepFileError) {
        root.set(path[...], to: try SourceNode(composing: Array(json.utf8)))
    }

    /// The same for text.
    public mutating func set(_ path: String..., text: String) {
        root.set(path[...], to: SourceNode(content: .string(text)))
    }

    /// Takes a key away; one that is not there is none the less gone.
    public mutating func remove(_ path: String...) { root.remove(path[...]) }

    /// As JSON: a line for each key of the top level, for each parameter, and for each element of a list of objects.
    public var text: String {
        guard let members = root.members else { return root.jsonText + "\n" }
        let lines = members.map { "  \(JSONText.quoted($0.key)): \(Self.block($0.value))" }
        return "{\n" + lines.joined(separator: ",\n") + "\n}\n"
    }

    /// 64 bits of FNV-1a over the text, hexadecimal: to tell files apart, not to prove anything.
    public static func mark(of text: String) -> String {
        String(text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }, radix: 16)
    }

    private static func block(_ node: SourceNode) -> String {
        if let members = node.members, members.contains(where: { $0.value.members != nil }) {
            let lines = members.map { "    \(JSONText.quoted($0.key)): \($0.value.jsonText)" }
            return "{\n" + lines.joined(separator: ",\n") + "\n  }"
        }
        if let elements = node.elements, elements.contains(where: { $0.members != nil }) {
            return "[\n" + elements.map { "    " + $0.jsonText }.joined(separator: ",\n") + "\n  ]"
        }
        return node.jsonText
    }
}
