import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1
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
        } catch let error as HTTPParserError {
            // What follows on this connection cannot be read: the server answers a bare 400 and closes it.
            throw error
        } catch {
            let problem = Problem(error)
            if problem.code == .internal || problem.code == .failed {
                context.logger.error(
                    "a request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            }
            response = try Response(problem)
        }
        if let name = Self.versionHeader { response.headers[name] = String(APIVersion.wire) }
        return response
    }

    private func checkVersion(of request: Request) throws {
        guard let name = Self.versionHeader, let theirs = request.headers[name], theirs != String(APIVersion.wire)
        else {
            return
        }
        throw Problem(
            .versionMismatch,
            "the client speaks wire version \(theirs.prefix(20)), this daemon (\(APIVersion.program)) version "
                + "\(APIVersion.wire); install the same release of both")
    }
}
