import Logging
import ServiceLifecycle
import SweepEngine
import UnixSignals

/// Reads the configuration again at SIGHUP. One that does not fit changes nothing.
struct ReloadService: Service {
    let settings: Settings
    /// Reads the configuration as the start did.
    let reload: @Sendable () async throws -> Settings
    let engine: SweepEngine
    let submits: SubmitRate
    let level: SharedLogLevel
    let manager: ServiceManager
    let logger: Logger

    func run() async throws {
        var current = settings
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            manager.reloading()
            do {
                let new = try await reload()
                await apply(new, over: current)
                current = new.keepingWhatNeedsRestart(of: current)
            } catch {
                let words = (error as? DaemonFailure)?.message ?? "\(error)"
                logger.error("the configuration stays as it was", metadata: ["error": "\(words)"])
            }
            manager.ready("listening on \(settings.socket)")
        }
    }

    private func apply(_ new: Settings, over current: Settings) async {
        level.value = new.logLevel
        submits.perMinute = new.submitsPerMinute
        await engine.reconfigure(new.engineOptions)
        let waiting = new.changesThatNeedRestart(since: current).map(\.rawValue)
        if waiting.isEmpty {
            logger.notice("the configuration was read again")
        } else {
            logger.warning(
                "the configuration was read again; some of it needs a restart",
                metadata: ["keys": "\(waiting.joined(separator: ", "))"])
        }
    }
}
