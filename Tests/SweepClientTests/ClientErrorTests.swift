import AsyncHTTPClient
import SweepAPI
import Testing

@testable import SweepClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

struct ClientErrorTests {
    static let address = DaemonAddress.unix(path: "/run/sweepd/sweepd.sock")

    @Test(arguments: [
        (ENOENT, ClientError.Code.notRunning), (ECONNREFUSED, .notRunning), (ENOTSOCK, .notRunning),
        (EHOSTUNREACH, .notRunning), (EACCES, .notPermitted), (EPERM, .notPermitted), (ECONNRESET, .connectionLost),
        (EPIPE, .connectionLost),
    ])
    func anErrorNumberIsSorted(number: CInt, code: ClientError.Code) {
        #expect(ClientError.sorting(errno: number, at: Self.address).code == code)
    }

    @Test(arguments: [
        (
            ClientError.notRunning(address, "no such socket"),
            ["systemctl start sweepd", "sweepd serve", "no such socket"]
        ),
        (ClientError.notPermitted(address), ["usermod -aG sweepd", "permission denied"]),
        (ClientError.otherVersion(address, theirs: "2"), ["wire version 2", "systemctl restart sweepd"]),
        (ClientError.connectionLost(address), ["systemctl status sweepd"]),
        (ClientError.noAnswer(address), ["within 120 s", "sweepctl status"]),
        (ClientError.unexpectedReply(address, "it is a cat"), ["it is a cat", "SWEEPD_SOCKET"]),
    ])
    func aMessageNamesThePathAndTheRemedy(error: ClientError, words: [String]) {
        for word in words + ["/run/sweepd/sweepd.sock"] { #expect(error.message.contains(word)) }
    }

    @Test(arguments: [
        (ClientError.Code.notRunning, SweepAPI.ExitStatus.unreachable), (.notPermitted, .notPermitted),
        (.otherVersion, .versionMismatch), (.connectionLost, .unreachable), (.unexpectedReply, .unreachable),
        (.invalidAddress, .usage), (.invalidToken, .usage), (.notTrusted, .unreachable), (.noAnswer, .unreachable),
    ])
    func aCodeHasAnExitStatus(code: ClientError.Code, status: SweepAPI.ExitStatus) {
        #expect(ClientError(code, "").exitStatus == status)
    }

    /// The connection still stands, and the daemon may still be at it.
    @Test func aDeadlineIsNoLostConnection() throws {
        let error = ClientError.sorting(HTTPClientError.deadlineExceeded, at: Self.address)
        let sorted = try #require(error as? ClientError)
        #expect(sorted.code == .noAnswer)
    }

    @Test(arguments: ProblemCode.allCases)
    func aProblemKeepsItsExitStatus(code: ProblemCode) {
        #expect(ClientError(.problem(Problem(code, "")), "").exitStatus == code.exitStatus)
    }
}
