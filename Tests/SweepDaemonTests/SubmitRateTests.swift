import SweepAPI
import SweepModel
import Logging
import Synchronization
import Testing

@testable import SweepDaemon

@Suite struct SubmitRateTests {
    /// A clock that a test moves.
    final class Hand: Sendable {
        private let instant = Mutex(ContinuousClock.now)

        var now: ContinuousClock.Instant { instant.withLock { $0 } }
        func move(_ duration: Duration) { instant.withLock { $0 += duration } }
    }

    @Test func aMinuteHasSoManyAtOnceAndThenOneAfterTheOther() {
        let hand = Hand()
        let rate = SubmitRate(perMinute: 4) { hand.now }
        for _ in 0..<4 { #expect(rate.take(1000) == nil) }
        #expect(rate.take(1000) == 15)
        hand.move(.seconds(14))
        #expect(rate.take(1000) == 1)
        hand.move(.seconds(1))
        #expect(rate.take(1000) == nil)
        #expect(rate.take(1000) == 15)
        hand.move(.seconds(3600))
        for _ in 0..<4 { #expect(rate.take(1000) == nil) }
        #expect(rate.take(1000) == 15)
    }

    @Test func oneUserDoesNotUseUpWhatAnotherHas() {
        let hand = Hand()
        let rate = SubmitRate(perMinute: 1) { hand.now }
        #expect(rate.take(1000) == nil)
        #expect(rate.take(1000) == 60)
        #expect(rate.take(1001) == nil)
        #expect(rate.take(-1) == nil)
    }

    @Test func zeroIsNoLimit() {
        let rate = SubmitRate(perMinute: 0)
        for _ in 0..<10_000 { #expect(rate.take(1000) == nil) }
    }

    @Test func theLimitCanChangeAtRunTime() {
        let hand = Hand()
        let rate = SubmitRate(perMinute: 100) { hand.now }
        #expect(rate.take(1000) == nil)
        rate.perMinute = 2
        for _ in 0..<2 { #expect(rate.take(1000) == nil) }
        #expect(rate.take(1000) == 30)
        rate.perMinute = 60
        #expect(rate.take(1000) == 1)
        rate.perMinute = 0
        #expect(rate.take(1000) == nil)
    }

    @Test func whatIsGivenBackCanBeTakenAgain() {
        let hand = Hand()
        let rate = SubmitRate(perMinute: 1) { hand.now }
        #expect(rate.take(1000) == nil)
        rate.giveBack(1000)
        #expect(rate.take(1000) == nil)
        // Never more than fit.
        rate.giveBack(1000)
        rate.giveBack(1000)
        #expect(rate.take(1000) == nil)
        #expect(rate.take(1000) == 60)
    }

    @Test func manyUsersAreNotKeptForEver() {
        let hand = Hand()
        let rate = SubmitRate(perMinute: 1) { hand.now }
        for uid in 0..<5000 {
            #expect(rate.take(uid) == nil)
            if uid.isMultiple(of: 500) { hand.move(.seconds(61)) }
        }
        #expect(rate.remembered < 2000)
        #expect(rate.take(4999) == 60)
    }

    @Test func whoIsRefusedIsToldWhenToComeBack() throws {
        let hand = Hand()
        let access = AccessControl(
            submits: SubmitRate(perMinute: 6) { hand.now },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let caller = Caller(uid: 1000, pid: 1)
        for _ in 0..<6 { try access.admitSubmission(caller) }
        let problem = try #require(throws: Problem.self) { try access.admitSubmission(caller) }
        #expect(problem.code == .refusedForNow)
        #expect(problem.code.exitStatus == .refusedForNow)
        #expect(problem.retryAfter == 10)
        #expect(problem.detail.contains("10 s"))
    }
}
