import Synchronization

/// How many sweeps each user may still submit; the limit can be changed while the daemon runs.
final class SubmitRate: Sendable {
    private struct State {
        var perMinute: Int
        var buckets: [Int: TokenBucket] = [:]
    }

    /// Users that are remembered; further ones push out those with full buckets.
    private static let users = 1000

    private let state: Mutex<State>
    private let now: @Sendable () -> ContinuousClock.Instant

    /// - Parameter perMinute: in a minute, and at once after a pause; 0 for no limit.
    init(perMinute: Int, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        state = Mutex(State(perMinute: perMinute))
        self.now = now
    }

    /// What users have used up stays used up.
    var perMinute: Int {
        get { state.withLock { $0.perMinute } }
        set { state.withLock { $0.perMinute = newValue } }
    }

    /// Users whose buckets are kept.
    var remembered: Int { state.withLock { $0.buckets.count } }

    /// Takes one; nil when there was one, else the seconds, at least 1, until there will be.
    func take(_ uid: Int) -> Int? {
        let now = now()
        return state.withLock { state in
            guard state.perMinute > 0 else { return nil }
            let rate = TokenBucket.Rate(perMinute: state.perMinute)
            if state.buckets.count > Self.users {
                state.buckets = state.buckets.filter { !$0.value.isFull(at: now, rate) }
            }
            return state.buckets[uid, default: TokenBucket(full: rate, at: now)].take(at: now, rate)
        }
    }

    /// Gives one back that was taken for nothing.
    func giveBack(_ uid: Int) { state.withLock { $0.buckets[uid]?.giveBack() } }
}

/// A bucket of tokens that fills at an even pace (a leaky bucket as a meter). It has no clock of its own.
struct TokenBucket {
    struct Rate {
        /// Tokens that a full bucket holds.
        var capacity: Double
        var perSecond: Double

        init(perMinute: Int) { (capacity, perSecond) = (Double(perMinute), Double(perMinute) / 60) }
    }

    private var level: Double
    private var time: ContinuousClock.Instant

    init(full rate: Rate, at now: ContinuousClock.Instant) { (level, time) = (rate.capacity, now) }

    mutating func take(at now: ContinuousClock.Instant, _ rate: Rate) -> Int? {
        level = level(at: now, rate)
        time = max(time, now)
        guard level >= 1 else { return max(1, Int(((1 - level) / rate.perSecond).rounded(.up))) }
        level -= 1
        return nil
    }

    /// The next look at the bucket sees that it holds no more than fits.
    mutating func giveBack() { level += 1 }

    func isFull(at now: ContinuousClock.Instant, _ rate: Rate) -> Bool { level(at: now, rate) >= rate.capacity }

    private func level(at now: ContinuousClock.Instant, _ rate: Rate) -> Double {
        min(rate.capacity, level + max(0, (now - time) / .seconds(1)) * rate.perSecond)
    }
}
