import HTTPTypes
import SweepAPI
import Testing

@testable import SweepHTTP

struct RequestGateTests {
    static let token = "0123456789abcdef0123456789abcdef"

    static func request(_ host: String?, _ fields: [(HTTPField.Name, String)] = []) -> HTTPRequest {
        var headers = HTTPFields()
        for (name, value) in fields { headers.append(HTTPField(name: name, value: value)) }
        return HTTPRequest(method: .get, scheme: nil, authority: host, path: "/", headerFields: headers)
    }

    private static func tcp(_ host: String = "127.0.0.1") throws -> RequestGate {
        let token: BearerToken = try #require(BearerToken(token))
        return RequestGate(hosts: HostNames(host), token: token)
    }

    @Test(arguments: [
        "evil.example", "evil.example:7070", "localhost.evil.example", "127.0.0.1.evil.example", "", ":7070", "[", "[]",
        "box@evil.example", "::1", "http://127.0.0.1", "[::1]>80", "[::1]evil.example", "localhost:x",
        "localhost:80:80",
    ])
    func aNameThatIsNotOursIsRefused(_ host: String) throws {
        let request = Self.request(host, [(.authorization, "Bearer \(Self.token)")])
        #expect(try Self.tcp("box.lan").refusal(of: request) == .host)
    }

    @Test(arguments: [
        "127.0.0.1", "127.0.0.1:7070", "localhost", "LOCALHOST:1", "[::1]:7070", "[::1]", "10.0.0.7:7070", "box.lan",
        "Box.lan:7070",
    ])
    func addressesAndOurNamesPass(_ host: String) throws {
        let request = Self.request(host, [(.authorization, "Bearer \(Self.token)")])
        #expect(try Self.tcp("box.lan").refusal(of: request) == nil)
    }

    @Test func aSecondOrMissingHostIsRefused() throws {
        let right = (HTTPField.Name.authorization, "Bearer \(Self.token)")
        #expect(try Self.tcp().refusal(of: Self.request("localhost", [right, (.host, "evil.example")])) == .host)
        #expect(try Self.tcp().refusal(of: Self.request(nil, [right])) == .host)
    }

    /// On every transport.
    @Test(arguments: [
        ("http://evil.example", RequestGate.Refusal?.some(.origin)), ("http://localhost:81", .origin),
        ("null", .origin), ("", .origin), ("localhost", .origin), ("http://localhost/x", .origin),
        ("http://localhost", nil), ("https://LOCALHOST", nil),
    ])
    func originsOfOthersAreRefused(origin: String, refusal: RequestGate.Refusal?) throws {
        let request = Self.request("localhost", [(.origin, origin), (.authorization, "Bearer \(Self.token)")])
        #expect(RequestGate.unix.refusal(of: request) == refusal)
        #expect(try Self.tcp().refusal(of: request) == refusal)
    }

    @Test(arguments: [("cross-site", true), ("same-site", true), ("same-origin", false), ("none", false)])
    func fetchesOfOtherSitesAreRefused(site: String, isRefused: Bool) {
        let request = Self.request("localhost", [(.fetchSite, site)])
        #expect(RequestGate.unix.refusal(of: request) == (isRefused ? .site : nil))
    }

    @Test func theUnixSocketTakesAnyHostAndNoToken() {
        for host in ["localhost", "%2Frun%2Fsweepd%2Fsweepd.sock", "", nil] {
            #expect(RequestGate.unix.refusal(of: Self.request(host)) == nil)
        }
    }

    @Test(arguments: [
        (nil, RequestGate.Refusal?.some(.noToken)), ("Bearer", .wrongToken), ("Bearer ", .wrongToken),
        ("Basic \(token)", .wrongToken), (token, .wrongToken), ("Bearer \(token)0", .wrongToken),
        ("Bearer \(token.dropLast())", .wrongToken), ("Bearer \(token.uppercased())", .wrongToken),
        ("Bearer \(token)\(token)", .wrongToken), ("Bearer \(token)", nil), ("bearer  \(token)", nil),
    ])
    func onlyTheTokenPasses(field: String?, refusal: RequestGate.Refusal?) throws {
        let fields = field.map { [(HTTPField.Name.authorization, $0)] } ?? []
        #expect(try Self.tcp().refusal(of: Self.request("localhost", fields)) == refusal)
    }

    @Test func twoTokensAreNone() throws {
        let fields = [(HTTPField.Name.authorization, "Bearer \(Self.token)"), (.authorization, "Bearer x")]
        #expect(try Self.tcp().refusal(of: Self.request("localhost", fields)) == .wrongToken)
    }

    @Test func refusalsAreSentencesWithARemedy() {
        for (refusal, status, words) in [
            (RequestGate.Refusal.host, 403, "IP address"), (.origin, 403, "sweepctl dashboard"),
            (.site, 403, "sweepctl dashboard"), (.noToken, 401, "SWEEPD_TOKEN_FILE"),
            (.wrongToken, 401, "http_token_file"),
            (.tooManyWrong, 503, "wait a minute"),
        ] {
            #expect(refusal.problem.status == status)
            #expect(refusal.problem.detail.contains(words))
        }
    }

    @Test(arguments: ["", "short", String(repeating: "a", count: 31), String(repeating: "a", count: 40) + " b", "é"])
    func whatIsNoTokenIsNotTaken(_ text: String) { #expect(BearerToken(text) == nil) }

    @Test func wrongTokensAreToldAFewTimesAMinute() {
        let start = ContinuousClock.now
        // SAFETY: read and written by this test alone, on one thread after the other.
        nonisolated(unsafe) var now = start
        let failures = FailedAttempts { now }
        for _ in 0..<FailedAttempts.told { #expect(failures.note("10.0.0.1") == .told) }
        #expect(failures.note("10.0.0.1") == .firstTooMany)
        #expect(failures.note("10.0.0.1") == .tooMany)
        #expect(failures.note("10.0.0.2") == .told)
        now = start + FailedAttempts.window
        #expect(failures.note("10.0.0.1") == .told)
    }
}
