public import Plots

/// What one worker did for a while.
public struct WorkerSlice: Sendable, Equatable {
    /// Counts from 0.
    public var worker: Int
    public var trial: Int64
    public var sweep: Int64
    /// Seconds; those before now are negative.
    public var range: ClosedRange<Double>

    public init(worker: Int, trial: Int64, sweep: Int64, range: ClosedRange<Double>) {
        (self.worker, self.trial, self.sweep, self.range) = (worker, trial, sweep, range)
    }
}

/// Which worker ran which trial when.
public enum WorkerTimeline {
    /// One lane a worker, one colour a sweep.
    public static func figure(
        slices: [WorkerSlice], link: @Sendable (_ trial: Int64) -> String? = { _ in nil }
    ) -> Figure {
        let title = "Workers"
        let known = slices.filter { $0.range.lowerBound.isFinite && $0.range.upperBound.isFinite }
        guard let start = known.map(\.range.lowerBound).min(), let end = known.map(\.range.upperBound).max() else {
            let sentence = "No worker has run a slice yet."
            return Figure(title: title, summary: sentence, content: .empty(sentence))
        }
        let sweeps = Set(known.map(\.sweep)).sorted()
        let tones = Dictionary(uniqueKeysWithValues: sweeps.enumerated().map { ($1, Tone.category($0)) })
        let byWorker = Dictionary(grouping: known, by: \.worker)
        let lanes = byWorker.keys.sorted().map { worker in
            LaneChart.Lane(
                label: "worker \(worker)",
                spans: (byWorker[worker] ?? []).sorted { $0.range.lowerBound < $1.range.lowerBound }.map { slice in
                    let length = NumberText.duration(slice.range.upperBound - slice.range.lowerBound)
                    return LaneChart.Span(
                        slice.range, tone: tones[slice.sweep] ?? .muted,
                        note: "trial \(slice.trial) of sweep \(slice.sweep), \(length)", link: link(slice.trial))
                })
        }
        let busy = known.reduce(0) { $0 + $1.range.upperBound - $1.range.lowerBound }
        let span = (end - start) * Double(lanes.count)
        let share = span > 0 ? NumberText.fixed(min(1, busy / span) * 100, 0) + " %" : "all"
        let trials = Set(known.map(\.trial)).count
        return Figure(
            title: title, subtitle: "one bar a slice, the colour of its sweep",
            summary: "\(Sentence.count(lanes.count, "worker")) ran \(Sentence.count(known.count, "slice")) of "
                + "\(Sentence.count(trials, "trial")) in \(NumberText.duration(end - start)) and were busy for \(share) of it.",
            content: .lanes(
                LaneChart(
                    time: Axis("time before now", format: .duration), lanes: lanes,
                    legend: sweeps.prefix(8).map { LaneChart.LegendEntry("sweep \($0)", tones[$0] ?? .muted) })))
    }
}
