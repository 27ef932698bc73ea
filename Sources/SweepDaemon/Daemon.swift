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
/// Lock, then database, then recovery, then the socket; the HTTP server is listed last, so that it stops first.
struct Daemon {
    let settings: Settings

    func run() async throws {
        var logger = Logger(label: "sweepd") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = settings.logLevel
        try selectInstructionSet()
        // Everything that this process makes is its user's alone; the socket has a mode of its own.
        umask(0o077)
        let folder = StateFolder(path: settings.stateDir)
        try prepare(folder)
        let lock = try StateLock(folder: settings.stateDir)
        defer { withExtendedLifetime(lock) {} }
        try SocketPath.prepare(settings.socket)
        let store = try openStore(logger)
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        let engine = SweepEngine(
            options: EngineOptions(
                workers: settings.workers, maxParallel: settings.maxParallel,
                memoryBudgetBytes: settings.memoryBudgetBytes, sliceSeconds: settings.sliceSeconds,
                checkpointSeconds: settings.checkpointSeconds),
            store: store, folder: folder, data: DataPool(locator: DatasetLocator(dataFolder: settings.dataDir)),
            boot: UUID().uuidString.lowercased(), programVersion: APIVersion.program, logger: logger)
        do throws(EngineError) {
            try await engine.recover()
        } catch {
            throw DaemonFailure(.configuration, error.message)
        }
        try await serve(engine, store, metrics, logger)
        do throws(StoreError) { try store.close() } catch {
            logger.warning("the database was not closed", metadata: ["error": "\(error.message)"])
        }
        logger.info("stopped")
    }

    private func serve(
        _ engine: SweepEngine, _ store: SQLiteStore, _ metrics: PrometheusMetrics, _ logger: Logger
    ) async throws {
        let manager = ServiceManager(ProcessInfo.processInfo.environment)
        let service = LocalSweepService(
            engine: engine, store: store, memory: ProcessMemory.resident,
            access: AccessControl(submits: SubmitRate(perMinute: settings.submitsPerMinute), logger: logger))
        let settings = settings
        // The server binds with this mask: the socket comes out as 0660 without a moment of another mode.
        umask(0o117)
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let http = SweepHTTPServer(service: service, metrics: metrics, plotStyles: SVG.stylesheet).application(
            socket: settings.socket, connections: settings.maxConnections, logger: quiet
        ) {
            umask(0o077)
            logger.info(
                "listening",
                metadata: [
                    "socket": "\(settings.socket)", "state": "\(settings.stateDir)", "data": "\(settings.dataDir)",
                    "workers": "\(settings.workers)", "isa": "\(InstructionSet.current.rawValue)",
                ])
            manager.ready("listening on \(settings.socket)")
        }
        let watch = WatchService(service: service, engine: engine, manager: manager)
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: engine, successTerminationBehavior: .gracefullyShutdownGroup),
                    .init(service: watch), .init(service: http),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
        do {
            try await group.run()
        } catch {
            throw DaemonFailure(.failed, "the daemon ended: \(error)")
        }
        unlink(settings.socket)
    }

    private func prepare(_ folder: StateFolder) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        } catch {
            throw DaemonFailure(.configuration, "cannot make the state folder \(folder.path): \(error)")
        }
        do throws(EngineError) { try folder.prepare() } catch { throw DaemonFailure(.configuration, error.message) }
    }

    private func openStore(_ logger: Logger) throws -> SQLiteStore {
        do throws(StoreError) {
            return try SQLiteStore.open(
                path: settings.stateDir + "/sweepd.db", backupFolder: settings.stateDir + "/backups"
            ) { logger.notice("\($0)") }
        } catch {
            throw DaemonFailure(.configuration, error.message)
        }
    }

    private func selectInstructionSet() throws {
        do throws(NeuralCoreError) { try InstructionSet.select(settings.isa) } catch {
            throw DaemonFailure(.configuration, error.message)
        }
    }
}
