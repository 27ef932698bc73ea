import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
public import SweepAPI

/// A typed client of one daemon.
///
/// Every method may throw ``ClientError``, or `CancellationError` when its task is cancelled.
public struct SweepClient: Sendable {
    public let address: DaemonAddress
    let access: ClientAccess
    let http: HTTPClient
    /// For event streams: as `http`, but silence is a lost connection.
    let streams: HTTPClient
    /// The wire version that requests name; tests change it.
    let wire: Int

    /// The largest answer that is read whole, in bytes.
    static let longestReply = 256 << 20

    /// How long an event stream may be silent. The daemon sends a comment every ten seconds, so that after this the
    /// connection is dead, though TCP may never say so.
    public static let longestSilence = Duration.seconds(60)

    /// How long most requests wait for an answer.
    static let patienceSeconds: Int64 = 120

    /// Opens a client, runs `body` with it, and closes its connections.
    ///
    /// - Parameters:
    ///   - access: what lets it in over TCP.
    ///   - connections: that it keeps at most at the same time; further requests wait for a free one. Event streams have
    ///     as many of their own.
    ///   - silence: after which an event stream counts as lost; for tests.
    public static func with<Value>(
        _ address: DaemonAddress, access: ClientAccess = ClientAccess(), wire: Int = APIVersion.wire,
        connections: Int = 8, silence: Duration = Self.longestSilence,
        _ body: (SweepClient) async throws -> Value
    ) async throws -> Value {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        // A connection that is refused once will be refused again: say so at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        configuration.httpVersion = .http1Only
        if let certificates = access.certificates {
            configuration.tlsConfiguration = try trusting(certificates)
        }
        let http = HTTPClient(
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
        configuration.timeout.read = TimeAmount(silence)
        let streams = HTTPClient(
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
        let client = SweepClient(address: address, access: access, http: http, streams: streams, wire: wire)
        do {
            let value = try await body(client)
            try await http.shutdown()
            try await streams.shutdown()
            return value
        } catch {
            // The error of `body` is the one to report; a failure to close connections cannot matter any more.
            try? await http.shutdown()
            try? await streams.shutdown()
            throw error
        }
    }

    /// As ``with(_:access:wire:connections:_:)``, for the daemon that was found.
    public static func with<Value>(
        _ found: SocketDiscovery, connections: Int = 8, _ body: (SweepClient) async throws -> Value
    ) async throws -> Value {
        try await with(found.address, access: found.access, connections: connections, body)
    }

    /// Sends a request and hands back the answer once its head is there and says 2xx.
    ///
    /// - Parameters:
    ///   - timeout: for the head; nil to wait for as long as it takes.
    ///   - isStream: the answer is an event stream.
    func open(
        _ method: HTTPMethod, _ path: String, query: [(String, String?)] = [], body: (any Encodable)? = nil,
        accept: String = WireCoder.mediaType, headers: [(String, String)] = [],
        timeout: TimeAmount? = .seconds(Self.patienceSeconds), isStream: Bool = false
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: address.baseURL + path + Self.queryString(query))
        request.method = method
        request.headers.add(name: APIVersion.header, value: String(wire))
        request.headers.add(name: "Accept", value: accept)
        request.headers.add(name: "User-Agent", value: "sweepctl/\(APIVersion.program)")
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        authorize(&request)
        if let body {
            request.headers.add(name: "Content-Type", value: WireCoder.mediaType)
            request.body = .bytes(ByteBuffer(bytes: try WireCoder.encode(body)))
        }
        let response = try await answer(to: request, timeout, isStream ? streams : http)
        if let theirs = response.headers.first(name: APIVersion.header), theirs != String(wire) {
            throw ClientError.otherVersion(address, theirs: theirs)
        }
        guard (200..<300).contains(response.status.code) else { throw try await refusal(response) }
        return response
    }

    /// A daemon that stops may take a connection and never read it. What only asks is asked once more; whether a change
    /// was made is for its sender to find out.
    private func answer(
        to request: HTTPClientRequest, _ timeout: TimeAmount?, _ http: HTTPClient
    ) async throws -> HTTPClientResponse {
        let deadline = timeout.map { .now() + $0 } ?? NIODeadline.distantFuture
        do {
            return try await http.execute(request, deadline: deadline)
        } catch {
            let sorted = ClientError.sorting(error, at: address)
            guard request.method == .GET, (sorted as? ClientError)?.code == .connectionLost else { throw sorted }
        }
        do { return try await http.execute(request, deadline: deadline) } catch {
            throw ClientError.sorting(error, at: address)
        }
    }

    /// Sends a request and decodes the whole answer.
    func call<Reply: Decodable>(
        _ method: HTTPMethod, _ path: String, query: [(String, String?)] = [], body: (any Encodable)? = nil,
        as type: Reply.Type = Reply.self, timeout: TimeAmount? = .seconds(Self.patienceSeconds)
    ) async throws -> Reply {
        let data = try await bytes(method, path, query: query, body: body, timeout: timeout)
        do {
            return try WireCoder.decode(type, from: data)
        } catch {
            throw ClientError.unexpectedReply(address, "its answer to \(path) cannot be read", cause: error)
        }
    }

    /// Sends a request and reads the whole answer.
    func bytes(
        _ method: HTTPMethod, _ path: String, query: [(String, String?)] = [], body: (any Encodable)? = nil,
        accept: String = WireCoder.mediaType, timeout: TimeAmount? = .seconds(Self.patienceSeconds)
    ) async throws -> Data {
        let response = try await open(method, path, query: query, body: body, accept: accept, timeout: timeout)
        do {
            return Data(try await response.body.collect(upTo: Self.longestReply).readableBytesView)
        } catch {
            throw ClientError.sorting(error, at: address)
        }
    }

    /// Shows the token, where there is one.
    func authorize(_ request: inout HTTPClientRequest) {
        if let token = access.token { request.headers.replaceOrAdd(name: "Authorization", value: "Bearer \(token)") }
    }

    private static func trusting(_ certificates: String) throws(ClientError) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        do {
            let found = try NIOSSLCertificate.fromPEMFile(certificates)
            configuration.trustRoots = .certificates(found)
        } catch {
            throw ClientError(
                .invalidToken,
                "SWEEPD_CA_FILE: \(certificates) cannot be read as certificates in PEM (\(error))", cause: error)
        }
        return configuration
    }

    /// The problem that an answer other than 2xx carries.
    private func refusal(_ response: HTTPClientResponse) async throws -> ClientError {
        let data: Data
        do {
            data = Data(try await response.body.collect(upTo: 4 << 20).readableBytesView)
        } catch {
            throw ClientError.sorting(error, at: address)
        }
        guard let problem = Self.problem(data, status: Int(response.status.code)) else {
            return .unexpectedReply(address, "it answered \(response.status.code) without saying why")
        }
        if response.status == .unauthorized { return .unauthorized(address, access, problem) }
        if problem.code == .versionMismatch {
            return ClientError(.otherVersion, "\(address): \(problem.detail)")
        }
        return ClientError(.problem(problem), problem.detail)
    }

    /// Reads a problem; one with a code that this version does not know gets the code of its HTTP status.
    static func problem(_ data: Data, status: Int) -> Problem? {
        struct Loose: Decodable {
            var detail: String?
            var title: String?
            var code: String?
            var errors: [Problem.Place]?
        }
        if let problem = try? WireCoder.decode(Problem.self, from: data) { return problem }
        guard let loose = try? WireCoder.decode(Loose.self, from: data), loose.code != nil else { return nil }
        let code = ProblemCode.allCases.first { $0.httpStatus == status } ?? .internal
        return Problem(code, loose.detail ?? loose.title ?? "refused with \(status)", errors: loose.errors)
    }

    /// `?a=b&c=d`; pairs without a value are left out.
    static func queryString(_ query: [(String, String?)]) -> String {
        let pairs = query.compactMap { name, value in value.map { "\(name)=\(PercentEncoding.encode($0))" } }
        return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
    }
}
