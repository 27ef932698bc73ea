import HTTPTypes
import Hummingbird
import NIOCore
import SweepAPI

extension Problem {
    /// Every error that a route can throw, as what the client is told.
    init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as any HTTPResponseError: self.init(status: error.status, "\(error)")
        default: self.init(.internal, "an unexpected error; the daemon's log has it")
        }
    }

    static var bodyTooLarge: Problem {
        Problem(.tooLarge, "the body has more than \(RequestLimits.bodyBytes >> 20) MiB; send a smaller sweep file")
    }

    private init(status: HTTPResponse.Status, _ words: String) {
        switch status {
        case .notFound: self.init(.notFound, "there is no such path; \(APIPath.openAPI) lists them")
        case .contentTooLarge: self = .bodyTooLarge
        default:
            self.init(status.kind == .serverError ? .internal : .invalidRequest, "the request cannot be read: \(words)")
        }
    }
}

extension Response {
    init(_ problem: Problem) throws {
        self.init(
            status: .init(code: problem.status), headers: [.contentType: Problem.mediaType, .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: try WireCoder.encode(problem))))
        if problem.code == .refusedForNow { headers[.retryAfter] = String(problem.retryAfter ?? Self.usualWait) }
    }

    /// Seconds, where nobody knows when there will be room again.
    private static let usualWait = 5

    /// A reply as JSON.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status, headers: [.contentType: WireCoder.mediaType, .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: try WireCoder.encode(value))))
    }
}
