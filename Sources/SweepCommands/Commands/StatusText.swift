import SweepAPI
import SweepModel

enum StatusText {
    /// All sweeps in a table, under one line about the daemon.
    static func list(_ reply: StatusReply, _ page: Page) -> String {
        var text = daemon(reply.daemon, page) + "\n"
        if reply.sweeps.isEmpty { return text + "no sweep yet; submit one with `sweepctl submit FILE`\n" }
        var table = Table([
            .init("ID", .right, importance: 99), .init("NAME", importance: 40), .init("STATE", importance: 98),
            .init("TRIALS", .right, importance: 60), .init("DONE", .right, importance: 90),
            .init("RUNNING", .right, importance: 50), .init("QUEUED", .right, importance: 30),
            .init("DIVERGED", .right, importance: 25), .init("PRUNED", .right, importance: 20),
            .init("FAILED", .right, importance: 70), .init("CANCELLED", .right, importance: 15),
            .init("BEST", .right, importance: 95), .init("AHEAD", .right, importance: 65),
            .init("PROGRESS", .right, importance: 55), .init("LEFT", .right, importance: 80),
            .init("REASON", importance: 10),
        ])
        for sweep in reply.sweeps {
            func count(_ state: TrialState) -> Table.Cell {
                let number = sweep.count(state)
                return Table.Cell(number == 0 ? "" : "\(number)", number > 0 && state == .failed ? .bad : .plain)
            }
            table.add([
                Table.Cell("\(sweep.sweep)"), Table.Cell(sweep.name),
                Table.Cell(sweep.state.rawValue, sweep.state.tone), Table.Cell("\(sweep.trials)"),
                Table.Cell("\(sweep.count(.completed))"), count(.running), count(.queued), count(.diverged),
                count(.pruned),
                count(.failed), count(.cancelled), Table.Cell(Format.accuracy(sweep.best?.valAccuracy)),
                Table.Cell(Format.accuracy(ProgressView.ahead(sweep)?.valAccuracy)),
                Table.Cell(sweep.state.isEnded ? "" : Format.percent(sweep.progress, decimals: 0)),
                Table.Cell(left(sweep)), Table.Cell(sweep.reason ?? ""),
            ])
        }
        text += "\n" + table.render(page)
        if let before = reply.nextBefore {
            text += "\nolder sweeps than \(before) are not shown; --limit shows more\n"
        }
        return text
    }

    /// `sweepd 0.1.0, 2 of 2 workers busy, up 3 h 05 min`.
    static func daemon(_ daemon: DaemonReply, _ page: Page) -> String {
        let text =
            "sweepd \(daemon.version), \(daemon.busyWorkers) of \(Text.count(daemon.workers, "worker")) busy, "
            + "up \(Format.duration(daemon.uptimeSeconds))"
        let line = page.width.map { Text.fit(text, $0, mark: page.ellipsis) } ?? text
        guard let trouble = daemon.trouble else { return line }
        let warning = "nothing new is accepted: " + Text.oneLine(trouble)
        return line + "\n" + (page.colors ? Tone.bad.paint(warning) : warning)
    }

    /// One sweep in full.
    ///
    /// - Parameters:
    ///   - accuracies: of its completed trials, to be drawn; empty for none.
    ///   - promotions: of this sweep.
    static func detail(
        _ sweep: SweepReply, _ page: Page, accuracies: [Double] = [], promotions: [PromotionReply] = []
    ) -> String {
        var facts: [(String, String)] = [
            ("sweep", "\(sweep.sweep) \(Text.oneLine(sweep.name))"),
            ("state", sweep.state.rawValue + (sweep.closing.map { " (\(words($0)))" } ?? "")),
        ]
        if let reason = sweep.reason, !reason.isEmpty { facts.append(("reason", Text.oneLine(reason))) }
        facts.append(("trials", ProgressView.counts(sweep)))
        if !sweep.state.isEnded { facts.append(("progress", Format.percent(sweep.progress, decimals: 1))) }
        facts.append(("time", ProgressView.times(sweep)))
        if let best = sweep.best {
            facts.append(("best", BestText.figures(best)))
            if let mean = BestText.mean(best, page) { facts.append(("mean", mean)) }
            if let note = best.note { facts.append(("but", Text.oneLine(note))) }
            facts.append(("with", Parameters.text(best.parameters)))
        }
        if let ahead = ProgressView.ahead(sweep) {
            facts.append(("ahead", BestText.figures(ahead) + "; still running"))
            facts.append(("with", Parameters.text(ahead.parameters)))
        }
        if let spread = spread(accuracies, page) { facts.append(("spread", spread)) }
        facts.append(("ranked by", sweep.metric))
        if sweep.priority != 0 { facts.append(("priority", "\(sweep.priority)")) }
        facts.append(("test set", looks(sweep.testLooks)))
        for promotion in promotions { facts.append(("promoted", PromoteCommand.fact(promotion, page))) }
        facts.append(("submitted", Format.localTime(sweep.submittedAt) + " by uid \(sweep.uid)"))
        if let started = sweep.startedAt { facts.append(("started", Format.localTime(started))) }
        if let ended = sweep.endedAt { facts.append(("ended", Format.localTime(ended))) }
        return Facts.render(facts, width: page.width)
    }

    /// `0.2830 ▁▂▇▅▁   ▂█ 0.5340`: how the accuracies of completed trials are spread.
    private static func spread(_ accuracies: [Double], _ page: Page) -> String? {
        guard let low = accuracies.min(), let high = accuracies.max() else { return nil }
        let columns = min(30, (page.width ?? 80) - 11 - 14 - 1)
        guard columns >= 5,
            let bars = Sparkline.histogram(accuracies, columns: columns, unicode: page.unicode)
        else { return nil }
        return "\(Format.accuracy(low)) " + (page.colors ? Tone.good.paint(bars) : bars) + " \(Format.accuracy(high))"
    }

    /// How often the test split of the sweep's data set was looked at.
    static func looks(_ count: Int) -> String {
        count == 0 ? "not looked at yet" : "\(Text.count(count, "look")) so far"
    }

    private static func left(_ sweep: SweepReply) -> String {
        if let preparing = ProgressView.preparing(sweep) { return preparing }
        guard sweep.state == .running, let eta = sweep.etaSeconds else { return "" }
        return Format.duration(eta)
    }

    private static func words(_ closing: SweepClosing) -> String {
        switch closing {
        case .stop: "stopping: running trials may end"
        case .finish: "finishing: running trials are ended"
        case .cancel: "being cancelled"
        case .fail: "failing"
        }
    }
}

/// Names and values, one pair a line, the values aligned.
enum Facts {
    /// - Parameter columns: of the terminal; values that don't fit go on below themselves. Nil breaks nothing.
    static func render(_ facts: [(String, String)], width columns: Int? = nil) -> String {
        let width = facts.reduce(0) { max($0, Text.width($1.0)) } + 2
        let room = columns.map { max(12, $0 - width) }
        return facts.map { name, value in
            let isLong = room.map { Text.width(Text.withoutColors(value)) > $0 } ?? false
            let lines = isLong ? Text.wrap(value, room) : [value]
            let head = name + String(repeating: " ", count: width - Text.width(name))
            return head + lines.joined(separator: "\n" + String(repeating: " ", count: width)) + "\n"
        }.joined()
    }
}
