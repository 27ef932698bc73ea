/// The iterations after which a trial is judged, ascending. Computed when asked for: a long training has thousands of rungs
/// under `median`, and a sweep many trials.
public struct TrialRungs: Sendable, RandomAccessCollection {
    private let schedule: RungSchedule
    private let iterationsPerEpoch: Int
    public let endIndex: Int

    /// Of a trial that is judged nowhere.
    public static let none = TrialRungs(
        RungSchedule(downFrom: 1, eta: 2, count: 0), iterations: 0, iterationsPerEpoch: 1)

    init(_ schedule: RungSchedule, iterations: Int, iterationsPerEpoch: Int) {
        (self.schedule, self.iterationsPerEpoch) = (schedule, iterationsPerEpoch)
        endIndex = schedule.count { $0 * iterationsPerEpoch + 1 < iterations }
    }

    /// How many of them lie before `iteration`.
    public func count(before iteration: Int) -> Int {
        Swift.min(endIndex, schedule.count { $0 * iterationsPerEpoch + 1 < iteration })
    }

    public var startIndex: Int { 0 }

    public subscript(rung: Int) -> Int { schedule.epochs(rung) * iterationsPerEpoch + 1 }
}

/// The epochs after which the trials of a group are judged.
struct RungSchedule: Sendable, Equatable {
    /// A learning curve of more records is judged no further.
    private static let most = 10_000

    /// Rung number `k` stands after `epochs(k)` epochs, ascending in k.
    private let first: Int
    private let growth: Growth
    private let count: Int

    private enum Growth: Equatable {
        case times(Int)
        case plus(Int)
        /// The rung stands at this / eta^(count - k).
        case down(from: Int, eta: Int)
    }

    /// `min`, `min`·eta, … below `limit`.
    init(upFrom min: Int, eta: Int, below limit: Int?, most: Int?) {
        first = min
        growth = .times(eta)
        var (count, epochs) = (0, min)
        while epochs < limit ?? .max, epochs <= EarlyTermination.epochs.upperBound {
            count += 1
            epochs *= eta
        }
        self.count = Swift.min(count, most ?? count)
    }

    /// `max` / eta^count, …, `max` / eta, in whole epochs.
    init(downFrom max: Int, eta: Int, count: Int) {
        first = max
        growth = .down(from: max, eta: eta)
        self.count = count
    }

    /// `warmup`, `warmup` + `interval`, …, from epoch 1 on.
    init(every interval: Int, after warmup: Int) {
        first = warmup > 0 ? warmup : interval
        growth = .plus(interval)
        count = Self.most
    }

    /// How many rungs are `inside`, which is false from some rung on.
    func count(while inside: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if inside(epochs(middle)) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func epochs(_ rung: Int) -> Int {
        switch growth {
        case .plus(let step): return first + step * rung
        case .times(let eta): return (0..<rung).reduce(first) { epochs, _ in epochs * eta }
        case .down(let max, let eta): return (0..<(count - rung)).reduce(max) { epochs, _ in epochs / eta }
        }
    }

    /// How often `max` may be divided by `eta` without falling below `min`, at most `most` times.
    static func steps(from max: Int, to min: Int, eta: Int, most: Int?) -> Int {
        var (count, epochs) = (0, max / eta)
        while epochs >= Swift.max(min, 1), count < most ?? .max {
            count += 1
            epochs /= eta
        }
        return count
    }
}
