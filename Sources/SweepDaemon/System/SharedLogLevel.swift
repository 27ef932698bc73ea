import Logging
import Synchronization

/// The level of every logger of the process, changed while it runs.
final class SharedLogLevel: Sendable {
    private let level: Mutex<Logger.Level>

    init(_ level: Logger.Level) { self.level = Mutex(level) }

    var value: Logger.Level {
        get { level.withLock { $0 } }
        set { level.withLock { $0 = newValue } }
    }

    /// Writes to standard error what reaches the shared level and, when given, `least`.
    func logger(_ label: String, least: Logger.Level? = nil) -> Logger {
        Logger(label: label) { Handler(.standardError(label: $0), shared: self, least: least) }
    }

    private struct Handler: LogHandler {
        private var stream: StreamLogHandler
        private let shared: SharedLogLevel
        private var least: Logger.Level?

        init(_ stream: StreamLogHandler, shared: SharedLogLevel, least: Logger.Level?) {
            (self.stream, self.shared, self.least) = (stream, shared, least)
            self.stream.logLevel = .trace
        }

        var logLevel: Logger.Level {
            get { max(shared.value, least ?? .trace) }
            set { least = newValue }
        }

        var metadata: Logger.Metadata {
            get { stream.metadata }
            set { stream.metadata = newValue }
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { stream[metadataKey: key] }
            set { stream[metadataKey: key] = newValue }
        }

        func log(event: LogEvent) { stream.log(event: event) }
    }
}
