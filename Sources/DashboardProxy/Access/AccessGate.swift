import HTTPTypes
import Synchronization

/// Decides who may come in: whoever has the session's cookie, or shows the token, which is good for one time.
///
/// Other pages in the same browser may not: a request names this host and, where the browser says so, comes from this
/// page. Host, because a name that a stranger controls can be made to mean 127.0.0.1 (DNS rebinding); `Origin` and
/// `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/), because cookies do not tell apart the ports of a host.
struct AccessGate: Sendable {
    enum Verdict: Equatable {
        /// Hand it on.
        case pass
        /// The token was right: give the cookie, show the page.
        case enter
        /// An old token, but the cookie is right: show the page.
        case home
        case refuse(Refusal)
    }

    enum Refusal: Equatable, CaseIterable {
        case notAPath, stranger, host, origin, site, usedToken, wrongToken, noCookie
    }

    let port: Int
    let token = Secret()
    let session = Secret()
    private let coupon = Coupon()

    init(port: Int) { self.port = port }

    /// Two dashboards on one host need two names.
    var cookieName: String { "sweepctl-\(port)" }

    var setCookie: String { "\(cookieName)=\(session.text); HttpOnly; SameSite=Strict; Path=/" }

    func judge(_ request: HTTPRequest) -> Verdict {
        guard let target = request.path, target.utf8.first == UInt8(ascii: "/"),
            target.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return .refuse(.notAPath) }
        guard let host = request.authority?.lowercased(), hosts.contains(host), request.headerFields[.host] == nil
        else { return .refuse(.host) }
        if let origin = request.headerFields[.origin], origin.lowercased() != "http://" + host {
            return .refuse(.origin)
        }
        if let site = request.headerFields[.fetchSite], site != "same-origin", site != "none" { return .refuse(.site) }
        let isKnown = hasCookie(request)
        guard let shown = Self.token(in: target), request.method == .get else {
            return isKnown ? .pass : .refuse(.noCookie)
        }
        if isKnown { return .home }
        guard token.matches(shown) else { return .refuse(.wrongToken) }
        return coupon.spend() ? .enter : .refuse(.usedToken)
    }

    private var hosts: [String] {
        let names = ["127.0.0.1", "localhost"]
        return names.map { "\($0):\(port)" } + (port == 80 ? names : [])
    }

    /// Of `/?token=…`.
    private static func token(in target: String) -> Substring? {
        guard target.hasPrefix("/?") else { return nil }
        return target.dropFirst(2).split(separator: "&").first { $0.hasPrefix("token=") }?.dropFirst("token=".count)
    }

    private func hasCookie(_ request: HTTPRequest) -> Bool {
        request.headerFields[values: .cookie].contains { line in
            line.split(separator: ";").contains { pair in
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == cookieName else { return false }
                return session.matches(parts[1])
            }
        }
    }
}

extension AccessGate.Refusal {
    /// One sentence with the remedy.
    var sentence: String {
        switch self {
        case .notAPath: "this is not a request of a browser; open the address that `sweepctl dashboard` prints"
        case .stranger: "this dashboard is another user's; run `sweepctl dashboard` for your own"
        case .host: "the dashboard has another host or port; open the address that `sweepctl dashboard` prints"
        case .origin, .site:
            "another page asked for this; open the dashboard by the address that `sweepctl dashboard` prints"
        case .usedToken:
            "this address was opened before and is good for one time; run `sweepctl dashboard` again for a new one"
        case .wrongToken:
            "this address is of a dashboard that has ended; run `sweepctl dashboard` again for a new one"
        case .noCookie:
            "this browser was not let in; run `sweepctl dashboard` again and open the address that it prints"
        }
    }
}

/// Can be spent once, by any thread.
private final class Coupon: Sendable {
    private let isSpent = Atomic(false)

    /// True for the first caller.
    func spend() -> Bool { !isSpent.exchange(true, ordering: .acquiringAndReleasing) }
}

extension HTTPField.Name {
    // Valid tokens, so these cannot be nil.
    static let fetchSite = HTTPField.Name("Sec-Fetch-Site")!
    static let host = HTTPField.Name("Host")!
}
