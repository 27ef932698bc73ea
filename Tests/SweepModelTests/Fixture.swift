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

extension Fixture {
    /// What another program says: a file of `Tests/Support/search/fixtures.py`.
    static func recorded<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
        let file = root.appending(path: "Tests/SweepModelTests/Fixtures/\(name).json")
        return try JSONDecoder().decode(type, from: try Data(contentsOf: file))
    }

    /// A search with a mixed space of `count` configurations.
    static func search(_ method: String, _ count: Int, more: String = "") throws(SweepFileError) -> SweepSpec {
        try spec(
            #""learning_rate": {"distribution": "log_uniform_values", "min": 1e-4, "max": 0.1}, "#
                + #""reg": {"min": 0.0, "max": 2.5}, "hidden_size": {"min": 16, "max": 64}, "#
                + #""batch_size": {"min": 50, "max": 400, "q": 50}, "#
                + #""optimizer": {"values": ["sgd", "nesterov", "adam"]}, "momentum": {"value": 0.9}, "#
                + #""epochs": {"value": 27}"#,
            top: #""run_cap": \#(count)"# + (more.isEmpty ? "" : ", " + more), method: method)
    }

    static func result(
        _ plan: TrialPlan, _ state: TrialState = .completed, value: Double? = nil, curve: [Double] = []
    ) -> SearchResult {
        SearchResult(
            index: plan.index, parameters: plan.parameters, state: state, value: value,
            curve: curve.enumerated().map { CurveValue(iteration: $0 * 10 + 11, epoch: $0 + 1, value: $1) },
            iterations: 271)
    }
}
