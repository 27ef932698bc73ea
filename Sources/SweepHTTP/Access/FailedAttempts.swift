import Synchronization

/// Wrong tokens by address: a few are told that they are wrong, further ones to wait.
///
/// The right token passes at any time, or else whoever shares an address (all users of a box, over loopback) could lock
/// out the others. What keeps guessing hopeless is the length of the token; this keeps it out of the log.
final class FailedAttempts: Sendable {
    enum Verdict: Equatable {
        case told
        /// The first of many: the log has one line for them.
        case firstTooMany
        case tooMany
    }

    private struct Attempts {
        var since: ContinuousClock.Instant
        var count = 0
    }

    static let window = Duration.seconds(60)
    static let told = 10
    /// Addresses that are remembered; with more of them, all are forgotten.
    private static let addresses = 4096

    private let attempts = Mutex<[String: Attempts]>([:])
    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) { self.now = now }

    func note(_ address: String) -> Verdict {
        let now = now()
        return attempts.withLock { attempts in
            if attempts.count >= Self.addresses { attempts = attempts.filter { now - $0.value.since < Self.window } }
            if attempts.count >= Self.addresses { attempts = [:] }
            var entry = attempts[address, default: Attempts(since: now)]
            if now - entry.since >= Self.window { entry = Attempts(since: now) }
            entry.count += 1
            attempts[address] = entry
            return switch entry.count {
            case ...Self.told: .told
            case Self.told + 1: .firstTooMany
            default: .tooMany
            }
        }
    }
}
