import AsyncHTTPClient
public import NIOCore
import NIOHTTP1

extension SweepClient {
    /// Hands a request on as it is, and returns once the head of the answer is there, whatever its status. One for an
    /// event stream is lost when that falls silent.
    ///
    /// - Parameters:
    ///   - target: path and query as they stand in the request line; begins with `/`.
    ///   - body: read while it is sent; nil for none. What it throws ends the request and is the error's cause.
    ///   - length: of the body, in bytes; nil when it is not known beforehand.
    public func forward<Body: AsyncSequence & Sendable>(
        _ method: String, _ target: String, headers: [(name: String, value: String)], body: Body?, length: Int? = nil
    ) async throws -> ForwardedReply where Body.Element == ByteBuffer {
        var request = HTTPClientRequest(url: address.baseURL + target)
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        authorize(&request)
        if let body { request.body = .stream(body, length: length.map { .known(Int64($0)) } ?? .unknown) }
        let isStream = request.headers["Accept"].contains { $0.contains("text/event-stream") }
        do {
            let response = try await (isStream ? streams : http).execute(request, deadline: .distantFuture)
            return ForwardedReply(
                status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) },
                body: ForwardedReply.Body(response: response.body, address: address))
        } catch {
            throw ClientError.sorting(error, at: address)
        }
    }
}

/// The answer to a request that was handed on: its head, and its body as it arrives.
public struct ForwardedReply: Sendable {
    public var status: Int
    public var headers: [(name: String, value: String)]
    public var body: Body

    /// Pieces of a body; iterating throws ``ClientError`` when the connection ends before the body does.
    public struct Body: AsyncSequence, Sendable {
        let response: HTTPClientResponse.Body
        let address: DaemonAddress

        public func makeAsyncIterator() -> Iterator {
            Iterator(pieces: response.makeAsyncIterator(), address: address)
        }

        public struct Iterator: AsyncIteratorProtocol {
            var pieces: HTTPClientResponse.Body.AsyncIterator
            let address: DaemonAddress

            public mutating func next() async throws -> ByteBuffer? {
                do {
                    return try await pieces.next(isolation: #isolation)
                } catch {
                    throw ClientError.sorting(error, at: address)
                }
            }
        }
    }
}
