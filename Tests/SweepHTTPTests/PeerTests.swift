import SweepAPI
import Testing

@testable import SweepHTTP

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

struct PeerTests {
    static let policy = Administrators(own: 990, group: 77)

    @Test(arguments: [
        (Peer(pid: 1, uid: 0, gid: 0, groups: []), true), (Peer(pid: 1, uid: 990, gid: 990, groups: []), true),
        (Peer(pid: 1, uid: 1000, gid: 77, groups: []), true),
        (Peer(pid: 1, uid: 1000, gid: 1000, groups: [4, 77, 100]), true),
        (Peer(pid: 1, uid: 1000, gid: 1000, groups: [4, 100]), false),
        (Peer(pid: 1, uid: 77, gid: 1000, groups: []), false), (Peer(pid: 1, uid: 1000, gid: 990, groups: [0]), false),
    ])
    func rootTheDaemonsUserAndTheGroupAreAdministrators(peer: Peer, isOne: Bool) {
        #expect(Self.policy.include(peer) == isOne)
    }

    @Test func aGroupThatIsNotThereHasNoMembers() {
        let policy = Administrators(own: 990, group: nil)
        #expect(!policy.include(Peer(pid: 1, uid: 1000, gid: .max, groups: [.max, 0])))
        #expect(policy.include(Peer(pid: 1, uid: 0, gid: 0, groups: [])))
    }

    @Test func theKernelTellsWhoIsThere() throws {
        var ends: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { for end in ends { close(end) } }
        let peer = try #require(Peer(ends[0]))
        #expect(peer.pid == getpid())
        #expect((peer.uid, peer.gid) == (geteuid(), getegid()))
        var groups = [gid_t](repeating: 0, count: 65536)
        let count = getgroups(Int32(groups.count), &groups)
        #expect(peer.groups.sorted() == groups.prefix(Int(count)).sorted())
    }

    @Test func aSocketOfAnotherFamilyHasNoPeer() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        #expect(Peer(descriptor) == nil)
    }

    @Test func callerIsTheProcessAtTheOtherEnd() async throws {
        let service = FakeService()
        try await LiveServer.with(service) { server in
            let answer = try await server.exchange(
                LiveServer.request(
                    "POST", "/v1/sweeps", [("Content-Type", "application/json")], body: #"{"file": "f"}"#))
            #expect(answer.hasPrefix("HTTP/1.1 201 "))
        }
        #expect(service.calls == ["submit f  uid \(geteuid())"])
        // The server's policy of these tests knows no group, and another uid as its own.
        #expect(service.administrators == [geteuid() == 0])
    }

    @Test func oneUserDoesNotHaveAllEventStreams() throws {
        let slots = StreamSlots(each: 2)
        let first = try slots.take(1000)
        var second: StreamSlots.Slot? = try slots.take(1000)
        let problem = #expect(throws: Problem.self) { try slots.take(1000) }
        #expect(problem?.code == .refusedForNow)
        _ = try slots.take(1001)
        withExtendedLifetime(second) {}
        second = nil
        second = try slots.take(1000)
        #expect(throws: Problem.self) { try slots.take(1000) }
        withExtendedLifetime((first, second)) {}
    }
}
