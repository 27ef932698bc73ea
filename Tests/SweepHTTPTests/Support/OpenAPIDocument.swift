import Foundation
import HTTPTypes
import Testing

@testable import SweepHTTP

/// The document that the daemon serves, and as much of JSON Schema as it uses.
struct OpenAPIDocument {
    let root: [String: Any]

    init() async throws {
        let answer = try await SweepHTTPServer(FakeService()).ask(.get, "/v1/openapi.json")
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "application/json")
        root = try answer.object()
    }

    /// As `GET /v1/sweeps`.
    var operations: Set<String> {
        Set(paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } })
    }

    var paths: [String: [String: [String: Any]]] { root["paths"] as? [String: [String: [String: Any]]] ?? [:] }

    var schemas: [String: [String: Any]] { at("#/components/schemas") as? [String: [String: Any]] ?? [:] }

    func words(_ schema: String) -> [String]? { schemas[schema]?["enum"] as? [String] }

    /// Schema of a JSON reply; nil where the operation does not document the status.
    func reply(_ method: String, _ path: String, status: Int) -> [String: Any]? {
        let responses = paths[path]?[method.lowercased()]?["responses"] as? [String: [String: Any]]
        let content = responses?[String(status)]?["content"] as? [String: [String: Any]]
        return content?["application/json"]?["schema"] as? [String: Any]
    }

    /// Schema of a JSON body.
    func body(_ method: String, _ path: String) -> [String: Any]? {
        let body = paths[path]?[method.lowercased()]?["requestBody"] as? [String: Any]
        return (body?["content"] as? [String: [String: Any]])?["application/json"]?["schema"] as? [String: Any]
    }

    /// What in `value` is not as `schema` says, and which documented keys are missing; empty when all is true.
    func faults(_ value: Any, _ schema: [String: Any], at place: String = "") -> [String] {
        if let reference = schema["$ref"] as? String {
            guard let target = at(reference) as? [String: Any] else { return ["\(reference) leads nowhere"] }
            return faults(value, target, at: place)
        }
        if let choices = schema["oneOf"] as? [[String: Any]] {
            let found = choices.map { faults(value, $0, at: place) }
            return found.contains([]) ? [] : found.first ?? []
        }
        let types = schema["type"] as? [String] ?? (schema["type"] as? String).map { [$0] } ?? []
        guard types.isEmpty || types.contains(where: { Self.is(value, $0) }) else {
            return ["\(place) is no \(types.joined(separator: " or ")): \(value)"]
        }
        if let words = schema["enum"] as? [String], let word = value as? String, !words.contains(word) {
            return ["\(place) is none of \(words): \(word)"]
        }
        if let elements = value as? [Any], let items = schema["items"] as? [String: Any] {
            return elements.enumerated().flatMap { faults($1, items, at: "\(place)/\($0)") }
        }
        guard let object = value as? [String: Any] else { return [] }
        let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
        let missing = Set(schema["required"] as? [String] ?? []).subtracting(object.keys)
        return missing.sorted().map { "\(place)/\($0) is missing" }
            + object.sorted { $0.key < $1.key }.flatMap { key, value -> [String] in
                let known = properties[key] ?? schema["additionalProperties"] as? [String: Any]
                return known.map { faults(value, $0, at: "\(place)/\(key)") } ?? ["\(place)/\(key) is not documented"]
            }
    }

    private func at(_ reference: String) -> Any? {
        reference.split(separator: "/").dropFirst().reduce(root as Any?) { ($0 as? [String: Any])?[String($1)] }
    }

    private static func `is`(_ value: Any, _ type: String) -> Bool {
        let number = value as? NSNumber
        // Foundation reads true and 1 as the same class; only their encoding differs.
        let isFlag = number.map { String(cString: $0.objCType) == "c" } ?? false
        return switch type {
        case "null": value is NSNull
        case "string": value is String
        case "boolean": isFlag
        case "integer": !isFlag && number.map { $0.doubleValue == $0.doubleValue.rounded() } == true
        case "number": !isFlag && number != nil
        case "array": value is [Any]
        case "object": value is [String: Any]
        default: false
        }
    }
}
