import SweepAPI
import SweepModel

/// Decides when a log gets another line: at each change of state, once nothing runs any more in a paused sweep, at a new best
/// trial, at ended trials (at most one line a second), and every ten seconds while the training, or what it waits
/// for, goes on.
struct PlainProgress {
    private var last: SweepReply?
    private var lastLine: ContinuousClock.Instant?

    static let betweenEnded = Duration.seconds(1)
    static let betweenSteps = Duration.seconds(10)

    mutating func line(for sweep: SweepReply, at now: ContinuousClock.Instant) -> String? {
        guard isDue(sweep, now) else { return nil }
        (last, lastLine) = (sweep, now)
        return ProgressView.line(sweep)
    }

    private func isDue(_ sweep: SweepReply, _ now: ContinuousClock.Instant) -> Bool {
        guard let last, let lastLine else { return true }
        if sweep.state != last.state { return true }
        if sweep.state == .paused, sweep.count(.running) == 0, last.count(.running) > 0 { return true }
        let since = now - lastLine
        let hasEnded =
            sweep.best?.trial != last.best?.trial
            || TrialState.allCases.contains { $0.isEnded && sweep.count($0) != last.count($0) }
        if hasEnded { return since >= Self.betweenEnded }
        return (sweep.progress, sweep.preparing) != (last.progress, last.preparing) && since >= Self.betweenSteps
    }
}
