import SweepAnalysis
import SweepModel

extension ReportWriter {
    private static let leaders = 10

    func won() -> Document.Section {
        guard let best = view.best, let metrics = best.trial.metrics else {
            return .init(id: "won", title: "What won", blocks: [.paragraph(["Nothing yet."])])
        }
        let word = best.hasCompleted ? "The best configuration" : "Ahead so far"
        var blocks: [Block] = [
            .paragraph([
                "\(word) is ", mention(best.trial.id), " with validation accuracy ",
                .strong(accuracy(metrics.valAccuracy)), .text(others(metrics)),
            ]),
            .paragraph(
                view.varied.map { name -> [Inline] in
                    [.code(name), " ", .strong(best.trial.parameters[name]?.description ?? "–")]
                }.joined(separator: [", "]) + (view.varied.isEmpty ? [] : ["."])),
        ]
        if view.varied.isEmpty { blocks.removeLast() }
        if let mean = replicatesMean() { blocks.append(.paragraph([.text(mean)])) }
        let top = view.ranked.prefix(Self.leaders)
        if top.count > 1 {
            let columns =
                [Table.Column(title: "trial"), metricColumn] + [.init(title: "training accuracy", isNumber: true)]
            blocks.append(
                .table(
                    Table(
                        caption: top.count < view.ranked.count ? "The first \(top.count)" : "In order",
                        columns: columns + view.varied.map { .init(title: $0, isNumber: isNumber($0)) },
                        rows: top.map { outcome in
                            .init(
                                cells: [
                                    [mention(outcome.trial.id)], [.text(outcome.value.map(view.text) ?? "–")],
                                    [.text(outcome.trial.metrics.map { accuracy($0.trainAccuracy) } ?? "–")],
                                ] + view.varied.map { value(outcome.trial.parameters[$0]) })
                        })))
        }
        return .init(id: "won", title: "What won", blocks: blocks)
    }

    /// The mean over seeds that the first place rests on; nil without replicates.
    private func replicatesMean() -> String? {
        guard record.spec.replicates > 1, let best = view.standings.best, let mean = best.mean else { return nil }
        var text =
            "Configurations rank by the mean of their replicates. The first one has \(view.text(mean)) over "
            + Sentence.count(best.values.count, "seed")
        if let interval = view.standings.interval95(of: best) {
            text += ", between \(view.text(interval.lower)) and \(view.text(interval.upper)) with 95 %"
        }
        return text + (best.note.map { "; \($0)" } ?? "") + ". The trial named above is the best of them."
    }

    private var metricColumn: Table.Column { .init(title: view.metric.label, isNumber: true) }

    func isNumber(_ name: String) -> Bool {
        record.trials.allSatisfy { $0.parameters[name].map { $0.doubleValue != nil } ?? true }
    }

    private func others(_ metrics: TrialMetrics) -> String {
        ", training accuracy \(accuracy(metrics.trainAccuracy)), validation loss \(NumberText.short(metrics.valLoss)):"
    }

    // MARK: Certainty

    func certainty() -> Document.Section {
        var items: [[Inline]] = []
        if let noise = view.noise { items += noiseItems(noise) }
        if record.trials.count > 1, view.noise != nil {
            items.append([
                "The best of many looks better than it is: the same images chose it and measured it."
            ])
        }
        if let promotion {
            items.append(testItem(promotion))
        }
        if let ensemble { items.append(ensembleItem(ensemble)) }
        if promotion == nil, ensemble == nil {
            items.append([
                "The test set was not looked at by this sweep; ", .code("sweepctl promote \(sweep.id)"),
                " does it, once.",
            ])
        }
        items.append(looks())
        if record.trials.count > 1, record.spec.replicates == 1 {
            items.append([
                "Each configuration ran once, with one seed: how much results scatter from seed to seed is not in these figures."
            ])
        } else if record.spec.replicates > 1 {
            items.append([
                .text(
                    "Each configuration ran with \(record.spec.replicates) seeds, on the same validation images: what other "
                        + "images would have shown is not in the means.")
            ])
        }
        return .init(id: "certainty", title: "How sure", blocks: [.list(items)])
    }

    private func noiseItems(_ noise: NoiseFloor) -> [[Inline]] {
        let error = NumberText.fixed(noise.standardError, record.validationExamples > 1000 ? 4 : 3)
        var items: [[Inline]] = [
            [
                "An accuracy of \(accuracy(noise.bestAccuracy)) on \(Sentence.count(record.validationExamples, "image"))",
                " has a standard error of ", .strong(error), ": smaller differences mean little.",
            ]
        ]
        let ties = noise.tied.dropFirst()
        let noun = record.spec.replicates > 1 ? "configuration" : "trial"
        let rule = "at the level of 5 % for all comparisons together"
        guard !ties.isEmpty else {
            return items + [[.text("Every other \(noun) can be told apart from the best one, \(rule).")]]
        }
        let named = ties.prefix(12).map { [mention($0.id)] }
        let more = ties.count > 12 ? [Inline.text(" and \(NumberText.count(ties.count - 12)) more")] : []
        items.append(
            [.text("\(Sentence.count(ties.count, noun)) cannot be told apart from the best one, \(rule): ")]
                + named.joined(separator: [", "]) + more + ["."])
        return items
    }

    private func testItem(_ promotion: Promotion) -> [Inline] {
        [
            mention(promotion.trial, "Trial"),
            " was measured on \(Sentence.count(promotion.testExamples, "test image")) on ",
            .text("\(NumberText.date(promotion.at)): "), .strong(testResult(promotion)),
            ", with Wilson's interval of 95 %.",
        ]
    }

    private func ensembleItem(_ promotion: Promotion) -> [Inline] {
        let named = promotion.members.map { [mention($0.trial)] }
        return ["\(Sentence.count(promotion.members.count, "trial")) together ("]
            + named.joined(separator: [", "])
            + [
                "), their probabilities averaged: ", .strong(testResult(promotion)),
                " on \(Sentence.count(promotion.testExamples, "test image")), ",
                .text("\(accuracy(promotion.valAccuracy)) on the validation images."),
            ]
    }

    private func looks() -> [Inline] {
        let own = record.promotions.count
        let all = max(input.testLooks ?? own, own)
        let told = "Models measured on this test set so far: \(NumberText.count(all))"
        if all == 0 { return ["No model was measured on this test set so far."] }
        return [.text(all == own ? told + ", by this sweep." : told + ", \(own) of them by this sweep.")]
    }
}
