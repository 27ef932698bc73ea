import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import SweepAPI

/// Downloads files over HTTP and HTTPS, and goes on where a broken download has stopped (RFC 9110, section 14).
public struct HTTPDownloader: Sendable {
    /// Attempts in a row that bring nothing, before it gives up.
    public var attempts: Int
    public var policy: ReconnectPolicy
    /// Seconds without a byte, after which a connection counts as broken.
    public var silence: Int64

    public init(
        attempts: Int = 4, policy: ReconnectPolicy = ReconnectPolicy(first: .milliseconds(500), longest: .seconds(4)),
        silence: Int64 = 60
    ) {
        (self.attempts, self.policy, self.silence) = (attempts, policy, silence)
    }

    /// Downloads `url` into the file at `path`, whose first `resumeAt` bytes are there already.
    ///
    /// Appends when the server grants the range; when it sends the whole file instead, the file is emptied first.
    /// After a broken connection it goes on by itself. Throws ``DownloadError``, `CancellationError`, and what
    /// `progress` throws; what has arrived stays in the file.
    ///
    /// - Parameter progress: told the bytes in the file after each piece.
    public func download(
        url: String, to path: String, resumeAt: Int, progress: @escaping @Sendable (Int) throws -> Void
    ) async throws {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .follow(max: 5, allowCycles: false)
        configuration.timeout = .init(connect: .seconds(15), read: .seconds(silence))
        configuration.connectionPool.retryConnectionEstablishment = false
        let http = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
        do {
            try await download(url, path, resumeAt, progress, http)
        } catch {
            // The error of the download is the one to report.
            try? await http.shutdown()
            throw error
        }
        try await http.shutdown()
    }

    private func download(
        _ url: String, _ path: String, _ resumeAt: Int, _ progress: @Sendable (Int) throws -> Void, _ http: HTTPClient
    ) async throws {
        var file = try PartialFile(path, keeping: resumeAt)
        var failures = 0
        while true {
            let start = file.size
            do {
                return try await attempt(url, &file, progress, http)
            } catch let error as DownloadError where error.code == .connection {
                failures = file.size > start ? 0 : failures + 1
                if failures >= attempts { throw error }
                try await Task.sleep(for: policy.pause(beforeAttempt: failures))
            }
        }
    }

    private func attempt(
        _ url: String, _ file: inout PartialFile, _ progress: @Sendable (Int) throws -> Void, _ http: HTTPClient
    ) async throws {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "User-Agent", value: "sweepctl/\(APIVersion.program)")
        // Bytes of the file itself are counted and summed, so no encoding on top of it.
        request.headers.add(name: "Accept-Encoding", value: "identity")
        if file.size > 0 { request.headers.add(name: "Range", value: "bytes=\(file.size)-") }
        let response: HTTPClientResponse
        do { response = try await http.execute(request, deadline: .distantFuture) } catch { throw sorted(error) }
        switch response.status.code {
        case 206:
            guard let start = Self.rangeStart(response.headers.first(name: "Content-Range")), start == file.size else {
                throw DownloadError(.wrongRange, "the server sent another part of the file than asked for")
            }
        case 200..<300: try file.truncate(to: 0)
        default:
            throw DownloadError(
                .refused(Int(response.status.code)), "the server answered \(response.status)")
        }
        var pieces = response.body.makeAsyncIterator()
        while true {
            let piece: ByteBuffer?
            do { piece = try await pieces.next(isolation: #isolation) } catch { throw sorted(error) }
            guard let piece else { return }
            try piece.withUnsafeReadableBytes { bytes throws(DownloadError) in try file.append(bytes) }
            try progress(file.size)
        }
    }

    private func sorted(_ error: any Error) -> any Error {
        if error is CancellationError { return error }
        if let error = error as? HTTPClientError, error == .cancelled { return CancellationError() }
        return DownloadError.connection(error)
    }

    /// The first position in `bytes 200-1000/67589`.
    static func rangeStart(_ header: String?) -> Int? {
        guard let range = header?.dropping(prefix: "bytes ") else { return nil }
        return Int(range.prefix { $0 != "-" })
    }
}
