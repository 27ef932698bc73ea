import HTTPTypes
import Hummingbird
import SweepAPI

extension Problem {
    /// Every error that a route can throw, as what the client is told.
    init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as any HTTPResponseError: self.init(status: error.status, "\(error)")
        default: self.init(.internal, "an unexpected error; the daemon's log has it")
        }
    }

    private init(status: HTTPResponse.Status, _ words: String) {
        switch status {
        case .notFound: self.init(.notFound, "there is no such path; \(APIPath.openAPI) lists them")
        case .methodNotAllowed: self.init(.methodNotAllowed, "this path does not take that method")
        case .contentTooLarge: self.init(.tooLarge, "the body has more than \(RequestLimits.bodyBytes >> 20) MiB")
        default:
            self.init(status.kind == .serverError ? .internal : .invalidRequest, "the request cannot be read: \(words)")
        }
    }
}

enum RequestLimits {
    static let bodyBytes = 4 << 20
    /// Of all header fields together.
    static let headerBytes = 16 << 10
    static let page = 1000
}
