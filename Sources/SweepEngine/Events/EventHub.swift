import SweepModel
import Synchronization

/// Tells listeners that there is something to read: which sweeps have moved since they last asked, and whether events were
/// stored. It holds no messages, so nobody who listens slowly can hold up the engine or fill the memory.
public final class EventHub: Sendable {
    public struct News: Sendable, Equatable {
        /// Give it back at the next call.
        public var version: UInt64
        /// Sweeps of which something is new.
        public var moved: Set<Int64>
        /// Whether events were stored.
        public var hasEvents: Bool
    }

    private struct State {
        var version: UInt64 = 0
        var eventsAt: UInt64 = 0
        var movedAt: [Int64: UInt64] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    /// What is new after `version`; 0 means everything.
    public func news(since version: UInt64) -> News {
        state.withLock { state in
            News(
                version: state.version, moved: Set(state.movedAt.filter { $0.value > version }.keys),
                hasEvents: state.eventsAt > version)
        }
    }

    func publish(_ events: [Event]) {
        guard !events.isEmpty else { return }
        state.withLock { state in
            state.version += 1
            state.eventsAt = state.version
            for sweep in events.compactMap(\.content.sweep) { state.movedAt[sweep] = state.version }
        }
    }

    func publish(moved sweep: Int64) {
        state.withLock { state in
            state.version += 1
            state.movedAt[sweep] = state.version
        }
    }
}
