import HTTPTypes
import Hummingbird
import SweepAPI

/// Refuses methods that HTTP does not define, before anything counts requests by method: a client cannot make
/// up metrics.
struct MethodMiddleware: RouterMiddleware {
    static let known: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options, .trace, .connect]

    func handle(
        _ request: Request, context: APIRequestContext,
        next: @concurrent (Request, APIRequestContext) async throws -> Response
    ) async throws -> Response {
        if Self.known.contains(request.method) { return try await next(request, context) }
        var response = try Response.refusing(request.method, allowed: ["GET", "POST"])
        if let name = WireMiddleware.versionHeader { response.headers[name] = String(APIVersion.wire) }
        return response
    }
}

extension Router<APIRequestContext> {
    /// Answers 405 where a path is known and the method is not; without this the router answers 404.
    func refuseOtherMethods() {
        for (path, routes) in Dictionary(grouping: routes, by: \.path.description) {
            let served = routes.map(\.method)
            let allowed = served.map(\.rawValue).sorted()
            for method in MethodMiddleware.known where !served.contains(method) {
                on(RouterPath(path), method: method) { _, _ in try Response.refusing(method, allowed: allowed) }
            }
        }
    }
}

extension Response {
    fileprivate static func refusing(_ method: HTTPRequest.Method, allowed: [String]) throws -> Response {
        let words = allowed.joined(separator: " or ")
        var response = try Response(
            Problem(.methodNotAllowed, "this path does not take \(method.rawValue.prefix(20)); use \(words)"))
        response.headers[.allow] = allowed.joined(separator: ", ")
        return response
    }
}
