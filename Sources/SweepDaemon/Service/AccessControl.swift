import Logging
import SweepAPI
import SweepModel

/// Lets callers through to what they may do, and logs whom it turned away.
struct AccessControl: Sendable {
    let submits: SubmitRate
    let logger: Logger

    /// - Throws: a ``Problem`` that says who may.
    func require(_ act: AccessPolicy.Act, on sweep: Sweep?, _ caller: Caller) throws(Problem) {
        guard let problem = AccessPolicy.refusal(of: act, on: sweep, to: caller) else { return }
        logger.notice(
            "refused",
            metadata: [
                "what": "\(act.rawValue)", "sweep": "\(sweep.map { String($0.id) } ?? "all")",
                "owner": "\(sweep.map { String($0.caller.uid) } ?? "-")", "uid": "\(caller.uid)",
                "pid": "\(caller.pid)",
            ])
        throw problem
    }

    /// Takes one of the caller's submissions of this minute.
    ///
    /// - Throws: a ``Problem`` with the time to wait when there is none left.
    func admitSubmission(_ caller: Caller) throws(Problem) {
        guard let wait = submits.take(caller.uid) else { return }
        logger.notice(
            "refused", metadata: ["what": "submit, too many", "uid": "\(caller.uid)", "pid": "\(caller.pid)"])
        var problem = Problem(
            .refusedForNow,
            "more than \(submits.perMinute) sweeps in a minute (submits_per_minute); submit again in \(wait) s")
        problem.retryAfter = wait
        throw problem
    }
}
