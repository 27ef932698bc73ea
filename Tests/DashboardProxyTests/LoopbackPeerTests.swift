import SweepClient
import SweepClientTestKit
import Testing

@testable import DashboardProxy

struct LoopbackPeerTests {
    static let head =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"

    /// From port 0xC001 = 49153 to port 0x1CA5 = 7333.
    private static func row(
        from: String = "0100007F:C001", to: String = "0100007F:1CA5", state: String = "01", user: String
    ) -> String {
        "   0: \(from) \(to) \(state) 00000000:00000000 00:00000000 00000000  \(user)        0 4711 1 0000000000000000\n"
    }

    private func judge(_ rows: [String]) -> LoopbackPeer.Verdict {
        LoopbackPeer(tables: { Self.head + rows.joined() }, ownUser: 1000).judge(port: 49153, listener: 7333)
    }

    @Test func thisUserAndRootAreTrusted() {
        #expect(judge([Self.row(user: "1000")]) == .trusted)
        #expect(judge([Self.row(user: "0")]) == .trusted)
        #expect(judge([Self.row(from: "0000000000000000FFFF00000100007F:C001", user: "1000")]) == .trusted)
    }

    @Test func othersAreStrangers() {
        #expect(judge([Self.row(user: "1001")]) == .stranger)
        #expect(judge([Self.row(from: "0000000000000000FFFF00000100007F:C001", user: "1001")]) == .stranger)
        #expect(judge([Self.row(user: "1000"), Self.row(from: "0200007F:C001", user: "1001")]) == .stranger)
        #expect(judge([Self.row(user: "x")]) == .stranger)
    }

    @Test func aClosedOrUnknownConnectionIsAStrangers() {
        #expect(judge([]) == .stranger)
        #expect(judge([Self.row(state: "06", user: "0")]) == .stranger)
        #expect(judge([Self.row(state: "04", user: "1000")]) == .stranger)
        #expect(judge(["torn 0: 0100007F:C001"]) == .stranger)
        // The listener's own end, and other connections.
        #expect(judge([Self.row(from: "0100007F:1CA5", to: "0100007F:C001", user: "1000")]) == .stranger)
        #expect(judge([Self.row(from: "0100007F:C002", user: "1000")]) == .stranger)
        let unknown = LoopbackPeer(tables: { Self.head + Self.row(user: "1000") }, ownUser: 1000)
        #expect(unknown.judge(port: nil, listener: 7333) == .stranger)
    }

    @Test func withoutTablesTheGateAloneDecides() {
        #expect(LoopbackPeer(tables: { nil }, ownUser: 1000).judge(port: 1, listener: 2) == .trusted)
    }

    #if os(Linux)
        @Test func theSystemKnowsWhoseConnectionThisIs() async throws {
            let page: FakeDaemon.Answer = { _ in .init("<p>page") }
            try await withDashboard(page) { browser, _ in
                // The answer came, so that the connection was found; nobody's would have been refused.
                let answer = try await browser.send("GET", "/")
                #expect(answer.status == 200)
                let stranger = LoopbackPeer.ofSystem.judge(port: 1, listener: browser.place.port)
                #expect(stranger == .stranger)
            }
        }
    #endif
}
