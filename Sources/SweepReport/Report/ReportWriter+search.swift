import SweepAnalysis
import SweepModel

extension ReportWriter {
    func searched() -> Document.Section {
        let plan = SweepPlan(record.spec, shown: 0)
        let varied = Set(view.varied)
        let searched = plan.parameters.filter { varied.contains($0.name) || $0.count != 1 }
        let parameters = Table(
            caption: "Parameters of the search", columns: [.init(title: "parameter"), .init(title: "values")],
            rows: searched.map { .init(cells: [[.code($0.name)], [.text(domain($0))]]) })
        let fixed = plan.parameters.filter { !varied.contains($0.name) && $0.count == 1 }
        var constants: [[Inline]] = fixed.map { [.code($0.name), " \($0.text)"] }
        // In the order of the docs; a dictionary has none.
        let names = Set(record.spec.parameters.map(\.name))
        let defaults = TrainingParameter.all.compactMap { parameter -> [Inline]? in
            // Either of them says how long a training is.
            if ["epochs", "iterations"].contains(parameter.name),
                names.contains("epochs") || names.contains("iterations")
            {
                return nil
            }
            return plan.defaults[parameter.name].map { [.code(parameter.name), .text(" (\($0))")] }
        }
        var blocks: [Block] = [.table(parameters)]
        if parameters.rows.isEmpty { blocks = [.paragraph(["All parameters have one value."])] }
        if constants.isEmpty { constants = [["none"]] }
        blocks.append(.paragraph(["The same in all trials: "] + constants.joined(separator: [", "]) + ["."]))
        if !defaults.isEmpty {
            blocks.append(
                .paragraph(["Not set by the file, with their defaults: "] + defaults.joined(separator: [", "]) + ["."]))
        }
        return .init(id: "searched", title: "What was searched", blocks: blocks + [.table(setting())])
    }

    /// All values where the plan shows the first eight only.
    private func domain(_ parameter: SweepPlan.Parameter) -> String {
        guard parameter.values.count > 1 else { return parameter.text }
        let shown = parameter.values.prefix(40).map(\.description).joined(separator: ", ")
        return shown + (parameter.values.count > 40 ? ", … (\(parameter.values.count) values)" : "")
    }

    private func setting() -> Table {
        let spec = record.spec
        var rows: [(String, [Inline])] = [
            ("data set", [.code(spec.dataset.name)] + (spec.dataset.path.map { [" at ", .code($0)] } ?? []))
        ]
        let parts = [
            spec.dataset.train.map { "\(NumberText.count($0)) for training" },
            record.validationExamples > 0 ? "\(NumberText.count(record.validationExamples)) for validation" : nil,
            spec.dataset.test.map { "\(NumberText.count($0)) for the test" },
        ].compactMap { $0 }
        if !parts.isEmpty {
            let whole = spec.dataset.train == nil && spec.dataset.test == nil
            rows.append(("images", [.text(Sentence.list(parts) + (whole ? "; else the data set's own split" : ""))]))
        }
        let enqueued = spec.enqueue.isEmpty ? "" : ", \(spec.enqueue.count) of them listed in the file"
        rows.append(("method", ["\(spec.method.rawValue), \(Sentence.count(record.trials.count, "trial"))\(enqueued)"]))
        rows.append(("budget", [.text(budget())]))
        rows.append(("metric", [.code(sweep.metric.rawValue), .text(target())]))
        rows.append(("seed", [.text(String(spec.seed))]))
        rows.append(("weights kept", [.text(spec.keep == .last ? "of the last iteration" : "of the best epoch")]))
        rows.append(
            (
                "training accuracy",
                [
                    .text(
                        spec.trainAccuracy == .sample
                            ? "on 1000 training images that the seed fixes" : "on all training images at the end")
                ]
            ))
        rows.append(("submitted", [.text(NumberText.date(sweep.submittedAt))]))
        if let ended = sweep.endedAt { rows.append(("ended", [.text(NumberText.date(ended))])) }
        let seconds = record.trials.reduce(0) { $0 + max(0, $1.seconds.isFinite ? $1.seconds : 0) }
        rows.append(
            (
                "time",
                [
                    .text(
                        "\(NumberText.duration(max(0, sweep.activeSeconds))) of sweep, \(NumberText.duration(seconds)) of training"
                    )
                ]
            ))
        return Table(
            caption: "Setting", columns: [.init(title: "what"), .init(title: "value")],
            rows: rows.map { .init(cells: [[.text($0.0)], $0.1]) })
    }

    private func budget() -> String {
        let counts = record.trials.compactMap(\.iterations)
        var parts: [String] = []
        if let low = counts.min(), let high = counts.max() {
            parts.append(
                (low == high ? NumberText.count(low) : "\(NumberText.count(low)) to \(NumberText.count(high))")
                    + " iterations a trial")
        }
        if let seconds = record.spec.timeBudgetSeconds { parts.append("\(NumberText.duration(seconds)) in all") }
        return parts.isEmpty ? "as the parameters say" : parts.joined(separator: ", ")
    }

    private func target() -> String {
        record.spec.metric.target.map { ", the sweep stops at \(NumberText.short($0))" } ?? ""
    }
}
