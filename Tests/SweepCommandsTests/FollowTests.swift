import FoundationEssentials
import SweepAPI
import SweepClientTestKit
import SweepModel
import Synchronization
import Testing

@testable import SweepCommands

struct FollowTests {
    /// Answers `GET /v1/sweeps/1` with a running sweep, and the event stream with what `stream` makes for its n-th opening.
    private func answer(_ stream: @escaping @Sendable (Int) throws -> FakeDaemon.Reply) -> FakeDaemon.Answer {
        let openings = OpeningCount()
        return { request in
            guard request.path.hasPrefix("/v1/events") else { return try .json(Samples.sweep()) }
            return try stream(openings.next())
        }
    }

    @Test func followShowsProgressOnStandardOutput() async throws {
        let (run, _) = try await Sweepctl.run(
            ["follow", "1"], answer: answer { _ in try .events([("sweep", nil, Samples.completed())], end: .open) })
        #expect(run.status == 0)
        #expect(run.output == ProgressView.line(Samples.sweep()) + "\n" + ProgressView.line(Samples.completed()) + "\n")
        #expect(run.error.isEmpty)
    }

    @Test func followWithJSONPrintsOneValueAtTheEnd() async throws {
        let (run, _) = try await Sweepctl.run(
            ["follow", "1", "--json"],
            answer: answer { _ in try .events([("sweep", nil, Samples.completed())], end: .open) })
        #expect(try WireCoder.decode(SweepReply.self, from: Data(run.output.utf8)) == Samples.completed())
        #expect(run.error.contains("sweep 1 completed"))
    }

    @Test func followSurvivesALostConnectionAndSaysSoOnce() async throws {
        let (run, _) = try await Sweepctl.run(
            ["follow", "1"],
            answer: answer { number in
                number == 1
                    ? try .events([("event", 5, Samples.event(5, .trialEnded))], end: .cut)
                    : try .events([("sweep", nil, Samples.completed())], end: .open)
            })
        #expect(run.status == 0)
        #expect(
            run.error == """
                sweepctl: the connection to sweepd was lost; trying again until it is back
                sweepctl: the connection to sweepd is back

                """)
    }

    @Test func theEndIsSeenEvenWhenOnlyItsEventArrives() async throws {
        let asked = OpeningCount()
        let (run, _) = try await Sweepctl.run(["wait", "1"]) { request in
            if request.path.hasPrefix("/v1/events") {
                return try .events([("event", 9, Samples.event(9, .sweepEnded))], end: .open)
            }
            return try .json(asked.next() == 1 ? Samples.sweep() : Samples.completed())
        }
        #expect(run.status == 0)
        #expect(run.output == ProgressView.line(Samples.completed()) + "\n")
    }

    @Test func theEndIsSeenEvenWhenNoStreamIsToBeHad() async throws {
        let asked = OpeningCount()
        let (run, _) = try await Sweepctl.run(["wait", "1"]) { request in
            if request.path.hasPrefix("/v1/events") {
                return try .problem(Problem(.refusedForNow, "32 event streams of yours are open"))
            }
            // Running at first, and when the stream is refused for the first time.
            return try .json(asked.next() < 3 ? Samples.sweep() : Samples.completed())
        }
        #expect(run.status == 0)
        #expect(run.output == ProgressView.line(Samples.completed()) + "\n")
        #expect(
            run.error == "sweepctl: trying again until sweepd takes it: 32 event streams of yours are open\n")
    }

    @Test func anEndedSweepNeedsNoStream() async throws {
        let (run, requests) = try await Sweepctl.run(["wait", "1", "--json"]) { _ in try .json(Samples.completed()) }
        #expect(run.status == 0)
        #expect(requests.map(\.path) == ["/v1/sweeps/1"])
    }

    @Test func waitGivesUpAfterItsTimeout() async throws {
        let (run, _) = try await Sweepctl.run(
            ["wait", "1", "--timeout", "0.05"],
            answer: answer { _ in try .events([("sweep", nil, Samples.sweep())], end: .open) })
        #expect((run.status, run.output) == (124, ""))
        #expect(run.error.contains("the sweep goes on"))
    }

    @Test func onATerminalTheViewIsRedrawnInPlace() async throws {
        let stream = answer { _ in try .events([("sweep", nil, Samples.completed())], end: .open) }
        let run = try await FakeDaemon.with(stream) { daemon in
            await Sweepctl.run(["follow", "1"], environment: ["SWEEPD_SOCKET": daemon.path], columns: 60)
        }
        let lines = ProgressView.lines(Samples.completed(), Page(width: 60))
        #expect(run.output.hasSuffix(lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J"))
        #expect(run.output.contains("\u{1B}[3A\r"))
    }
}

/// Counts from 1.
final class OpeningCount: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
