import SweepAnalysis
import SweepModel

extension ReportWriter {
    /// The answer in one sentence, then what came out of the others.
    func lead() -> [Block] {
        var blocks: [Block] = [.paragraph(headline())]
        var second = Sentence.capitalized(view.statesClause) + "."
        if sweep.activeSeconds > 0 { second += " The sweep ran for \(NumberText.duration(sweep.activeSeconds))." }
        switch sweep.state {
        case .queued, .running, .paused:
            second += " It has not ended: it is \(sweep.state.rawValue), and this page tells what is known so far."
        case .cancelled, .failed:
            second += " It was \(sweep.state == .failed ? "ended as failed" : "cancelled")."
        case .completed: break
        }
        var words: [Inline] = [.text(second)]
        if let reason = sweep.reason, !reason.isEmpty { words += [" Reason: ", .name(reason), "."] }
        blocks.append(.paragraph(words))
        return blocks
    }

    private func headline() -> [Inline] {
        let all = Sentence.count(view.standings.configurations.count, "configuration")
        guard let best = view.best, let metrics = best.trial.metrics else {
            if record.trials.isEmpty { return ["This sweep has no configurations."] }
            let none = view.outcomes.allSatisfy { $0.trial.state.isEnded } ? "has a result" : "has a result yet"
            return ["None of \(all) \(none): \(view.statesClause)."]
        }
        let images =
            record.validationExamples > 0 ? " on \(Sentence.count(record.validationExamples, "validation image"))" : ""
        let reached =
            sweep.metric == .valAccuracy
            ? accuracy(metrics.valAccuracy)
            : "a validation loss of \(NumberText.short(metrics.valLoss)) (accuracy \(accuracy(metrics.valAccuracy)))"
        guard best.hasCompleted else {
            return [
                "None of \(all) has completed; ahead so far is ", mention(best.trial.id), " with ", .strong(reached),
                "\(images).",
            ]
        }
        var words: [Inline]
        if record.spec.replicates > 1, let first = view.standings.best, let mean = first.mean {
            // The best trial alone would be the luckiest of its replicates.
            let reached =
                sweep.metric == .valAccuracy ? accuracy(mean) : "a validation loss of \(NumberText.short(mean))"
            words = [
                "The best of \(all), that of ", mention(best.trial.id), ", reaches ", .strong(reached),
                " on average over \(Sentence.count(first.values.count, "seed"))\(images)",
            ]
        } else {
            words = ["The best of \(all), ", mention(best.trial.id), ", reaches ", .strong(reached)]
            if let noise = view.noise, sweep.metric == .valAccuracy {
                words.append(" ± \(NumberText.fixed(noise.standardError, record.validationExamples > 1000 ? 4 : 3))")
            }
            words.append("\(images)")
        }
        if let noise = view.noise {
            let others = noise.tied.count - 1
            words.append(
                others < 1
                    ? "; no other comes within the noise of it"
                    : "; \(Sentence.count(others, "other")) cannot be told apart from it")
        }
        if let promotion {
            let whose =
                promotion.trial == best.trial.id ? "on the test set: " : "on the test set, trial \(promotion.trial): "
            words += ["; \(whose)", .strong(testResult(promotion))]
        }
        return words + ["."]
    }
}
