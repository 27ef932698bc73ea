import Synchronization

/// The gate, once the port is known.
final class LateGate: Sendable {
    private let gate = Mutex<AccessGate?>(nil)

    var value: AccessGate? { gate.withLock { $0 } }

    /// Returns the address with the token.
    func open(_ port: Int) -> String {
        let made = AccessGate(port: port)
        gate.withLock { $0 = made }
        return "http://127.0.0.1:\(port)/?token=\(made.token.text)"
    }
}
