import SweepAPI
import SweepModel

/// How far a sweep is, as a few lines or as one.
enum ProgressView {
    /// For a terminal, no line wider than the page.
    static func lines(_ sweep: SweepReply, _ page: Page, curve: LeaderCurve? = nil) -> [String] {
        let width = max(10, (page.width ?? 80) - 1)
        func fit(_ text: String) -> String { Text.fit(text, width, mark: page.ellipsis) }
        let state = page.colors ? sweep.state.tone.paint(sweep.state.rawValue) : sweep.state.rawValue
        // The name gives way, so that the state, which may carry colors, is never cut.
        let head = "sweep \(sweep.sweep) "
        let name = Text.fit(
            Text.oneLine(sweep.name), max(1, width - head.count - sweep.state.rawValue.count - 2), mark: page.ellipsis)
        var lines = [head + name + ": " + state]
        let tail = [Format.percent(sweep.progress, decimals: 0), times(sweep)].joined(separator: "  ")
        lines.append(fit(bar(sweep.progress, width: width - Text.width(tail) - 1, unicode: page.unicode) + tail))
        lines += states(sweep, page, width: width)
        if let best = sweep.best {
            lines.append(
                fit(
                    "best \(Format.accuracy(best.valAccuracy)) (trial \(best.trial))  "
                        + Parameters.text(best.parameters)))
        }
        if let ahead = ahead(sweep) {
            lines.append(
                fit(
                    "ahead \(Format.accuracy(ahead.valAccuracy)) (trial \(ahead.trial), still running)  "
                        + Parameters.text(ahead.parameters)))
        }
        if let line = curve?.line(page, width: width) { lines.append(line) }
        if let reason = sweep.reason, !reason.isEmpty { lines.append(fit(Text.oneLine(reason))) }
        return lines
    }

    /// The trials by state: in colors as a bar with its figures, which are its legend, otherwise the figures alone.
    private static func states(_ sweep: SweepReply, _ page: Page, width: Int) -> [String] {
        let plain = counts(sweep)
        guard page.colors else { return [Text.fit(plain, width, mark: page.ellipsis)] }
        let bar = StateBar.draw(sweep, columns: min(40, width), page)
        let words = counts(sweep) { state, text in state.tone.paint(text) }
        return (bar.isEmpty ? [] : [bar]) + [
            Text.width(plain) <= width ? words : Text.fit(plain, width, mark: page.ellipsis)
        ]
    }

    /// For a log: `48 of 144 trials ended, 96 running; 34 %; best 0.4870 (trial 17); 3 min 05 s left`.
    static func line(_ sweep: SweepReply) -> String {
        var parts = [counts(sweep), Format.percent(sweep.progress, decimals: 0)]
        if let best = sweep.best { parts.append("best \(Format.accuracy(best.valAccuracy)) (trial \(best.trial))") }
        if let ahead = ahead(sweep) {
            parts.append("ahead \(Format.accuracy(ahead.valAccuracy)) (trial \(ahead.trial), still running)")
        }
        if sweep.state.isEnded {
            parts.append("after \(Format.duration(sweep.activeSeconds))")
        } else {
            parts += [left(sweep), preparing(sweep)].compactMap(\.self)
        }
        return "sweep \(sweep.sweep) \(sweep.state.rawValue): " + parts.joined(separator: "; ")
    }

    /// The leading trial, where it would be the best if it ended now.
    static func ahead(_ sweep: SweepReply) -> BestTrial? {
        guard let leading = sweep.leading else { return nil }
        guard let best = sweep.best else { return leading }
        let isBetter =
            sweep.metric == RankingMetric.valLoss.rawValue
            ? (leading.valLoss ?? .infinity) < (best.valLoss ?? .infinity) : leading.valAccuracy > best.valAccuracy
        return isBetter ? leading : nil
    }

    /// `48 of 144 trials ended: 45 completed, 3 diverged; 96 running`.
    ///
    /// - Parameter paint: applied to the number of each state.
    static func counts(_ sweep: SweepReply, paint: (TrialState, String) -> String = { $1 }) -> String {
        let ended = TrialState.allCases.filter(\.isEnded)
        let endedCount = ended.reduce(0) { $0 + sweep.count($1) }
        func list(_ states: [TrialState]) -> String {
            states.filter { sweep.count($0) > 0 }.map { paint($0, "\(sweep.count($0)) \($0.rawValue)") }
                .joined(separator: ", ")
        }
        var text = "\(endedCount) of \(Text.count(sweep.trials, "trial")) ended"
        if endedCount > 0 { text += ": " + list(ended) }
        let open = list([.running, .queued])
        return open.isEmpty ? text : text + "; " + open
    }

    /// `23 min 10 s left`; nil where that is not known.
    private static func left(_ sweep: SweepReply) -> String? {
        sweep.state == .running ? sweep.etaSeconds.map { "\(Format.duration($0)) left" } : nil
    }

    /// `preparing images, 43 %`: what its trials wait for; nil where they wait for nothing.
    static func preparing(_ sweep: SweepReply) -> String? {
        sweep.preparing.map { "preparing images, \(Format.percent($0, decimals: 0))" }
    }

    /// `12 min 03 s, 23 min 10 s left`.
    static func times(_ sweep: SweepReply) -> String {
        ([Format.duration(sweep.activeSeconds)] + [left(sweep), preparing(sweep)].compactMap(\.self))
            .joined(separator: ", ")
    }

    /// A bar of at most 40 columns and a blank; nothing where there is no room for one.
    static func bar(_ fraction: Double, width: Int, unicode: Bool) -> String {
        let columns = min(40, width - 2)
        guard columns >= 5 else { return "" }
        let share = fraction.isFinite ? min(1, max(0, fraction)) : 0
        let done = Int((share * Double(columns)).rounded(.down))
        let (full, empty) = unicode ? ("█", "░") : ("#", "-")
        return String(repeating: full, count: done) + String(repeating: empty, count: columns - done) + "  "
    }
}
