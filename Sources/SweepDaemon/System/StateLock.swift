import Glibc
import SweepAPI

/// The lock on the state folder: one daemon at a time. The kernel lets go of it when the process ends, however it ends.
final class StateLock: Sendable {
    private let file: Int32

    /// - Throws: a ``DaemonFailure`` when another daemon holds it.
    init(folder: String) throws {
        let path = folder + "/lock"
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw DaemonFailure(.configuration, "cannot open \(path): \(String(cString: strerror(errno)))")
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(file)
            guard code == EWOULDBLOCK else {
                throw DaemonFailure(.configuration, "cannot lock \(path): \(String(cString: strerror(code)))")
            }
            throw DaemonFailure(
                .conflict, "another sweepd runs on the state folder \(folder); stop it, or choose another --state-dir")
        }
    }

    deinit { close(file) }
}
