import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import SweepAPI
import Testing

@testable import SweepHTTP

/// One answer of the router.
struct Answer {
    let status: Int
    let headers: HTTPFields
    let body: Data

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as a JSON object.
    func object() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any], "no JSON object: \(text)")
    }

    func problem() throws -> Problem {
        #expect(headers[.contentType] == "application/problem+json")
        return try WireCoder.decode(Problem.self, from: body)
    }
}

extension SweepHTTPServer {
    static var testPlotStyles: String { ".plot { color: black }" }

    init(_ service: Service) {
        self.init(service: service, metrics: PrometheusMetrics(), plotStyles: Self.testPlotStyles)
    }

    /// Gives one request to the router, without a socket.
    func ask(
        _ method: HTTPRequest.Method, _ uri: String, headers: HTTPFields = [:], body: ByteBuffer? = nil
    ) async throws -> Answer {
        try await Application(router: router(), logger: .quiet).test(.router) { client in
            try await client.execute(uri: uri, method: method, headers: headers, body: body) { response in
                Answer(
                    status: response.status.code, headers: response.headers, body: Data(response.body.readableBytesView)
                )
            }
        }
    }

    func ask(_ method: HTTPRequest.Method, _ uri: String, json: String?) async throws -> Answer {
        try await ask(
            method, uri, headers: [.contentType: "application/json"], body: json.map { ByteBuffer(string: $0) })
    }
}

extension Logger {
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
