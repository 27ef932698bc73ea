import Glibc
import SweepAPI

/// The Unix socket that a service manager listens on for us (sd_listen_fds(3)): connections wait in it while the daemon
/// starts.
enum SocketActivation {
    private static let first: Int32 = 3
    /// Its name in `LISTEN_FDNAMES`, where there are several.
    private static let name = "sweepd"

    /// The descriptor, which is the caller's from now on; nil when nobody has passed one to this process.
    ///
    /// - Throws: a ``DaemonFailure`` when it is not a Unix socket that listens.
    static func take(_ environment: [String: String]) throws -> Int32? {
        // What we start must not take them for its own.
        for variable in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { unsetenv(variable) }
        guard let chosen = choose(environment, pid: getpid()) else { return nil }
        for descriptor in chosen.all {
            guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else {
                throw DaemonFailure(.configuration, "LISTEN_FDS counts descriptor \(descriptor), which is not open")
            }
            if descriptor != chosen.socket { close(descriptor) }
        }
        guard isListeningUnixSocket(chosen.socket) else {
            throw DaemonFailure(
                .configuration,
                "descriptor \(chosen.socket) of the service manager is no listening Unix socket; see ListenStream= of "
                    + "sweepd.socket")
        }
        return chosen.socket
    }

    /// The descriptors that were passed to the process `pid`, and which of them to listen on.
    static func choose(_ environment: [String: String], pid: Int32) -> (socket: Int32, all: Range<Int32>)? {
        guard environment["LISTEN_PID"] == String(pid), let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }),
            (1...1000).contains(count)
        else { return nil }
        let names = environment["LISTEN_FDNAMES"]?.split(separator: ":", omittingEmptySubsequences: false) ?? []
        let index = names.prefix(Int(count)).firstIndex { $0 == name } ?? 0
        return (first + Int32(index), first..<first + count)
    }

    private static func isListeningUnixSocket(_ descriptor: Int32) -> Bool {
        option(descriptor, SO_DOMAIN) == AF_UNIX && option(descriptor, SO_TYPE) == Int32(SOCK_STREAM.rawValue)
            && option(descriptor, SO_ACCEPTCONN) == 1
    }

    private static func option(_ descriptor: Int32, _ name: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }
}
