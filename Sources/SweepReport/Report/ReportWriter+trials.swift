import SweepAnalysis
import SweepModel

extension ReportWriter {
    func trials() -> Document.Section {
        guard !rows.isEmpty else {
            return .init(id: "trials", title: "All trials", blocks: [.paragraph(["There are none."])])
        }
        let all = record.trials.count
        let hasReasons = rows.contains { $0.trial.reason?.isEmpty == false }
        var columns: [Table.Column] = [
            .init(title: "trial", isNumber: true), .init(title: "index", isNumber: true), .init(title: "state"),
            .init(title: "val. accuracy", isNumber: true),
        ]
        columns += view.varied.map { .init(title: $0, isNumber: isNumber($0)) }
        columns += ["train accuracy", "val. loss", "train loss", "iterations", "seconds"].map {
            .init(title: $0, isNumber: true)
        }
        if hasReasons { columns.append(.init(title: "why", isLong: true)) }
        let cut = rows.count < all
        let table = Table(
            caption: (cut ? "The first \(NumberText.count(rows.count)) of " : "")
                + "\(Sentence.count(all, "trial")), the best first, then those without a result by index",
            columns: columns, rows: rows.map { row($0.trial, hasReasons: hasReasons) })
        var blocks: [Block] = [.table(table)]
        if cut {
            blocks.append(
                .paragraph([
                    "The rest is left out here; ",
                    .code("sweepctl export \(sweep.id) --format csv --output trials.csv"),
                    " writes all \(NumberText.count(all)).",
                ]))
        }
        return .init(id: "trials", title: "All trials", blocks: blocks)
    }

    private func row(_ trial: Trial, hasReasons: Bool) -> Table.Row {
        func number(_ value: Double?, _ text: (Double) -> String) -> [Inline] {
            [.text(value.flatMap { $0.isFinite ? text($0) : nil } ?? "–")]
        }
        let metrics = trial.metrics
        var cells: [[Inline]] = [
            ["\(String(trial.id))"], ["\(String(trial.index))"],
            [.text(trial.state.rawValue + (trial.attempt > 1 ? ", attempt \(trial.attempt)" : ""))],
            number(metrics?.valAccuracy, accuracy),
        ]
        cells += view.varied.map { value(trial.parameters[$0]) }
        cells += [
            number(metrics?.trainAccuracy, accuracy), number(metrics?.valLoss, loss), number(metrics?.trainLoss, loss),
            [.text(NumberText.count(trial.iteration))], number(trial.seconds) { NumberText.fixed($0, 1) },
        ]
        if hasReasons { cells.append([.name(why(trial))]) }
        return Table.Row(id: Self.anchor(trial.id), cells: cells)
    }

    /// The reason without what the row says anyway.
    private func why(_ trial: Trial) -> String {
        let reason = trial.reason ?? ""
        let known = "loss not finite at iteration \(trial.iteration); "
        let isKnown = trial.state == .diverged && reason.hasPrefix(known)
        return Self.shortened(isKnown ? String(reason.dropFirst(known.count)) : reason)
    }

    /// Three digits line up; more only where the value is far from those of a training.
    private func loss(_ value: Double) -> String {
        (0.1..<1000).contains(abs(value)) ? NumberText.fixed(value, 3) : NumberText.short(value)
    }

    /// Numbers in the text to four digits after the point: a table need not tell more.
    static func shortened(_ text: String) -> String {
        var result = ""
        // Digits after the point of the number that is being read; nil outside of one.
        var fraction: Int?
        var previous: Character = " "
        for character in text {
            if character == ".", previous.isNumber, fraction == nil {
                fraction = 0
            } else if character.isASCII, character.isNumber {
                if let digits = fraction {
                    fraction = digits + 1
                    if digits >= 4 { continue }
                }
            } else {
                fraction = nil
            }
            result.append(character)
            previous = character
        }
        return result
    }
}
