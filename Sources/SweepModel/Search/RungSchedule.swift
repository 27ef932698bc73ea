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

    /// The rungs, as far as they are `inside`, which is false from some rung on; at most `most` of them.
    func epochs(most: Int = .max, while inside: (Int) -> Bool) -> [Int] {
        var result: [Int] = []
        for rung in 0..<Swift.min(count, most) {
            let epochs = epochs(rung)
            guard inside(epochs) else { break }
            result.append(epochs)
        }
        return result
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
