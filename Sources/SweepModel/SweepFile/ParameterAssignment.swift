/// The parameters of one trial: names with values, in the order of the sweep file.
public struct ParameterAssignment: Sendable {
    public struct Entry: Sendable, Hashable {
        public let name: String
        public let value: ParameterValue

        public init(name: String, value: ParameterValue) {
            self.name = name
            self.value = value
        }
    }

    /// Each name at most once.
    public private(set) var entries: [Entry]

    public init() {
        entries = []
    }

    /// Of two entries with one name the later value counts, at the earlier place.
    public init(_ entries: [Entry]) {
        self.entries = []
        for entry in entries { self[entry.name] = entry.value }
    }

    public var names: [String] { entries.map(\.name) }

    public subscript(name: String) -> ParameterValue? {
        get { entries.first { $0.name == name }?.value }
        set {
            let index = entries.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): entries[index] = Entry(name: name, value: value)
            case (let index?, nil): entries.remove(at: index)
            case (nil, let value?): entries.append(Entry(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// A JSON object on one line, keys in order.
    public var jsonObjectText: String {
        "{" + entries.map { JSONText.quoted($0.name) + ": " + $0.value.jsonText }.joined(separator: ", ") + "}"
    }

    /// Reads what `jsonObjectText` writes, with the order kept.
    public init(jsonObjectText text: String) throws(SweepFileError) {
        if let entries = AssignmentScanner.entries(of: text) {
            self.init()
            self.entries = entries
        } else {
            try self.init(composing: text)
        }
    }

    /// The same with the reader of sweep files, for all that JSON allows.
    init(composing text: String) throws(SweepFileError) {
        let root = SourceCursor(root: try SourceNode(composing: Array(text.utf8)))
        let log = IssueLog()
        let entries = (root.members(log) ?? []).compactMap { member in
            root.child(member).scalar(log).map { Entry(name: member.key, value: $0) }
        }
        try log.throwIfAny()
        self.init(entries)
    }
}

extension ParameterAssignment: Hashable {
    /// The order does not count: coders may lose it.
    public static func == (left: ParameterAssignment, right: ParameterAssignment) -> Bool {
        left.entries.count == right.entries.count && left.entries.allSatisfy { right[$0.name] == $0.value }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(Set(entries))
    }
}

extension ParameterAssignment: CustomStringConvertible {
    public var description: String {
        entries.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    }
}

extension ParameterAssignment: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, ParameterValue)...) {
        self.init(elements.map { Entry(name: $0.0, value: $0.1) })
    }
}

extension ParameterAssignment: Codable {
    private struct CodingName: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Decodes a JSON object. Decoders do not tell the order of keys: known parameters come in the order of
    /// ``TrainingParameter/all``, others after them by name.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingName.self)
        let places = Dictionary(uniqueKeysWithValues: TrainingParameter.all.enumerated().map { ($1.name, $0) })
        let keys = container.allKeys.sorted {
            let (left, right) = (places[$0.stringValue] ?? .max, places[$1.stringValue] ?? .max)
            return left == right ? $0.stringValue < $1.stringValue : left < right
        }
        self.init(
            try keys.map { Entry(name: $0.stringValue, value: try container.decode(ParameterValue.self, forKey: $0)) })
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingName.self)
        for entry in entries { try container.encode(entry.value, forKey: CodingName(stringValue: entry.name)) }
    }
}
