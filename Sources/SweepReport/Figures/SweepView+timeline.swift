import FoundationEssentials
import Plots
import SweepAnalysis
import SweepModel

extension SweepView {
    private static let mostSpans = 2000
    private static let mostLabels = 40

    func timeline() -> Figure {
        let title = "Timeline"
        let started = outcomes.filter { $0.trial.startedAt != nil }
        guard let origin = started.compactMap({ $0.trial.startedAt }).min() else {
            let sentence = outcomes.isEmpty ? "This sweep has no trials." : "No trial has started yet."
            return Figure(title: title, summary: sentence, content: .empty(sentence))
        }
        let now = choices.now ?? latest
        let all = started.compactMap { outcome -> (range: ClosedRange<Double>, Outcome)? in
            guard let start = outcome.trial.startedAt else { return nil }
            let low = start.timeIntervalSince(origin)
            let end = outcome.trial.endedAt ?? (outcome.trial.state == .running ? now : start)
            let high = end.timeIntervalSince(origin)
            guard low.isFinite, high.isFinite else { return nil }
            return (low...max(low, high), outcome)
        }
        let spans = all.evenly(Self.mostSpans)
        let lanes = packed(spans.sorted { $0.range.lowerBound < $1.range.lowerBound })
        let isLabelled = lanes.count <= Self.mostLabels && lanes.allSatisfy { $0.count == 1 }
        let states = TrialState.inTelling.filter { state in spans.contains { $0.1.trial.state == state } }
        let chart = LaneChart(
            time: Axis("time since the first start", format: .duration),
            lanes: lanes.map { lane in
                LaneChart.Lane(
                    label: isLabelled ? lane.first.map { "trial \($0.1.trial.id)" } ?? "" : "",
                    spans: lane.map { span($0.range, $0.1) })
            }, legend: states.map { LaneChart.LegendEntry($0.rawValue, tone(of: $0)) })
        let length = all.map(\.range.upperBound).max() ?? 0
        let thinned = spans.count < all.count ? "; \(NumberText.count(spans.count)) of them, evenly chosen" : ""
        return Figure(
            title: title, subtitle: "\(Sentence.count(started.count, "trial")) from start to end\(thinned)",
            summary: "\(Sentence.count(started.count, "trial")) within \(NumberText.duration(length)), "
                + "at most \(NumberText.count(crowd(all.map(\.range)))) at once: \(statesClause).",
            content: .lanes(chart))
    }

    /// The latest time that the record knows.
    private var latest: Date {
        let sweep = record.sweep
        let ends = record.trials.compactMap(\.endedAt) + record.trials.compactMap(\.startedAt)
        let active = sweep.startedAt.map { $0.addingTimeInterval(max(0, sweep.activeSeconds)) }
        return (ends + [active, sweep.endedAt].compactMap { $0 }).max() ?? sweep.submittedAt
    }

    /// The most spans that overlap anywhere.
    private func crowd(_ spans: [ClosedRange<Double>]) -> Int {
        // At one moment ends come before starts.
        let steps = (spans.map { ($0.lowerBound, 1) } + spans.map { (max($0.upperBound, $0.lowerBound.nextUp), -1) })
            .sorted { $0 < $1 }
        var (now, most) = (0, 0)
        for (_, step) in steps {
            now += step
            most = max(most, now)
        }
        return most
    }

    /// Spans that do not overlap share a lane; in order of their starts.
    private func packed(_ spans: [(range: ClosedRange<Double>, Outcome)]) -> [[(range: ClosedRange<Double>, Outcome)]] {
        var lanes: [[(range: ClosedRange<Double>, Outcome)]] = []
        var ends: [Double] = []
        for span in spans {
            if let free = ends.firstIndex(where: { $0 <= span.range.lowerBound }) {
                lanes[free].append(span)
                // A span without length takes its lane all the same: others of that moment go beside it.
                ends[free] = max(span.range.upperBound, span.range.lowerBound.nextUp)
            } else {
                lanes.append([span])
                ends.append(max(span.range.upperBound, span.range.lowerBound.nextUp))
            }
        }
        return lanes
    }

    private func span(_ range: ClosedRange<Double>, _ outcome: Outcome) -> LaneChart.Span {
        let length = NumberText.duration(range.upperBound - range.lowerBound)
        return LaneChart.Span(
            range, tone: tone(of: outcome.trial.state), note: "\(note(outcome)), \(length)",
            link: link(outcome.trial.id))
    }

    private func tone(of state: TrialState) -> Tone {
        switch state {
        case .completed: .category(0)
        case .diverged, .failed: .bad
        case .pruned: .category(1)
        case .running: .accent
        case .cancelled, .queued: .muted
        }
    }
}
