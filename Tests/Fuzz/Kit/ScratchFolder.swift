import Glibc

/// Files in memory for readers that want a path. One process has one folder, which `scripts/fuzz` clears away.
public struct ScratchFolder: Sendable {
    public let path: String

    /// Makes the folder below `SWEEPD_FUZZ_FOLDER`, or else below `/dev/shm`.
    public init() {
        let root = getenv("SWEEPD_FUZZ_FOLDER").map { String(cString: $0) } ?? "/dev/shm"
        path = "\(root)/sweepd-fuzz-\(getpid())"
        expect(mkdir(path, 0o700) == 0, "cannot make \(path): \(String(cString: strerror(errno)))")
    }

    /// Replaces a file's contents; an existing file is overwritten in its place, which is faster than a new one.
    public func write(_ bytes: some Collection<UInt8>, to name: String) {
        let file = open("\(path)/\(name)", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        expect(file >= 0, "cannot open \(name) in \(path)")
        defer { _ = close(file) }
        let contents = Array(bytes)
        let count = contents.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
        expect(count == contents.count && ftruncate(file, off_t(count)) == 0, "cannot write \(name) in \(path)")
    }

    /// Another name for the same file.
    public func link(_ name: String, as other: String) {
        expect(symlink(name, "\(path)/\(other)") == 0, "cannot link \(other) in \(path)")
    }

    public func make(folder name: String) {
        expect(mkdir("\(path)/\(name)", 0o700) == 0, "cannot make \(name) in \(path)")
    }

    /// Names and sizes of what is in a folder. Each must be a regular file.
    public func files(in folder: String) -> [String: Int] {
        var found: [String: Int] = [:]
        for name in names(in: folder) {
            var status = stat()
            let isFile = lstat("\(path)/\(folder)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            expect(isFile, "\(folder)/\(name) is no regular file")
            found[name] = Int(status.st_size)
        }
        return found
    }

    public func empty(folder: String) {
        for name in names(in: folder) {
            expect(unlink("\(path)/\(folder)/\(name)") == 0, "cannot remove \(folder)/\(name)")
        }
    }

    private func names(in folder: String) -> [String] {
        guard let entries = opendir("\(path)/\(folder)") else { fatalError("cannot list \(folder) in \(path)") }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
                    String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
