import FoundationEssentials

@testable import SweepModel

/// Texts that many tests start from.
enum Fixture {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func config(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: root.appending(path: "configs/\(name).json")))
    }

    /// A grid file with these members of `parameters` and further members at the top.
    static func text(_ parameters: String, top: String = "", method: String = "grid") -> String {
        let more = top.isEmpty ? "" : ",\n " + top
        return """
            {"name": "n", "method": "\(method)", "dataset": {"name": "synthetic"},
             "parameters": {\(parameters)}\(more)}
            """
    }

    static func spec(_ parameters: String, top: String = "", method: String = "grid") throws(SweepFileError)
        -> SweepSpec
    {
        try SweepSpec(parsing: text(parameters, top: top, method: method))
    }
}
