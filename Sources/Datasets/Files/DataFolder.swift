#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A folder with data, and the promise that paths from outside stay in it.
struct DataFolder: Sendable {
    let path: String

    /// A file or folder that a sweep file names, as a path without symbolic links.
    ///
    /// Absolute paths, `..`, NUL, and symbolic links that lead out of the folder are refused.
    func resolve(_ relative: String) throws(DatasetError) -> String {
        try Self.validate(relative)
        let full = path + "/" + relative
        guard let resolved = Self.realPath(full) else {
            let number = errno
            guard number == ENOENT || number == ENOTDIR else {
                throw DatasetError(.io, "cannot follow \(full): \(systemError(number)); mend that and try again")
            }
            throw DatasetError(
                .notFound, "\(relative) is not in the data folder \(path); put it there or correct the path")
        }
        try requireInside(resolved, named: relative)
        return resolved
    }

    /// Throws unless `resolved`, a path without symbolic links, lies in this folder.
    func requireInside(_ resolved: String, named name: String) throws(DatasetError) {
        guard isInside(resolved) else {
            throw DatasetError(
                .invalidPath,
                "\(name) leads out of the data folder \(path) by a symbolic link; put the data itself there")
        }
    }

    /// Whether `resolved`, a path without symbolic links, lies in this folder.
    func isInside(_ resolved: String) -> Bool {
        guard let root = Self.realPath(path) else { return false }
        return resolved.utf8.elementsEqual(root.utf8)
            || resolved.utf8.starts(with: (root == "/" ? "/" : root + "/").utf8)
    }

    /// Throws unless `relative` is a path that cannot leave a folder by its spelling.
    static func validate(_ relative: String) throws(DatasetError) {
        let remedy = "write a path relative to the data folder"
        if relative.isEmpty { throw DatasetError(.invalidPath, "the path of the data set is empty; \(remedy)") }
        if relative.utf8.contains(where: { $0 < 32 || $0 == 127 }) {
            throw DatasetError(.invalidPath, "the path of the data set has a control character in it; \(remedy)")
        }
        if relative.utf8.count > 1024 {
            throw DatasetError(.invalidPath, "the path of the data set is longer than 1024 bytes; \(remedy)")
        }
        // Bytes, not characters: a combining accent after a slash would hide the slash.
        if relative.utf8.first == UInt8(ascii: "/") {
            throw DatasetError(.invalidPath, "\(relative) is an absolute path; \(remedy)")
        }
        if relative.utf8.split(separator: UInt8(ascii: "/")).contains(where: { $0.elementsEqual("..".utf8) }) {
            throw DatasetError(.invalidPath, "\(relative) has '..' in it; \(remedy)")
        }
    }

    /// The path without symbolic links, or nil (with `errno`) if it does not exist.
    static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    static func isFile(_ path: String) -> Bool { fileSize(path) != nil }

    /// The size of a regular file, or nil.
    static func fileSize(_ path: String) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// The sorted names in a folder; none if it cannot be read.
    ///
    /// - Parameter hidden: also those that begin with a dot, but for `.` and `..`.
    static func names(in path: String, hidden: Bool = false) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
                    String(cString: $0)
                }
            }
            if !name.hasPrefix(".") || (hidden && name != "." && name != "..") { names.append(name) }
        }
        return names.sorted()
    }
}
