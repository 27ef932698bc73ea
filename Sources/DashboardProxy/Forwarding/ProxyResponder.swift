import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import SweepClient

/// Answers every request: through the gate, then with what the daemon says.
struct ProxyResponder: HTTPResponder {
    typealias Context = ProxyContext

    /// As the daemon has it.
    static let longestBody = 4 << 20

    let client: SweepClient
    let gate: LateGate
    var peer = LoopbackPeer.ofSystem

    @concurrent func respond(to request: Request, context: ProxyContext) async throws -> Response {
        let response = try await answer(request, context.peerPort)
        return request.method == .head ? Self.withoutBody(response) : response
    }

    private func answer(_ request: Request, _ peerPort: Int?) async throws -> Response {
        guard let gate = gate.value else { return Answers.refusal(.host) }
        guard peer.judge(port: peerPort, listener: gate.port) == .trusted else { return Answers.refusal(.stranger) }
        switch gate.judge(request.head) {
        case .pass: return try await forward(request)
        case .enter: return Answers.home(setCookie: gate.setCookie)
        case .home: return Answers.home(setCookie: nil)
        case .refuse(let refusal): return Answers.refusal(refusal)
        }
    }

    private func forward(_ request: Request) async throws -> Response {
        let length = request.headers[.contentLength].flatMap { Int($0) }
        if let length, length > Self.longestBody { return try Answers.tooLarge(limit: Self.longestBody) }
        let hasBody = length.map { $0 > 0 } ?? (request.headers[.transferEncoding] != nil)
        let body = hasBody ? LimitedBody(base: request.body, limit: Self.longestBody) : nil
        do {
            let reply = try await client.forward(
                request.method.rawValue, request.head.path ?? "/", headers: HeaderRules.request(request.headers),
                body: body, length: length)
            return Self.response(reply, to: request)
        } catch let error as ClientError where error.cause is TooLong {
            return try Answers.tooLarge(limit: Self.longestBody)
        } catch let error as ClientError {
            let asPage = request.method == .get && request.headers[.accept]?.contains("text/html") == true
            return try Answers.gone(error, asPage: asPage)
        }
    }

    private static func response(_ reply: ForwardedReply, to request: Request) -> Response {
        var headers = HeaderRules.response(reply.headers)
        HeaderRules.protect(&headers)
        let isStream = headers[.contentType]?.hasPrefix("text/event-stream") == true
        let length = headers[.contentLength].flatMap { Int($0) }
        let body = ResponseBody(contentLength: length) { writer in
            guard isStream else { return try await copy(reply.body, to: &writer) }
            // The page that listens may go long before the daemon has something to say again.
            let passed = writer
            try await request.body.consumeWithCancellationOnInboundClose { _ in
                var writer = passed
                try await copy(reply.body, to: &writer)
            }
        }
        return Response(status: .init(code: reply.status), headers: headers, body: body)
    }

    /// Keeps the length of the body that GET would have. There is always one: without it the server would end the
    /// answer with a chunk, which the answer to HEAD must not have.
    private static func withoutBody(_ response: Response) -> Response {
        let length = response.headers[.contentLength] ?? "0"
        var response = Response(status: response.status, headers: response.headers)
        response.headers[.contentLength] = length
        return response
    }

    @concurrent private static func copy(_ body: ForwardedReply.Body, to writer: inout any ResponseBodyWriter)
        async throws
    {
        for try await piece in body { try await writer.write(piece) }
        try await writer.finish(nil)
    }
}
