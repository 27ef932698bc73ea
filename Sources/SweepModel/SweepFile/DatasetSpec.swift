/// Which images a sweep trains on, and how they are split.
public struct DatasetSpec: Sendable, Equatable {
    /// A name of the data set catalog, such as `cifar10`, or `synthetic`.
    public let name: String
    /// A file or folder instead of the catalog's place.
    public let path: String?
    /// Numbers of images; nil for the data set's own split.
    public let train: Int?
    public let validation: Int?
    public let test: Int?
    /// Width of an image vector; synthetic data only.
    public let inputs: Int?
    /// Number of classes; synthetic data only.
    public let classes: Int?

    public static let synthetic = "synthetic"
    static let sizes = 1...100_000_000

    public init(
        name: String, path: String? = nil, train: Int? = nil, validation: Int? = nil, test: Int? = nil,
        inputs: Int? = nil, classes: Int? = nil
    ) {
        self.name = name
        self.path = path
        self.train = train
        self.validation = validation
        self.test = test
        self.inputs = inputs
        self.classes = classes
    }

    /// Reads the object under `dataset`; nil when the name is missing or malformed, or none of `names`.
    init?(at cursor: SourceCursor, names: [String]?, _ log: IssueLog) {
        let known = ["name", "path", "train", "validation", "test", "inputs", "classes"]
        guard let members = cursor.members(known: known, log, remedy: Self.hint)?.filter({ !$0.value.isNull }) else {
            return nil
        }
        let sizes = ["train", "validation", "test"].map { members[$0]?.integer(in: Self.sizes, log) }
        let inputs = members["inputs"]?.integer(in: 1...1_000_000, log)
        let classes = members["classes"]?.integer(in: 2...65_536, log)
        let path = members["path"].flatMap { Self.path(at: $0, log) }
        guard let nameCursor = members["name"] else {
            cursor.report(log, "the data set has no name; add \"name\", such as \"cifar10\"")
            return nil
        }
        guard let name = nameCursor.text(log) else { return nil }
        guard Self.isName(name) else {
            nameCursor.report(
                log, "\(nameCursor.node.described) is no data set's name; write lower-case letters, digits, - and _")
            return nil
        }
        if let names, !names.contains(name) {
            let hint = NearestWord.nearest(to: name, in: names).map { "did you mean \"\($0)\"?" }
            nameCursor.report(
                log, "there is no data set \"\(name)\"; " + (hint ?? "take one of \(names.joined(separator: ", "))"))
            return nil
        }
        if name != Self.synthetic {
            for key in ["inputs", "classes"] {
                members[key]?.report(log, "\(key) belongs to synthetic data only; leave it out for \(name)")
            }
        }
        self.init(
            name: name, path: path, train: sizes[0], validation: sizes[1], test: sizes[2], inputs: inputs,
            classes: classes)
    }

    private static func path(at cursor: SourceCursor, _ log: IssueLog) -> String? {
        guard let path = cursor.text(log) else { return nil }
        guard !path.isEmpty, !path.unicodeScalars.contains("\0") else {
            cursor.report(log, "the path is empty or holds a NUL; write the path of the data set's folder or file")
            return nil
        }
        return path
    }

    private static func hint(_ key: String) -> String? {
        ["val": "did you mean \"validation\"?", "valid": "did you mean \"validation\"?"][key]
    }

    private static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            }
    }
}
