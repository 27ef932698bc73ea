import HTTPTypes
import SweepAPI

/// What a request must show before any route sees it.
///
/// No page of a browser speaks to the daemon but its own: `Origin` and `Sec-Fetch-Site`
/// (https://www.w3.org/TR/fetch-metadata/) tell whose page it is, wherever the request came in. Over TCP it shows the
/// token too, whatever the path, and names this box.
struct RequestGate: Sendable {
    enum Refusal: Equatable {
        case host, origin, site, noToken, wrongToken, tooManyWrong
    }

    /// Nil where any name will do.
    var hosts: HostNames?
    /// Nil on the Unix socket, whose mode says who may connect.
    var token: BearerToken?

    /// The gate of the Unix socket.
    static let unix = RequestGate(hosts: nil, token: nil)

    /// Nil for a request that passes.
    func refusal(of request: HTTPRequest) -> Refusal? {
        let host = request.authority
        if let hosts {
            // A second field of this name is not in `authority`.
            guard let host, request.headerFields[.host] == nil, hosts.include(authority: host) else { return .host }
        }
        for origin in request.headerFields[values: .origin] {
            guard let host, Self.authority(of: origin) == host.lowercased() else { return .origin }
        }
        for site in request.headerFields[values: .fetchSite] where site != "same-origin" && site != "none" {
            return .site
        }
        guard let token else { return nil }
        let fields = request.headerFields[values: .authorization]
        guard let field = fields.first else { return .noToken }
        guard fields.count == 1, let shown = BearerToken.shown(in: field) else { return .wrongToken }
        return token.matches(shown) ? nil : .wrongToken
    }

    /// Of `scheme://authority`; nil for the opaque origin `null`.
    private static func authority(of origin: String) -> String? {
        guard let separator = origin.firstRange(of: "://") else { return nil }
        return origin[separator.upperBound...].lowercased()
    }
}

extension RequestGate.Refusal {
    var problem: Problem {
        switch self {
        case .host:
            return Problem(
                .notPermitted,
                "this daemon has another name; address it by its IP address, as localhost, or by the name in its key http"
            )
        case .origin, .site:
            return Problem(
                .notPermitted, "a page of another site asked for this; open the dashboard with `sweepctl dashboard`")
        case .noToken:
            return Self.unauthorized(
                "over TCP every request shows the daemon's token; set SWEEPD_TOKEN_FILE or SWEEPD_TOKEN, or send "
                    + "Authorization: Bearer TOKEN")
        case .wrongToken:
            return Self.unauthorized(
                "this is not the daemon's token; take the one that its http_token_file has")
        case .tooManyWrong:
            var problem = Problem(
                .refusedForNow,
                "too many wrong tokens from this address; wait a minute, and take the token that the daemon's "
                    + "http_token_file has")
            problem.retryAfter = 60
            return problem
        }
    }

    private static func unauthorized(_ detail: String) -> Problem {
        var problem = Problem(.notPermitted, detail)
        problem.status = 401
        return problem
    }
}

extension HTTPField.Name {
    // Valid tokens, so these cannot be nil.
    static let fetchSite = HTTPField.Name("Sec-Fetch-Site")!
    static let host = HTTPField.Name("Host")!
}
