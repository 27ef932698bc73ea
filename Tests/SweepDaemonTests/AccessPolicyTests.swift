import FoundationEssentials
import SweepAPI
import SweepModel
import Testing

@testable import SweepDaemon

@Suite struct AccessPolicyTests {
    typealias Act = AccessPolicy.Act

    static func sweep(of uid: Int) -> Sweep {
        Sweep(
            id: 7, name: "s", state: .running, file: "", overrides: "[]", trials: 1, priority: 0,
            metric: .valAccuracy, version: "0", caller: Caller(uid: uid, pid: 1),
            submittedAt: Date(timeIntervalSince1970: 0))
    }

    @Test(arguments: Act.allCases)
    func ownersAndAdministratorsMay(act: Act) {
        let sweep = Self.sweep(of: 1000)
        #expect(AccessPolicy.refusal(of: act, on: sweep, to: Caller(uid: 1000, pid: 2)) == nil)
        #expect(AccessPolicy.refusal(of: act, on: sweep, to: Caller(uid: 5, pid: 2, isAdministrator: true)) == nil)
        #expect(AccessPolicy.refusal(of: act, on: nil, to: Caller(uid: 5, pid: 2, isAdministrator: true)) == nil)
        let overTCP = Caller(uid: -1, pid: 0, isAdministrator: true)
        #expect(AccessPolicy.refusal(of: act, on: sweep, to: overTCP) == nil)
    }

    @Test(arguments: Act.allCases)
    func othersMayNotAndAreToldWhoMay(act: Act) throws {
        let refusal = AccessPolicy.refusal(of: act, on: Self.sweep(of: 1000), to: Caller(uid: 1001, pid: 2))
        let problem = try #require(refusal)
        #expect(problem.code == .notPermitted)
        #expect(problem.code.exitStatus == .notPermitted)
        for words in ["uid 1000", "uid 1001", "sweepd-admin"] { #expect(problem.detail.contains(words)) }
    }

    @Test(arguments: Act.allCases)
    func whatConcernsAllIsForAdministrators(act: Act) throws {
        let problem = try #require(AccessPolicy.refusal(of: act, on: nil, to: Caller(uid: 1001, pid: 2)))
        #expect(problem.code == .notPermitted)
        for words in ["administrator", "uid 1001", "sweepd-admin"] { #expect(problem.detail.contains(words)) }
    }

    /// Over TCP sweeps belong to uid -1, and so does a caller whom the kernel does not know.
    @Test(arguments: Act.allCases)
    func aCallerWithoutAUidOwnsNothing(act: Act) {
        #expect(AccessPolicy.refusal(of: act, on: Self.sweep(of: -1), to: Caller(uid: -1, pid: 0)) != nil)
    }

    @Test func refusalNamesTheVerb() throws {
        for verb in SweepVerb.allCases {
            let refusal = AccessPolicy.refusal(of: .init(verb), on: Self.sweep(of: 1), to: Caller(uid: 2, pid: 1))
            #expect(try #require(refusal).detail.contains("may \(verb.rawValue) sweep 7"))
        }
    }
}
