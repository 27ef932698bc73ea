import Dispatch
import SweepAPI
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Turns SIGINT and SIGTERM into the cancellation of a task.
enum Interruption {
    struct Interrupted: Error {}

    /// Runs `body`; when one of the signals arrives, cancels it and throws ``Interrupted`` once it has wound up. A
    /// second signal ends the process.
    static func during<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let wasInterrupted = Flag()
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
        let sources = [SIGINT, SIGTERM].map { number in
            // The default action would end the process before the source is told.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            source.activate()
            return source
        }
        let task = Task { try await body() }
        let listener = Task {
            for await _ in signals {
                if wasInterrupted.isRaised { _exit(ExitStatus.interrupted.rawValue) }
                wasInterrupted.raise()
                task.cancel()
            }
        }
        defer {
            listener.cancel()
            for source in sources { source.cancel() }
            for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
        }
        do {
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } catch {
            if wasInterrupted.isRaised { throw Interrupted() }
            throw error
        }
    }
}

/// Goes from down to up once, from any thread.
private final class Flag: Sendable {
    private let value = Atomic(false)

    var isRaised: Bool { value.load(ordering: .acquiring) }
    func raise() { value.store(true, ordering: .releasing) }
}

enum Timeout {
    struct Passed: Error {}

    /// Runs `body` for at most `duration` of monotonic time; cancels it and throws ``Passed`` after that.
    static func run<Value: Sendable>(
        _ duration: Duration, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: duration)
                throw Passed()
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw Passed() }
            return value
        }
    }
}
