/// Which worker trained which trial, and when.
public struct WorkerSliceRecord: Sendable, Equatable {
    public var worker: Int
    public var trial: Int64
    public var sweep: Int64
    /// Seconds before now, by the monotonic clock: negative.
    public var range: ClosedRange<Double>
}

/// The last slices of all workers. Slices of one trial that follow each other on one worker count as one.
struct SliceLog {
    typealias Instant = ContinuousClock.Instant

    struct Entry {
        var worker: Int
        var trial: Int64
        var sweep: Int64
        var start: Instant
        var end: Instant
    }

    static let capacity = 4096
    /// A worker that waits longer between two slices was idle.
    static let gap = Duration.milliseconds(100)

    private var entries: [Entry] = []
    /// Where the next one goes, once there are as many as there may be.
    private var next = 0
    /// Of each worker, where its last slice is.
    private var last: [Int: Int] = [:]

    mutating func add(_ entry: Entry) {
        if let index = last[entry.worker] {
            let before = entries[index]
            // Another worker's slice may have taken the place meanwhile.
            if before.worker == entry.worker, before.trial == entry.trial, entry.start - before.end <= Self.gap {
                entries[index].end = max(before.end, entry.end)
                return
            }
        }
        if entries.count < Self.capacity {
            last[entry.worker] = entries.count
            entries.append(entry)
        } else {
            last[entry.worker] = next
            entries[next] = entry
            next = (next + 1) % Self.capacity
        }
    }

    /// Oldest first.
    func records(at now: Instant) -> [WorkerSliceRecord] {
        (entries[next...] + entries[..<next]).map { entry in
            let start = min(0, (entry.start - now).inSeconds)
            return WorkerSliceRecord(
                worker: entry.worker, trial: entry.trial, sweep: entry.sweep,
                range: start...max(start, min(0, (entry.end - now).inSeconds)))
        }
    }
}

extension SweepEngine {
    /// The last 4096 slices, oldest first; those that run now are not among them.
    public func workerSlices() -> [WorkerSliceRecord] { slices.records(at: clock.now) }

    /// A slice has ended.
    func note(_ result: SliceResult, of trial: LiveTrial, on worker: Int) {
        guard let start = result.start else { return }
        slices.add(
            SliceLog.Entry(
                worker: worker, trial: trial.id, sweep: trial.sweep, start: start,
                end: start + .seconds(result.sliceSeconds)))
    }
}
