import SweepAPI
import SweepClient
import SweepModel

/// The learning curve of the trial that leads a sweep.
struct LeaderCurve: Sendable, Equatable {
    var trial: Int64
    /// Of the metric by which the sweep ranks, an epoch each.
    var values: [Double?]
    var isLoss: Bool

    init(_ reply: TrialReply, metric: String) {
        trial = reply.trial
        isLoss = metric == RankingMetric.valLoss.rawValue
        let isLoss = isLoss
        values = (reply.epochs ?? []).map { isLoss ? $0.valLoss : $0.valAccuracy }
    }

    /// `curve ▁▃▅▆▇▇█  0.1050 to 0.4870, trial 17`, or shorter; nil without two epochs, or where there is no room.
    func line(_ page: Page, width: Int) -> String? {
        let known = values.compactMap { $0 }
        guard known.count > 1, let first = known.first, let last = known.last else { return nil }
        let format = isLoss ? Format.loss : Format.accuracy
        for tail in ["  \(format(first)) to \(format(last)), trial \(trial)", "  \(format(last))"] {
            let room = min(40, width - 6 - tail.count)
            guard room >= 6 else { continue }
            let curve = Sparkline.draw(Sparkline.thin(values, to: room), unicode: page.unicode)
            return "curve " + (page.colors ? Tone.good.paint(curve) : curve) + tail
        }
        return nil
    }
}

/// Asks for the curves of leading trials, when they have moved and not too often.
struct LeaderCurves: Sendable {
    private struct Known {
        var trial: Int64
        var value: Double?
        var curve: LeaderCurve?
        var asked: ContinuousClock.Instant
    }

    private let client: SweepClient
    private var known: [Int64: Known] = [:]

    static let pause = Duration.seconds(2)

    init(_ client: SweepClient) { self.client = client }

    /// The curve of the trial that is ahead or else the best; nil where there is none. Only an ornament: a curve that
    /// cannot be had is left out.
    mutating func curve(of sweep: SweepReply, at now: ContinuousClock.Instant = .now) async throws -> LeaderCurve? {
        guard let leader = ProgressView.ahead(sweep) ?? sweep.best else { return nil }
        let value: Double? = sweep.metric == RankingMetric.valLoss.rawValue ? leader.valLoss : leader.valAccuracy
        if let known = known[sweep.sweep] {
            let isSame = known.trial == leader.trial && known.value == value
            if isSame || (now - known.asked < Self.pause && !sweep.state.isEnded) { return known.curve }
        }
        var curve: LeaderCurve?
        do {
            curve = LeaderCurve(try await client.trial(leader.trial), metric: sweep.metric)
        } catch is ClientError {
            // A connection that is lost shows itself where the sweep is asked for.
            curve = nil
        }
        known[sweep.sweep] = Known(trial: leader.trial, value: value, curve: curve, asked: now)
        return curve
    }
}
