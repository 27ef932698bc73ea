import Synchronization

/// Holds back the removal of files for as long as somebody needs all that the rows named at some moment: a backup that
/// collects them, a model that is being measured.
///
/// What was held back is lost with the process: the next start removes every file that no row names.
final class HeldRemovals: Sendable {
    private struct State {
        var holders = 0
        var names: Set<String> = []
    }

    private let state = Mutex(State())

    func hold() { state.withLock { $0.holders += 1 } }

    /// The last one to let go removes what was held back.
    ///
    /// Under the lock, so that a file that is written again meanwhile is not the one removed.
    func letGo(_ remove: (String) throws(EngineError) -> Void) throws(EngineError) {
        let failure: EngineError? = state.withLock { state in
            state.holders -= 1
            guard state.holders == 0 else { return nil }
            defer { state.names = [] }
            var failure: EngineError?
            for name in state.names.sorted() {
                do throws(EngineError) { try remove(name) } catch { failure = failure ?? error }
            }
            return failure
        }
        if let failure { throw failure }
    }

    /// Whether the file is to be removed later instead of now.
    func holdsBack(_ name: String) -> Bool {
        state.withLock { state in
            guard state.holders > 0 else { return false }
            state.names.insert(name)
            return true
        }
    }

    /// A row names the file again, or will.
    func spare(_ name: String) { _ = state.withLock { $0.names.remove(name) } }
}
