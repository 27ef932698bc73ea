#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file that is locked until the end of this value's life.
struct LockFile: ~Copyable {
    let descriptor: Int32

    /// - Parameter refusal: what to say when another process holds the lock.
    init(_ path: String, refusal: String) throws(DatasetError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Folders.failure("make", path, errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            guard code == EWOULDBLOCK else { throw Folders.failure("lock", path, code) }
            throw DatasetError(.io, refusal)
        }
    }

    deinit {
        guard descriptor >= 0 else { return }
        // A child of this process has a copy of the descriptor until it executes its program: closing alone would leave
        // the file locked for so long.
        _ = flock(descriptor, LOCK_UN)
        _ = close(descriptor)
    }
}
