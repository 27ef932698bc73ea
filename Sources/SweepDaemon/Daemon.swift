import CoreMetrics
import Datasets
import FoundationEssentials
import Glibc
import Logging
import NeuralCore
import Plots
import ServiceLifecycle
import SweepAPI
import SweepEngine
import SweepHTTP
import SweepModel
import SweepStore
import UnixSignals

/// The composition root: puts the rooms together in the order that keeps a state folder safe.
///
/// Lock, then database, then recovery, then the socket; the HTTP server is listed after the engine, so that it stops before.
struct Daemon {
    let settings: Settings
    /// Reads the settings again as they were read at the start.
    let reload: @Sendable () async throws -> Settings

    func run() async throws {
        let level = SharedLogLevel(settings.logLevel)
        let logger = level.logger("sweepd")
        let manager = ServiceManager(ProcessInfo.processInfo.environment)
        try selectInstructionSet()
        // Until it is listened for, a reload must not end the process.
        signal(SIGHUP, SIG_IGN)
        // Everything that this process makes is its user's alone; the socket has a mode of its own.
        umask(0o077)
        let folder = StateFolder(path: settings.stateDir)
        try prepare(folder)
        try StateFileSystem.refuseRemote(settings.stateDir)
        let lock = try StateLock(folder: settings.stateDir)
        defer { withExtendedLifetime(lock) {} }
        let access = try AccessListeners(settings, ProcessInfo.processInfo.environment, logger)
        // A migration, or a check after a crash, of a large database takes its time.
        let (engine, store) = try await manager.askingForTime { try await recover(logger) }
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        try await serve(engine, store, access, metrics, manager, level, logger)
        do throws(StoreError) { try store.close() } catch {
            logger.warning("the database was not closed", metadata: ["error": "\(error.message)"])
        }
        logger.info("stopped")
    }

    /// Opens the database and takes up what the last process has left, however it ended.
    ///
    /// On a full disk it waits for room, as trials do that run: a daemon that ends would stay down when there is room again.
    private func recover(_ logger: Logger) async throws -> (SweepEngine, SQLiteStore) {
        let store = try await waitingForRoom(logger) { try openStore(logger) }
        let engine = SweepEngine(
            options: settings.engineOptions, store: store, folder: StateFolder(path: settings.stateDir),
            data: DataPool(locator: DatasetLocator(dataFolder: settings.dataDir), limit: MemoryLimit.bytes() / 4 * 3),
            boot: UUID().uuidString.lowercased(), programVersion: APIVersion.program, logger: logger)
        let note = CrashNote(folder: settings.stateDir)
        let evidence = note.evidence()
        try await waitingForRoom(logger) { try await engine.begin(after: evidence) }
        try await waitingForRoom(logger) { try note.install(boot: engine.boot) }
        try await waitingForRoom(logger) { try await engine.recover() }
        return (engine, store)
    }

    /// Does a step of the start again until the disk has room for it.
    private func waitingForRoom<R>(_ logger: Logger, _ step: () async throws -> R) async throws -> R {
        var isWaiting = false
        while true {
            let (isFull, message): (Bool, String)
            do { return try await step() } catch let error as EngineError {
                (isFull, message) = (error.code == .full, error.message)
            } catch let error as StoreError {
                (isFull, message) = (error.code == .full, error.message)
            }
            guard isFull else { throw DaemonFailure(.configuration, message) }
            if !isWaiting { logger.warning("the start waits until there is room", metadata: ["error": "\(message)"]) }
            isWaiting = true
            try await Task.sleep(for: .seconds(2))
        }
    }

    private func serve(
        _ engine: SweepEngine, _ store: SQLiteStore, _ access: AccessListeners, _ metrics: PrometheusMetrics,
        _ manager: ServiceManager, _ level: SharedLogLevel, _ logger: Logger
    ) async throws {
        let submits = SubmitRate(perMinute: settings.submitsPerMinute)
        let service = LocalSweepService(
            engine: engine, store: store, memory: ProcessMemory.resident,
            access: AccessControl(submits: submits, logger: logger))
        let settings = settings
        // The server binds with this mask: the socket comes out as 0660 without a moment of another mode.
        umask(0o117)
        let quiet = level.logger("sweepd", least: .warning)
        let http = SweepHTTPServer(service: service, metrics: metrics, plotStyles: SVG.stylesheet).listening(
            on: access.listeners, limits: access.limits, administrators: access.administrators, logger: quiet
        ) { places in
            umask(0o077)
            logger.info(
                "listening",
                metadata: [
                    "on": "\(places.joined(separator: ", "))", "state": "\(settings.stateDir)",
                    "data": "\(settings.dataDir)", "workers": "\(settings.workers)",
                    "isa": "\(InstructionSet.current.rawValue)",
                ])
            manager.ready("listening on \(settings.socket)")
        }
        let watch = WatchService(service: service, engine: engine, manager: manager)
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: engine, successTerminationBehavior: .gracefullyShutdownGroup),
                    .init(
                        service: ReloadService(
                            settings: settings, reload: reload, engine: engine, submits: submits, level: level,
                            manager: manager,
                            logger: logger)),
                    .init(service: http),
                    // Stops first, and asks for time: an answer that is under way may take some.
                    .init(service: watch),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
        do {
            try await group.run()
        } catch let error as EngineError {
            throw DaemonFailure(.failed, error.message)
        } catch {
            throw DaemonFailure(.failed, "the daemon ended: \(error)")
        }
        access.remove()
    }

    private func prepare(_ folder: StateFolder) throws {
        try DaemonFailure.makingFolder(folder.path, "the state folder")
        do throws(EngineError) { try folder.prepare() } catch { throw DaemonFailure(.configuration, error.message) }
    }

    private func openStore(_ logger: Logger) throws(StoreError) -> SQLiteStore {
        try SQLiteStore.open(
            path: settings.stateDir + "/sweepd.db", backupFolder: settings.stateDir + "/backups"
        ) { logger.notice("\($0)") }
    }

    private func selectInstructionSet() throws {
        do throws(NeuralCoreError) { try InstructionSet.select(settings.isa) } catch {
            throw DaemonFailure(.configuration, error.message)
        }
    }
}
