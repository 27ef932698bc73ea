import CPlatform
import FoundationEssentials
import Glibc
import SweepAPI
import SweepModel

/// The note that a fatal signal leaves in the state folder for the next start.
struct CrashNote {
    private let path: String

    init(folder: String) { path = folder + "/crash" }

    /// What the process before this one left behind; nil when no fatal signal ended it.
    func evidence() -> CrashEvidence? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return CrashEvidence(note: String(decoding: data, as: UTF8.self))
    }

    /// From now on a fatal signal writes a note of this boot. The one before is gone: call it once that is recorded.
    func install(boot: String) throws {
        // All notes have one length: over the one before, a note needs no more room.
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(errno) }
        let code = crash_note_install(file, boot)
        guard code == 0 else {
            close(file)
            throw failure(code)
        }
    }

    private func failure(_ code: Int32) -> StoreError {
        StoreError(
            code == ENOSPC || code == EDQUOT ? .full : .io, "cannot write \(path): \(String(cString: strerror(code)))")
    }
}

extension CrashEvidence {
    /// Reads `BOOT SIGNAL TRIAL SLICES`, where trial 0 means that the thread was no worker's.
    init?(note: String) {
        let words = note.split(whereSeparator: \.isWhitespace)
        guard words.count == 4, words[1].hasPrefix("SIG"), let trial = Int64(words[2]), let slices = Int(words[3])
        else {
            return nil
        }
        self.init(
            boot: String(words[0]), signal: String(words[1]), trial: trial > 0 ? trial : nil, wasAlone: slices == 1)
    }
}
