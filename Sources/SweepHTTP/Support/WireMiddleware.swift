import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import SweepAPI

/// Names our wire version, refuses another one, and turns every error into a problem.
struct WireMiddleware: RouterMiddleware {
    // The name is a valid token, so this cannot be nil.
    static let versionHeader = HTTPField.Name(APIVersion.header)

    func handle(
        _ request: Request, context: APIRequestContext,
        next: @concurrent (Request, APIRequestContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            try checkVersion(of: request)
            response = try await next(request, context)
        } catch {
            let problem = Problem(error)
            if problem.code == .internal || problem.code == .failed {
                context.logger.error("a request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            }
            response = try Response(problem)
        }
        if let name = Self.versionHeader { response.headers[name] = String(APIVersion.wire) }
        return response
    }

    private func checkVersion(of request: Request) throws {
        guard let name = Self.versionHeader, let theirs = request.headers[name], theirs != String(APIVersion.wire) else {
            return
        }
        throw Problem(
            .versionMismatch,
            "the client speaks wire version \(theirs), this daemon (\(APIVersion.program)) version \(APIVersion.wire); "
                + "install the same release of both")
    }
}

extension Response {
    init(_ problem: Problem) throws {
        self.init(
            status: .init(code: problem.status), headers: [.contentType: Problem.mediaType],
            body: .init(byteBuffer: ByteBuffer(bytes: try WireCoder.encode(problem))))
    }

    /// A reply as JSON.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status, headers: [.contentType: WireCoder.mediaType, .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: try WireCoder.encode(value))))
    }
}

extension Request {
    /// The body as JSON of type `type`; an empty body is `{}`.
    func json<Value: Decodable>(_ type: Value.Type) async throws -> Value {
        var request = self
        let buffer = try await request.collectBody(upTo: RequestLimits.bodyBytes)
        let bytes = buffer.readableBytes == 0 ? ByteBuffer(string: "{}") : buffer
        do {
            return try WireCoder.decode(type, from: .init(bytes.readableBytesView))
        } catch let error as DecodingError {
            throw Problem(error)
        }
    }

    /// A query parameter as a whole number within `range`.
    func integer(_ name: String, default value: Int, in range: ClosedRange<Int>) throws -> Int {
        guard let text = uri.queryParameters[name[...]] else { return value }
        guard let number = Int(text), range.contains(number) else {
            throw Problem(
                .invalidRequest,
                "\(name) is \"\(text.prefix(40))\"; write a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A query parameter as one of a closed set of words.
    func word<Word: RawRepresentable<String> & CaseIterable>(_ name: String, _ type: Word.Type) throws -> Word? {
        try uri.queryParameters[name[...]].map { try Self.word(String($0), name, type) }
    }

    /// A query parameter as a list with commas.
    func words<Word: RawRepresentable<String> & CaseIterable>(_ name: String, _ type: Word.Type) throws -> [Word] {
        try (uri.queryParameters[name[...]] ?? "").split(separator: ",").map { try Self.word(String($0), name, type) }
    }

    private static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ text: String, _ name: String, _ type: Word.Type
    ) throws -> Word {
        guard let word = Word(rawValue: text) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(.invalidRequest, "\(name) is \"\(text.prefix(40))\"; write one of \(known)")
        }
        return word
    }
}

extension APIRequestContext {
    /// The number in the path.
    func id(_ noun: String) throws -> Int64 {
        let text = parameters.get("id") ?? ""
        guard let id = Int64(text), id > 0 else {
            throw Problem(.notFound, "\"\(text.prefix(40))\" is no \(noun)'s number; numbers start at 1")
        }
        return id
    }
}

extension Problem {
    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(at: context.codingPath + [key], "this key is missing")
        case .typeMismatch(let type, let context):
            self.init(at: context.codingPath, "this is not \(Self.words(for: type))")
        case .valueNotFound(let type, let context):
            self.init(at: context.codingPath, "this is null and should be \(Self.words(for: type))")
        case .dataCorrupted(let context):
            self.init(at: context.codingPath, context.codingPath.isEmpty ? "the body is not JSON" : "this value is not valid")
        @unknown default:
            self.init(.invalidRequest, "the body cannot be read")
        }
    }

    private init(at path: [any CodingKey], _ detail: String) {
        let pointer = path.map { key in
            let text = key.intValue.map(String.init) ?? key.stringValue
            return "/" + text.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
                .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
        }.joined()
        let subject = pointer.isEmpty ? "the request" : pointer
        self.init(.invalidRequest, "\(subject): \(detail)", errors: [Place(pointer: pointer, detail: detail)])
    }

    private static func words(for type: Any.Type) -> String {
        switch type {
        case is String.Type: "a text"
        case is any FixedWidthInteger.Type: "a whole number in range"
        case is any BinaryFloatingPoint.Type: "a number"
        case is Bool.Type: "true or false"
        default: "of the expected type"
        }
    }
}
