import Glibc
import SweepAPI

/// The lock on the state folder: one daemon at a time. The kernel lets go of it when the process ends, however it ends.
final class StateLock: Sendable {
    let file: Int32

    /// - Throws: a ``DaemonFailure`` when another daemon holds it.
    init(folder: String) throws {
        let path = folder + "/lock"
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw DaemonFailure(.configuration, "cannot open \(path): \(String(cString: strerror(errno)))")
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            guard code == EWOULDBLOCK else {
                throw DaemonFailure(.configuration, "cannot lock \(path): \(String(cString: strerror(code)))")
            }
            throw DaemonFailure(
                .conflict, "another sweepd runs on the state folder \(folder); stop it, or choose another --state-dir")
        }
    }

    deinit {
        guard file >= 0 else { return }
        // A child of this process has a copy of the descriptor until it executes its program: closing alone would leave
        // the folder locked for so long.
        flock(file, LOCK_UN)
        close(file)
    }
}
