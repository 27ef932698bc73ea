import Plots
import SweepAnalysis
import SweepModel

extension SweepView {
    private static let mostInteractions = 5

    func importanceBars() -> Figure {
        let title = "Importance of parameters"
        guard let importance, !importance.shares.isEmpty else {
            if varied.isEmpty { return unvaried(title) }
            let sentence = "Too few trials have ended to tell what matters: \(statesClause)."
            return Figure(title: title, summary: sentence, content: .empty(sentence))
        }
        guard let completed = importanceOfCompleted, !completed.shares.isEmpty else { return bars(importance, title) }
        let panels = [
            bars(importance, "Among all trials", among: " among all trials"),
            bars(completed, "Among completed trials", among: " among completed ones"),
        ]
        return Figure(
            title: title, subtitle: "share of the variance of \(record.sweep.metric.label)",
            summary: panels.map(\.summary).joined(separator: " "), content: .panels(panels))
    }

    private func bars(_ importance: ParameterImportance, _ title: String, among: String = "") -> Figure {
        let main = importance.mainEffects
        let pairs = importance.shares.filter { $0.parameters.count > 1 && $0.share >= 0.005 }
            .prefix(Self.mostInteractions)
        let bars = main.map { bar($0, tone: .category(0)) } + pairs.map { bar($0, tone: .muted) }
        let told = main.prefix(3).map { "\($0.parameters.joined(separator: " × ")) \(percent($0.share))" }
        let method =
            switch importance.method {
            case .anova: "exact"
            case .forest: "estimated"
            }
        let diverged = importance.divergedValue.map { "; diverged count as \(NumberText.short($0))" } ?? ""
        return Figure(
            title: title,
            subtitle: "\(Sentence.count(importance.trials, "trial")), \(method)\(diverged)",
            summary: "Share of the variance\(among): \(Sentence.list(told)).",
            content: .bars(
                BarChart(value: Axis("share of the variance", format: .percent, range: axisRange(bars)), bars: bars)))
    }

    private func axisRange(_ bars: [BarChart.Bar]) -> ClosedRange<Double> {
        let most = bars.map { max($0.value, $0.interval?.upperBound ?? 0) }.filter(\.isFinite).max() ?? 1
        return 0...min(1, max(0.1, (most * 10).rounded(.up) / 10))
    }

    private func bar(_ share: ParameterImportance.Share, tone: Tone) -> BarChart.Bar {
        let spread = share.standardError.isFinite && share.share.isFinite ? share.standardError : 0
        let interval = spread > 0 ? min(1, max(0, share.share - spread))...min(1, max(0, share.share) + spread) : nil
        let uncertainty = spread > 0 ? " ± \(percent(spread))" : ""
        let kind = share.parameters.count > 1 ? "together, beyond each alone: " : ""
        let name = share.parameters.joined(separator: " × ")
        return BarChart.Bar(
            name, share.share, interval: interval, tone: tone,
            note: "\(name): \(kind)\(percent(share.share))\(uncertainty) of the variance")
    }

    func percent(_ share: Double) -> String {
        guard share.isFinite else { return "–" }
        let hundred = share * 100
        return NumberText.short(hundred, significant: 2) + "\u{A0}%"
    }
}

extension RankingMetric {
    var label: String { PlotMetric(self).label }
}
