import Glibc

/// Tells systemd how the daemon is (sd_notify's protocol: one datagram of `KEY=VALUE` lines). Does nothing elsewhere.
struct ServiceManager: Sendable {
    private let path: String?
    /// Half of systemd's watchdog time; nil without a watchdog.
    let watchdogInterval: Duration?

    init(_ environment: [String: String]) {
        path = environment["NOTIFY_SOCKET"].flatMap { name in
            (name.hasPrefix("/") || name.hasPrefix("@")) && name.utf8.count < 108 ? name : nil
        }
        let isOurs = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        watchdogInterval = environment["WATCHDOG_USEC"].flatMap(Int.init).flatMap { microseconds in
            isOurs && microseconds > 1 ? .microseconds(microseconds / 2) : nil
        }
    }

    func ready(_ status: String) { send("READY=1\nSTATUS=\(status)") }
    func status(_ text: String) { send("STATUS=\(text)") }
    func stopping() { send("STOPPING=1\nEXTEND_TIMEOUT_USEC=60000000") }
    func feedWatchdog() { send("WATCHDOG=1") }

    /// Errors are ignored, as the protocol asks: the daemon works without being watched.
    private func send(_ message: String) {
        guard let path else { return }
        let file = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { return }
        defer { close(file) }
        let bytes = Array(message.utf8)
        UnixAddress(path).withPointer { address, length in
            _ = sendto(file, bytes, bytes.count, Int32(MSG_NOSIGNAL), address, length)
        }
    }
}
