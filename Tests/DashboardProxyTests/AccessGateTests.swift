import HTTPTypes
import Testing

@testable import DashboardProxy

struct AccessGateTests {
    let gate = AccessGate(port: 7333)

    private func request(
        _ method: HTTPRequest.Method = .get, _ path: String? = "/", host: String? = "127.0.0.1:7333",
        _ fields: HTTPFields = [:], isIn: Bool = true
    ) -> HTTPRequest {
        var request = HTTPRequest(method: method, scheme: "http", authority: host, path: path, headerFields: fields)
        if isIn { request.headerFields[.cookie] = "a=b; \(gate.cookieName)=\(gate.session.text)" }
        return request
    }

    @Test func theTokenIsGoodForOneTime() {
        let show = request(.get, "/?token=\(gate.token.text)", isIn: false)
        #expect(gate.judge(show) == .enter)
        #expect(gate.judge(show) == .refuse(.usedToken))
        #expect(gate.judge(request(.get, "/?token=\(gate.token.text)")) == .home)
        #expect(gate.judge(request(.get, "/?token=old")) == .home)
    }

    @Test func aWrongTokenDoesNotSpendTheRightOne() {
        let wrong = String(gate.token.text.reversed())
        #expect(gate.judge(request(.get, "/?token=\(wrong)", isIn: false)) == .refuse(.wrongToken))
        #expect(gate.judge(request(.get, "/?token=", isIn: false)) == .refuse(.wrongToken))
        let theft = request(.get, "/?token=\(gate.token.text)", host: "evil.example:7333", isIn: false)
        #expect(gate.judge(theft) == .refuse(.host))
        #expect(gate.judge(request(.get, "/?a=b&token=\(gate.token.text)", isIn: false)) == .enter)
    }

    @Test(arguments: [HTTPRequest.Method.head, .post, .options])
    func theTokenIsShownWithGet(method: HTTPRequest.Method) {
        let show = request(method, "/?token=\(gate.token.text)", isIn: false)
        #expect(gate.judge(show) == .refuse(.noCookie))
    }

    @Test func theTokenIsNoCookieAndTheCookieNoToken() {
        let cookie: HTTPFields = [.cookie: "\(gate.cookieName)=\(gate.token.text)"]
        #expect(gate.judge(request(.get, "/", cookie, isIn: false)) == .refuse(.noCookie))
        #expect(gate.judge(request(.get, "/?token=\(gate.session.text)", isIn: false)) == .refuse(.wrongToken))
    }

    @Test(arguments: [
        ("127.0.0.1:7333", true), ("localhost:7333", true), ("LOCALHOST:7333", true), ("127.0.0.1", false),
        ("localhost", false), ("127.0.0.1:7334", false), ("localhost.evil.example:7333", false),
        ("evil.example:7333", false), ("[::1]:7333", false), ("127.0.0.1:7333@evil.example", false), ("", false),
    ])
    func onlyThisHostMayBeNamed(host: String, isAllowed: Bool) {
        #expect(gate.judge(request(host: host)) == (isAllowed ? .pass : .refuse(.host)))
    }

    @Test func aMissingOrSecondHostIsRefused() throws {
        #expect(gate.judge(request(host: nil)) == .refuse(.host))
        #expect(gate.judge(request(.get, "/", [.host: "127.0.0.1:7333"])) == .refuse(.host))
    }

    @Test(arguments: [
        ("127.0.0.1:7333", "http://127.0.0.1:7333", true), ("localhost:7333", "http://localhost:7333", true),
        ("localhost:7333", "http://127.0.0.1:7333", false), ("127.0.0.1:7333", "http://127.0.0.1:8080", false),
        ("127.0.0.1:7333", "https://127.0.0.1:7333", false), ("127.0.0.1:7333", "null", false),
        ("127.0.0.1:7333", "http://evil.example", false),
    ])
    func anOriginMustBeThisPage(host: String, origin: String, isAllowed: Bool) {
        for method in [HTTPRequest.Method.get, .post, .delete] {
            let verdict = gate.judge(request(method, "/v1/sweeps", host: host, [.origin: origin]))
            #expect(verdict == (isAllowed ? .pass : .refuse(.origin)))
        }
    }

    @Test(arguments: [("same-origin", true), ("none", true), ("same-site", false), ("cross-site", false)])
    func anotherPageMayNotAsk(site: String, isAllowed: Bool) {
        #expect(gate.judge(request(.get, "/", [.fetchSite: site])) == (isAllowed ? .pass : .refuse(.site)))
        let show = request(.get, "/?token=\(gate.token.text)", [.fetchSite: site], isIn: false)
        #expect(gate.judge(show) == (isAllowed ? .enter : .refuse(.site)))
    }

    @Test(arguments: ["http://127.0.0.1:7333/", "*", "", "/a b", "/ä"])
    func onlyPathsAreTargets(target: String) {
        #expect(gate.judge(request(.get, target)) == .refuse(.notAPath))
    }

    @Test(arguments: AccessGate.Refusal.allCases)
    func everyRefusalSaysTheRemedy(refusal: AccessGate.Refusal) {
        #expect(refusal.sentence.contains("`sweepctl dashboard`"))
    }

    @Test func theCookieStaysInThisBrowserAndOnThisSite() {
        let parts = gate.setCookie.split(separator: "; ").map(String.init)
        #expect(parts[0] == "sweepctl-7333=" + gate.session.text)
        #expect(Set(parts.dropFirst()) == ["HttpOnly", "SameSite=Strict", "Path=/"])
    }
}
