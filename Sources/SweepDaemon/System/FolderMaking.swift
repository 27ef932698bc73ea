import FoundationEssentials
import Glibc
import SweepAPI

extension DaemonFailure {
    /// Makes a folder and those above it, where they are not there.
    ///
    /// - Parameter name: what it is, as in `cannot make the state folder /srv/s: Permission denied`.
    static func makingFolder(_ path: String, _ name: String) throws(DaemonFailure) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            let code = ((error as? CocoaError)?.underlying as? POSIXError)?.code
            let reason = code.map { String(cString: strerror($0.rawValue)) } ?? "it is no folder, or may not be made"
            throw DaemonFailure(.configuration, "cannot make \(name) \(path): \(reason)")
        }
    }
}
