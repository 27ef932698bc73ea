import Crypto
import FoundationEssentials
import SweepModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The files below the daemon's state folder. A file is written under a temporary name, synced, renamed, and its folder
/// synced, before any row names it; so what a row names is whole or was damaged later, which its digest shows.
public struct StateFolder: Sendable {
    public let path: String
    /// Copies of this value share it.
    let held = HeldRemovals()

    public init(path: String) { self.path = path }

    public static let checkpoints = "checkpoints"
    public static let models = "models"
    /// Files that did not have the recorded content, for whoever wants to know why.
    public static let damaged = "damaged"
    private static let temporarySuffix = ".partial"

    /// Makes the folders that are missing, mode 0700.
    public func prepare() throws(EngineError) {
        for folder in [path, absolute(Self.checkpoints), absolute(Self.models)] {
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
                throw .system(errno, "cannot make the folder \(folder)")
            }
        }
    }

    func absolute(_ relative: String) -> String { path + "/" + relative }

    /// Writes `bytes` durably.
    ///
    /// - Parameter syncingFolder: false when the caller syncs the folder itself, once for many files, before it counts on
    ///   their names.
    /// - Returns: what a row keeps about the file.
    func write(
        _ bytes: [UInt8], to relative: String, iteration: Int, syncingFolder: Bool = true
    ) throws(EngineError) -> StoredFile {
        held.spare(relative)
        let target = absolute(relative)
        let temporary = target + Self.temporarySuffix
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system(errno, "cannot create \(temporary)") }
        do throws(EngineError) {
            Fault.before(.fileWrite)
            try Self.writeAll(bytes, to: file, named: temporary)
            Fault.after(.fileWrite)
            Fault.before(.fileSync)
            guard fsync(file) == 0 else { throw EngineError.system(errno, "cannot sync \(temporary)") }
        } catch {
            close(file)
            unlink(temporary)
            throw error
        }
        close(file)
        Fault.after(.fileSync)
        Fault.before(.fileRename)
        guard rename(temporary, target) == 0 else {
            let code = errno
            unlink(temporary)
            throw .system(code, "cannot rename \(temporary)")
        }
        Fault.after(.fileRename)
        if syncingFolder { try sync(folder: String(relative.prefix { $0 != "/" })) }
        return StoredFile(path: relative, bytes: bytes.count, digest: Self.digest(bytes), iteration: iteration)
    }

    /// Reads a file that a row names and holds it against its size and digest.
    func read(_ file: StoredFile) throws(EngineError) -> [UInt8] {
        guard let bytes = try content(of: file.path) else {
            throw EngineError(.damaged, "\(file.path) is missing from the state folder")
        }
        guard bytes.count == file.bytes, Self.digest(bytes) == file.digest else {
            throw EngineError(.damaged, "\(file.path) is damaged: its content does not have the recorded digest")
        }
        return bytes
    }

    /// Removes a file that no row names any more, at once or when nobody holds files any more; one that is not there is no
    /// error.
    func remove(_ relative: String) throws(EngineError) {
        guard !held.holdsBack(relative) else { return }
        try unlinkFile(relative)
    }

    private func unlinkFile(_ relative: String) throws(EngineError) {
        Fault.before(.fileRemove)
        guard unlink(absolute(relative)) == 0 || errno == ENOENT else {
            throw .system(errno, "cannot remove \(relative)")
        }
        Fault.after(.fileRemove)
    }

    /// Moves a damaged file to ``damaged``, under a name that is not taken there; one that is gone is no error.
    func setAside(_ relative: String) throws(EngineError) {
        let folder = absolute(Self.damaged)
        if mkdir(folder, 0o700) == 0 {
            // The mask for the socket, which holds for a moment, would take the right to search it away.
            chmod(folder, 0o700)
        } else if errno != EEXIST {
            throw .system(errno, "cannot make the folder \(folder)")
        }
        let name = relative.split(separator: "/").last.map(String.init) ?? relative
        var target = "\(folder)/\(name)"
        var number = 1
        while access(target, F_OK) == 0 {
            number += 1
            target = "\(folder)/\(name)-\(number)"
        }
        guard rename(absolute(relative), target) == 0 || errno == ENOENT else {
            throw .system(errno, "cannot set \(relative) aside")
        }
    }

    /// Files in the two folders, as paths relative to the state folder.
    func files() throws(EngineError) -> [String] {
        var found: [String] = []
        for folder in [Self.checkpoints, Self.models] {
            do {
                found += try FileManager.default.contentsOfDirectory(atPath: absolute(folder)).map { "\(folder)/\($0)" }
            } catch {
                throw EngineError(.io, "cannot list \(folder): \(error)")
            }
        }
        return found
    }

    static func digest(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { byte in
            let hex = String(byte, radix: 16)
            return hex.count == 1 ? "0" + hex : hex
        }.joined()
    }

    private static func writeAll(_ bytes: [UInt8], to file: Int32, named name: String) throws(EngineError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress! + done, $0.count - done) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .system(errno, "cannot write \(name)") }
            done += count
        }
    }

    /// Makes the names in one of the folders durable.
    func sync(folder name: String) throws(EngineError) {
        Fault.before(.folderSync)
        let file = open(absolute(name), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw .system(errno, "cannot open \(name)") }
        defer { close(file) }
        guard fsync(file) == 0 else { throw .system(errno, "cannot sync \(name)") }
        Fault.after(.folderSync)
    }
}
