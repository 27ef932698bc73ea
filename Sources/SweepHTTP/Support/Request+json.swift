import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import SweepAPI
import SweepModel

/// A request's body of which each key is known, so that a misspelt one is found.
protocol DescribedBody: Decodable {
    /// Each key with what stands there, in words; only a whole number's words end in "number".
    static var fields: [(key: String, shape: String)] { get }
}

extension SubmitRequest: DescribedBody {
    static var fields: [(key: String, shape: String)] {
        [
            ("file", "the sweep file as one text"), ("set", #"a list of {"key": "…", "value": "…"}, both texts"#),
            ("name", "a text"), ("priority", "a whole number"), ("key", "a text"),
        ]
    }
}

extension VerbRequest: DescribedBody {
    static var fields: [(key: String, shape: String)] { [("reason", "a text")] }
}

extension RetryRequest: DescribedBody {
    static var fields: [(key: String, shape: String)] {
        [("states", "a list of \(TrialState.failed.rawValue) and \(TrialState.cancelled.rawValue)")]
    }
}

extension ConfirmRequest: DescribedBody {
    static var fields: [(key: String, shape: String)] {
        [("configurations", "a whole number"), ("seeds", "a whole number")]
    }
}

extension PruneRequest: DescribedBody {
    static var fields: [(key: String, shape: String)] {
        [("sweep", "a sweep's number"), ("keep", "a whole number"), ("dry_run", "true or false")]
    }
}

extension PromoteRequest: DescribedBody {
    static var fields: [(key: String, shape: String)] {
        [
            ("sweep", "a sweep's number"), ("trial", "a trial's number"), ("ensemble", "a whole number, 2 to 100"),
            ("mirror", "true or false"),
        ]
    }
}

extension Request {
    /// The body as JSON of type `type`; an empty body is `{}`.
    func json<Value: DescribedBody>(_ type: Value.Type) async throws -> Value {
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > RequestLimits.bodyBytes {
            throw Problem.bodyTooLarge
        }
        var request = self
        let buffer = try await request.collectBody(upTo: RequestLimits.bodyBytes)
        if buffer.readableBytes > 0 { try requireJSON() }
        let bytes = buffer.readableBytes == 0 ? ByteBuffer(string: "{}") : buffer
        do {
            return try WireCoder.decode(KnownKeys<Value>.self, from: Data(bytes.readableBytesView)).value
        } catch let error as DecodingError {
            throw Problem(error, in: type)
        }
    }
}

extension Request {
    /// A form of another site's page can send other media types without asking first, but not this one.
    private func requireJSON() throws {
        let field = headers[.contentType] ?? ""
        let type = field.prefix { $0 != ";" && $0 != " " && $0 != "\t" }
        guard type.lowercased() == WireCoder.mediaType else {
            let found = type.isEmpty ? "without a Content-Type" : "of the type \(type.prefix(60))"
            throw Problem(.invalidRequest, "a body \(found) is not read; send JSON with Content-Type: application/json")
        }
    }
}

/// Refuses unknown keys, then reads the value.
private struct KnownKeys<Value: DescribedBody>: Decodable {
    let value: Value

    init(from decoder: any Decoder) throws {
        let known = Value.fields.map(\.key)
        let container = try decoder.container(keyedBy: AnyKey.self)
        let keys = container.allKeys.map(\.stringValue)
        // In order, so that the same body is always told the same.
        let places = keys.filter { !known.contains($0) }.sorted().map { key in
            Problem.Place(pointer: JSONPointer.of([AnyKey(key)]), detail: Spelling.unknown("key", key, known: known))
        }
        if let first = places.first { throw Problem(.invalidRequest, first.detail, errors: places) }
        do {
            value = try Value(from: decoder)
        } catch let error where !(error is DecodingError) {
            // A number that does not fit: the decoder does not say where.
            let numbers = Value.fields.filter { $0.shape.hasSuffix("number") && keys.contains($0.key) }
            let wrong = numbers.map { AnyKey($0.key) }.first { key in
                do { return try container.decodeIfPresent(Int64.self, forKey: key) == .min } catch { return true }
            }
            throw DecodingError.dataCorrupted(
                .init(codingPath: wrong.map { [$0] } ?? [], debugDescription: "\(error)"))
        }
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ key: String) { stringValue = key }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// RFC 6901.
private enum JSONPointer {
    static func of(_ path: [any CodingKey]) -> String {
        path.map { key in
            let text = key.intValue.map(String.init) ?? key.stringValue
            return "/" + text.replacing("~", with: "~0").replacing("/", with: "~1")
        }.joined()
    }
}

extension Problem {
    /// What the decoder found wrong, with what should stand there.
    fileprivate init<Value: DescribedBody>(_ error: DecodingError, in type: Value.Type) {
        let (path, fault): ([any CodingKey], String) =
            switch error {
            case .keyNotFound(let key, let context): (context.codingPath + [key], "this key is missing")
            case .typeMismatch(_, let context): (context.codingPath, "this value has the wrong type")
            case .valueNotFound(_, let context): (context.codingPath, "this value is null")
            case .dataCorrupted(let context): (context.codingPath, "this value is not valid")
            @unknown default: ([], "this value cannot be read")
            }
        let pointer = JSONPointer.of(path)
        if let field = type.fields.first(where: { $0.key == path.first?.stringValue }) {
            let detail = "\(fault); \(field.key) is \(field.shape)"
            self.init(.invalidRequest, "\(pointer): \(detail)", errors: [Place(pointer: pointer, detail: detail)])
        } else {
            let keys = type.fields.map { "\"\($0.key)\"" }.joined(separator: ", ")
            let detail = "the body cannot be read; send a JSON object in UTF-8 with keys out of \(keys)"
            self.init(.invalidRequest, detail, errors: [Place(pointer: pointer, detail: detail)])
        }
    }
}
