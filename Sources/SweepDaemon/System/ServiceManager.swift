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

    /// Whether anybody is told anything.
    var isThere: Bool { path != nil }

    func ready(_ status: String) { send("READY=1\nSTATUS=\(status)", patience: 5) }
    func status(_ text: String) { send("STATUS=\(text)") }

    /// Until ``ready(_:)``. The time is the monotonic clock's, as systemd compares it with its own (sd_notify(3)).
    func reloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        send("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)", patience: 5)
    }

    /// Asks for time for as long as a stop may take.
    func stopping() {
        send("STOPPING=1\nSTATUS=saving running trials", patience: 1)
        _ = askForTime(times: 8)
    }

    /// Asks for another minute, again and again while `body` runs: a migration of a large database takes its time.
    func askingForTime<R>(_ body: () async throws -> R) async rethrows -> R {
        let asking = askForTime(times: 240)
        defer { asking?.cancel() }
        return try await body()
    }

    private func askForTime(times: Int) -> Task<Void, Never>? {
        guard path != nil else { return nil }
        return Task {
            for _ in 0..<times {
                send("EXTEND_TIMEOUT_USEC=60000000")
                do { try await Task.sleep(for: .seconds(15)) } catch { return }
            }
        }
    }
    func feedWatchdog() { send("WATCHDOG=1") }

    /// Errors are ignored, as the protocol asks: the daemon works without being watched.
    ///
    /// - Parameter patience: seconds to wait for a manager that does not read: its queue holds a few messages, and a send
    ///   beyond them would hold up a thread, and with it a stop, for good. What is said again soon is not waited for.
    private func send(_ message: String, patience: Int = 0) {
        guard let path else { return }
        let file = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { return }
        defer { close(file) }
        var timeout = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let flags = Int32(MSG_NOSIGNAL) | (patience == 0 ? Int32(MSG_DONTWAIT) : 0)
        let bytes = Array(message.utf8)
        UnixAddress(path).withPointer { address, length in
            _ = sendto(file, bytes, bytes.count, flags, address, length)
        }
    }
}
