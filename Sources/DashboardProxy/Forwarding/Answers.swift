import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import SweepAPI
import SweepClient

/// What the proxy itself answers.
enum Answers {
    static func refusal(_ refusal: AccessGate.Refusal) -> Response {
        answer(
            refusal == .notAPath ? .badRequest : .forbidden, "text/plain; charset=utf-8",
            ByteBuffer(string: refusal.sentence + "\n"))
    }

    /// To the page, without the token in its address.
    static func home(setCookie: String?) -> Response {
        var response = answer(.seeOther, nil, ByteBuffer())
        response.headers[.location] = "/"
        if let setCookie { response.headers[.setCookie] = setCookie }
        return response
    }

    static func tooLarge(limit: Int) throws -> Response {
        try problem(
            ProxyProblem(
                status: 413, code: ProblemCode.tooLarge.rawValue, title: "Too large",
                detail: "the body has more than \(limit >> 20) MiB; send a smaller sweep file"))
    }

    /// The daemon does not answer. A page that is being opened gets a page, which tries again by itself.
    static func gone(_ error: ClientError, asPage: Bool) throws -> Response {
        guard asPage else {
            return try problem(
                ProxyProblem(
                    status: 502, code: "daemon_unreachable", title: "The daemon does not answer",
                    detail: error.message))
        }
        var response = answer(.badGateway, "text/html; charset=utf-8", ByteBuffer(string: waitingPage(error.message)))
        response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        return response
    }

    static func waitingPage(_ message: String) -> String {
        let words = message.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="refresh" content="2">
            <title>sweepd does not answer</title>
            </head>
            <body>
            <h1>sweepd does not answer</h1>
            <p>\(words)</p>
            <p>This page tries again every two seconds.</p>
            </body>
            </html>

            """
    }

    private static func problem(_ problem: ProxyProblem) throws -> Response {
        answer(
            .init(code: problem.status), Problem.mediaType, ByteBuffer(bytes: try WireCoder.encode(problem)))
    }

    private static func answer(_ status: HTTPResponse.Status, _ type: String?, _ body: ByteBuffer) -> Response {
        var response = Response(
            status: status, headers: [.cacheControl: "no-store"], body: .init(byteBuffer: body))
        if let type { response.headers[.contentType] = type }
        HeaderRules.protect(&response.headers)
        return response
    }
}

/// As ``Problem``, with a code that the daemon itself cannot have.
private struct ProxyProblem: Encodable {
    var type = "about:blank"
    var status: Int
    var code: String
    var title: String
    var detail: String
}
