import Testing

@testable import SweepClient

struct SocketDiscoveryTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var option: String?
        var environment: [String: String] = [:]
        var files: Set<String> = []
        var expected: String
        var source: SocketDiscovery.Source
        var testDescription: String { "\(expected) from \(source.rawValue)" }
    }

    static let userSocket = "/run/user/1000/sweepd/sweepd.sock"
    static let cases = [
        Case(expected: "/run/sweepd/sweepd.sock", source: .system),
        Case(
            option: "/a", environment: ["SWEEPD_SOCKET": "/b", "XDG_RUNTIME_DIR": "/run/user/1000"],
            files: [userSocket], expected: "/a", source: .option),
        Case(
            environment: ["SWEEPD_SOCKET": "/b", "XDG_RUNTIME_DIR": "/run/user/1000"], files: [userSocket],
            expected: "/b", source: .environment),
        Case(
            environment: ["SWEEPD_SOCKET": "tcp://box:8080"], expected: "tcp://box:8080", source: .environment),
        Case(
            environment: ["SWEEPD_SOCKET": "", "XDG_RUNTIME_DIR": "/run/user/1000"], files: [userSocket],
            expected: userSocket, source: .runtimeDirectory),
        Case(
            environment: ["XDG_RUNTIME_DIR": "/run/user/1000/"], files: [userSocket], expected: userSocket,
            source: .runtimeDirectory),
        Case(
            environment: ["XDG_RUNTIME_DIR": "/run/user/1000"], expected: "/run/sweepd/sweepd.sock", source: .system),
        Case(
            environment: ["XDG_RUNTIME_DIR": ""], files: ["/sweepd/sweepd.sock"], expected: "/run/sweepd/sweepd.sock",
            source: .system),
    ]

    @Test(arguments: cases)
    func theFirstOfTheOrderIsTaken(item: Case) throws {
        let found = try SocketDiscovery.choose(
            option: item.option, environment: item.environment, exists: item.files.contains)
        #expect(found.address.description == item.expected)
        #expect(found.source == item.source)
    }

    @Test func anEmptyOptionIsRefused() {
        #expect(throws: ClientError.self) {
            try SocketDiscovery.choose(option: "", environment: [:], exists: { _ in false })
        }
    }
}
