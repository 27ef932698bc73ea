/// Lets callers work on one thing (a sweep, a model) one after the other, in the order in which they came, where the work
/// spans several awaits. Lives inside an actor.
struct Turns<Key: Hashable> {
    /// Those who wait for a key that is taken.
    private var waiting: [Key: [CheckedContinuation<Void, Never>]] = [:]

    /// - Returns: whether the turn was free, and is the caller's now; ``wait(for:_:)`` otherwise.
    mutating func take(_ key: Key) -> Bool {
        guard waiting[key] == nil else { return false }
        waiting[key] = []
        return true
    }

    /// `turn` is resumed once the turn is its owner's.
    mutating func wait(for key: Key, _ turn: CheckedContinuation<Void, Never>) {
        waiting[key, default: []].append(turn)
    }

    mutating func giveBack(_ key: Key) {
        if waiting[key]?.isEmpty == false {
            waiting[key]?.removeFirst().resume()
        } else {
            waiting[key] = nil
        }
    }
}
