import DashboardProxy
import Foundation
import NIOCore
import SweepClient
import SweepClientTestKit

/// Talks to a dashboard as a browser would.
struct Browser: Sendable {
    let client: SweepClient
    let place: DashboardProxy.Place
    /// Sent along with each request, once the token has been exchanged.
    var cookie: String?

    struct Answer: Sendable {
        var status: Int
        var headers: [String: String]
        var text: String
    }

    var token: String { String(place.url.split(separator: "=").last ?? "") }

    /// Sends a request and reads the whole answer.
    func send(
        _ method: String, _ target: String, _ headers: [String: String] = [:], body: [UInt8]? = nil,
        isLengthKnown: Bool = true
    ) async throws -> Answer {
        let reply = try await open(method, target, headers, body: body, isLengthKnown: isLengthKnown)
        var bytes: [UInt8] = []
        for try await piece in reply.body { bytes += piece.readableBytesView }
        return Answer(
            status: reply.status, headers: Self.dictionary(reply.headers), text: String(decoding: bytes, as: UTF8.self))
    }

    /// Sends a request and returns with the head of the answer.
    func open(
        _ method: String, _ target: String, _ headers: [String: String] = [:], body: [UInt8]? = nil,
        isLengthKnown: Bool = true
    ) async throws -> ForwardedReply {
        var fields = headers.map { (name: $0.key, value: $0.value) }
        if let cookie { fields.append(("Cookie", cookie)) }
        let pieces = body.map { bytes in
            AsyncStream<ByteBuffer> { continuation in
                for start in stride(from: 0, to: bytes.count, by: 1 << 16) {
                    continuation.yield(ByteBuffer(bytes: bytes[start..<min(bytes.count, start + 1 << 16)]))
                }
                continuation.finish()
            }
        }
        return try await client.forward(
            method, target, headers: fields, body: pieces, length: isLengthKnown ? body?.count : nil)
    }

    /// Shows the token, and keeps the cookie.
    mutating func enter() async throws {
        let answer = try await send("GET", "/?token=\(token)")
        cookie = answer.headers["set-cookie"].map { String($0.prefix { $0 != ";" }) }
    }

    private static func dictionary(_ fields: [(name: String, value: String)]) -> [String: String] {
        Dictionary(fields.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $0 + ", " + $1 })
    }
}

/// Runs `body` with a dashboard in front of a daemon that answers so.
func withDashboard<Value: Sendable>(
    port: DashboardProxy.Port = .exactly(0), isIn: Bool = true, _ answer: @escaping FakeDaemon.Answer,
    _ body: @escaping @Sendable (Browser, FakeDaemon) async throws -> Value
) async throws -> Value {
    try await FakeDaemon.with(answer) { daemon in
        try await withDashboard(port: port, daemon: .unix(path: daemon.path)) { browser in
            var browser = browser
            if isIn { try await browser.enter() }
            return try await body(browser, daemon)
        }
    }
}

/// Runs `body` with a dashboard in front of the daemon at an address.
func withDashboard<Value: Sendable>(
    port: DashboardProxy.Port, daemon: DaemonAddress, _ body: @escaping @Sendable (Browser) async throws -> Value
) async throws -> Value {
    try await SweepClient.with(daemon, connections: DashboardProxy.connections) { upstream in
        try await withThrowingTaskGroup(of: Value?.self) { group in
            let (places, continuation) = AsyncStream.makeStream(of: DashboardProxy.Place.self)
            group.addTask {
                defer { continuation.finish() }
                try await DashboardProxy(client: upstream).run(on: port) { continuation.yield($0) }
                return nil
            }
            group.addTask {
                guard let place = await places.first(where: { _ in true }) else { throw CancellationError() }
                return try await SweepClient.with(.tcp(host: "127.0.0.1", port: place.port), connections: 100) {
                    try await body(Browser(client: $0, place: place, cookie: nil))
                }
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }
}
