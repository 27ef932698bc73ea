/// An error on the wire: RFC 9457 `application/problem+json`.
public struct Problem: Codable, Sendable, Error, Equatable {
    public static let mediaType = "application/problem+json"

    public var type: String
    public var title: String
    public var status: Int
    public var code: ProblemCode
    /// One sentence: what is wrong, and the remedy.
    public var detail: String
    /// For bad input: every place that is wrong.
    public var errors: [Place]?
    /// Seconds after which asking again may help; goes as the header `Retry-After` rather than in the body.
    public var retryAfter: Int?

    private enum CodingKeys: String, CodingKey { case type, title, status, code, detail, errors }

    public struct Place: Codable, Sendable, Equatable {
        /// RFC 6901 JSON pointer; empty for the whole document.
        public var pointer: String
        public var detail: String
        /// From 1, when the input was a text.
        public var line: Int?
        public var column: Int?

        public init(pointer: String, detail: String, line: Int? = nil, column: Int? = nil) {
            (self.pointer, self.detail, self.line, self.column) = (pointer, detail, line, column)
        }
    }

    public init(_ code: ProblemCode, _ detail: String, errors: [Place]? = nil) {
        type = "about:blank"
        title = code.title
        status = code.httpStatus
        self.code = code
        self.detail = detail
        self.errors = errors
    }
}

/// What can go wrong, closed: each code has one HTTP status and one exit status.
public enum ProblemCode: String, Codable, Sendable, CaseIterable {
    case invalidRequest = "invalid_request"
    case invalidSweep = "invalid_sweep"
    case datasetUnavailable = "dataset_unavailable"
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case conflict
    case tooLarge = "too_large"
    case notPermitted = "not_permitted"
    case versionMismatch = "version_mismatch"
    case refusedForNow = "refused_for_now"
    case failed
    case `internal`

    public var httpStatus: Int {
        switch self {
        case .invalidRequest: 400
        case .invalidSweep, .datasetUnavailable: 422
        case .notFound: 404
        case .methodNotAllowed: 405
        case .conflict: 409
        case .tooLarge: 413
        case .notPermitted: 403
        case .versionMismatch: 400
        case .refusedForNow: 503
        case .failed, .internal: 500
        }
    }

    public var exitStatus: ExitStatus {
        switch self {
        case .invalidRequest, .invalidSweep, .datasetUnavailable, .methodNotAllowed, .tooLarge: .usage
        case .notFound: .notFound
        case .conflict: .conflict
        case .notPermitted: .notPermitted
        case .versionMismatch: .versionMismatch
        case .refusedForNow: .refusedForNow
        case .failed, .internal: .failed
        }
    }

    var title: String {
        switch self {
        case .invalidRequest: "The request is not valid"
        case .invalidSweep: "The sweep file is not valid"
        case .datasetUnavailable: "The data set is not available"
        case .notFound: "Not found"
        case .methodNotAllowed: "Method not allowed"
        case .conflict: "Not possible in this state"
        case .tooLarge: "Too large"
        case .notPermitted: "Not permitted"
        case .versionMismatch: "Client and daemon do not speak the same version"
        case .refusedForNow: "Refused for now"
        case .failed: "Failed"
        case .internal: "Internal error"
        }
    }
}

/// How `sweepctl` and `sweepd` exit; scripts rely on these.
public enum ExitStatus: Int32, Sendable, CaseIterable {
    case done = 0
    /// The sweep or trial failed.
    case failed = 1
    /// Usage, or an invalid sweep file.
    case usage = 2
    case notFound = 3
    case conflict = 4
    /// The daemon is not reachable.
    case unreachable = 5
    case versionMismatch = 6
    case notPermitted = 7
    /// Refused for now: disk, memory, rate.
    case refusedForNow = 8
    /// `sweepd`: the configuration or the state folder cannot be used (EX_CONFIG); do not restart.
    case configuration = 78
    /// `--timeout` has passed.
    case timeout = 124
    /// Interrupted; the sweep goes on.
    case interrupted = 130
}
