import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import SweepAPI

/// Turns away what the gate refuses, and gives the rest to a responder with what is known of the caller.
struct GatedResponder<Responder: HTTPResponder>: Sendable where Responder.Context == APIRequestContext {
    let responder: Responder
    let gate: RequestGate
    let administrators: Administrators
    let logger: Logger
    let failures = FailedAttempts()

    func respond(to request: Request, on channel: any Channel) async throws -> Response {
        var response: Response
        if let refusal = gate.refusal(of: request.head) {
            response = try refuse(refusal, channel.remoteAddress?.ipAddress)
        } else {
            var context = APIRequestContext(source: .init(channel: channel, logger: logger))
            (context.administrators, context.hasToken) = (administrators, gate.token != nil)
            do {
                response = try await responder.respond(to: request, context: context)
            } catch let error as HTTPParserError {
                throw error
            } catch {
                // The outermost middleware makes problems of errors: this one is of what stands around it.
                logger.error("a request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
                response = try Response(Problem(error))
            }
        }
        response.headers[.date] = HTTPDate.text(Int(Date.now.timeIntervalSince1970))
        response.headers[.server] = "sweepd"
        return response
    }

    private func refuse(_ refusal: RequestGate.Refusal, _ address: String?) throws -> Response {
        let address = address ?? "a Unix socket"
        guard refusal == .wrongToken || refusal == .noToken else {
            logger.notice("refused", metadata: ["what": "\(refusal)", "address": "\(address)"])
            return try Response(refusal.problem)
        }
        var refusal = refusal
        switch failures.note(address) {
        case .told:
            logger.warning("refused", metadata: ["what": "\(refusal)", "address": "\(address)"])
        case .firstTooMany:
            logger.warning(
                "too many wrong tokens: further ones of this minute are not logged", metadata: ["address": "\(address)"]
            )
            refusal = .tooManyWrong
        case .tooMany: refusal = .tooManyWrong
        }
        var response = try Response(refusal.problem)
        if refusal != .tooManyWrong { response.headers[.wwwAuthenticate] = "Bearer" }
        return response
    }
}
