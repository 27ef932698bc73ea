package import GRDB
public import SweepModel
import Synchronization

/// Sweeps and trials in one SQLite file: WAL, `synchronous = FULL`, one connection that writes and checkpoints.
///
/// What a method has returned is on the disk. Calls do not heed the cancellation of the task that made them: a result
/// that is being recorded is recorded, and a task that was cancelled meanwhile learns so from its next step. GRDB's own
/// `async` methods would roll back instead, hence the callbacks in ``write(_:)`` and ``read(_:)``.
public final class SQLiteStore: SweepStore {
    package let pool: DatabasePool
    /// As given to `open`; named in errors.
    let path: String
    /// Set by `begin`. Without it no trial may be written, because nothing could be fenced.
    private let currentBoot = Mutex<String?>(nil)

    init(pool: DatabasePool, path: String) { (self.pool, self.path) = (pool, path) }

    /// Closes every connection. Calls that come later throw ``StoreError/Code/io``.
    public func close() throws(StoreError) {
        // Readers go first: the writer, closing last, then empties the write-ahead log and removes it.
        pool.invalidateReadOnlyConnections()
        do { try pool.close() } catch { throw StoreError(error, path: path) }
    }

    /// The boot that `begin` was given; `.conflict` before.
    func boot() throws(StoreError) -> String {
        guard let boot = currentBoot.withLock({ $0 }) else {
            throw StoreError(.conflict, "the store takes writes only after `begin`")
        }
        return boot
    }

    func setBoot(_ boot: String) { currentBoot.withLock { $0 = boot } }

    /// Runs `body` in one immediate transaction on the writer: all of it is durable on return, or nothing has changed.
    func write<T: Sendable>(
        _ point: CommitPoint, _ body: @escaping @Sendable (Database) throws -> T
    ) async throws(StoreError) -> T {
        let result: Result<T, any Error> = await withCheckedContinuation { continuation in
            pool.asyncWrite { database in
                let value = try body(database)
                Fault.before(point)
                return value
            } completion: { _, result in
                if case .success = result { Fault.after(point) }
                continuation.resume(returning: result)
            }
        }
        return try value(of: result)
    }

    /// Runs `body` on one snapshot; writers go on meanwhile.
    func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws(StoreError) -> T {
        let result: Result<T, any Error> = await withCheckedContinuation { continuation in
            pool.asyncRead { database in
                continuation.resume(returning: Result { try body(database.get()) })
            }
        }
        return try value(of: result)
    }

    /// Runs `body` on the writer outside any transaction, for what SQLite does not allow within one.
    func maintain<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws(StoreError) -> T {
        let result: Result<T, any Error> = await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { database in
                continuation.resume(returning: Result { try body(database) })
            }
        }
        return try value(of: result)
    }

    func value<T>(of result: Result<T, any Error>) throws(StoreError) -> T {
        switch result {
        case .success(let value): return value
        case .failure(let error): throw StoreError(error, path: path)
        }
    }
}
