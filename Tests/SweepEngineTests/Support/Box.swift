import Datasets
import Foundation
import Logging
import SweepModel
import SweepModelTestKit
import Synchronization
import Testing

@testable import SweepEngine

/// A box on which daemons are started one after the other: a state folder and what is in the store.
final class Box: Sendable {
    let folder: StateFolder
    let memory = InMemoryStore()
    private let daemons = Mutex<[Daemon]>([])

    private init() throws {
        folder = StateFolder(path: FileManager.default.temporaryDirectory.path + "/sweep-engine-\(UUID().uuidString)")
        try folder.prepare()
    }

    static func with(_ body: (Box) async throws -> Void) async throws {
        let box = try Box()
        defer { removeFolder(box.folder.path) }
        let result: Result<Void, any Error>
        do { result = .success(try await body(box)) } catch { result = .failure(error) }
        // Those that a test that failed has left.
        for daemon in box.daemons.withLock({ $0 }) { await daemon.kill() }
        try result.get()
    }

    private static func removeFolder(_ path: String) {
        do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record("\(path) stays: \(error)") }
    }

    /// Starts an engine on this box, as a new boot.
    func start(
        workers: Int = 2, slice: Double = 0, checkpoints: Double = .infinity, maxParallel: Int = 144,
        memory budget: Int = 1 << 60, keep: Int = 3, shutdown: Double = 20
    ) async throws -> Daemon {
        let store = BreakableStore(memory)
        let engine = SweepEngine(
            options: EngineOptions(
                workers: workers, maxParallel: maxParallel, memoryBudgetBytes: budget, sliceSeconds: slice,
                checkpointSeconds: checkpoints, keepModels: keep, retrySeconds: 0.01, shutdownSeconds: shutdown),
            store: store, folder: folder, data: DataPool(locator: DatasetLocator(dataFolder: folder.path)),
            boot: UUID().uuidString, programVersion: "test",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await engine.begin()
        try await engine.recover()
        let daemon = Daemon(engine: engine, store: store, run: Task { try await engine.run() })
        daemons.withLock { $0.append(daemon) }
        return daemon
    }

    /// What must be the same in every run of a sweep: states, models, metrics and curves.
    func bits(of sweep: Int64) async throws -> [String] {
        var lines: [String] = []
        for trial in try await memory.trials(TrialQuery(sweep: sweep)) {
            let curve = try await memory.epochs(trial: trial.id).map { point in
                "\(point.epoch) \(point.iteration) \(point.metrics.trainLoss.bitPattern) "
                    + "\(point.metrics.valLoss.bitPattern) \(point.weightNorm ?? -1) \(point.updateRatio ?? -1) "
                    + "\(point.losses.map { "\($0.iteration) \($0.loss)" })"
            }
            let result = trial.metrics.map { "\($0.valAccuracy.bitPattern) \($0.trainLoss.bitPattern)" } ?? "-"
            lines.append(
                "\(trial.index) \(trial.state) \(trial.iteration) \(trial.model?.digest ?? "-") "
                    + "\(trial.deadUnits ?? -1) \(result) \(curve)")
        }
        return lines
    }
}

/// A started engine.
struct Daemon {
    let engine: SweepEngine
    let store: BreakableStore
    let run: Task<Void, any Error>
    static let user = Caller(uid: 1000, pid: 1)

    func submit(_ file: String) async throws -> Int64 {
        try await engine.submit(.init(file: file), caller: Self.user).sweep.id
    }

    /// Submits a sweep that does not come to its end before it is ``letGo(_:)``: no verb comes too late for it, however
    /// long its test waits for the processor.
    func submitHeld(_ file: String) async throws -> Int64 { try await engine.submitHeld(file) }

    func letGo(_ sweep: Int64) async { await engine.letGo(sweep) }

    /// As SIGTERM does.
    func stop() async throws {
        run.cancel()
        try await run.value
    }

    /// As SIGKILL does: the store gets nothing more.
    func kill() async {
        store.cutOff()
        run.cancel()
        _ = await run.result
    }

    /// As SIGKILL does when the store gets its `writes`-th transaction from now: that one is lost, or the engine has come
    /// to rest before.
    func dies(after writes: Int) async {
        let (deaths, death) = AsyncStream.makeStream(of: Void.self)
        let left = Mutex(writes)
        store.before { call in
            switch call {
            case .apply, .change:
                let isDead = left.withLock { left in
                    left -= 1
                    return left < 0
                }
                guard isDead else { return nil }
                death.yield()
                return StoreError(.conflict, "cut off")
            default: return nil
            }
        }
        let resting = Task {
            // A sweep that has ended writes nothing any more.
            while !Task.isCancelled {
                if try await store.memory.activeSweeps().isEmpty { death.yield() }
                await Task.yield()
            }
        }
        for await _ in deaths { break }
        resting.cancel()
        await kill()
    }

    /// Polls until `condition` holds of the sweep's row and trials; ten minutes at most: only a hang should end a test.
    @discardableResult
    func wait(
        for sweep: Int64, _ comment: Comment, location: SourceLocation = #_sourceLocation,
        until condition: (Sweep, [Trial]) -> Bool
    ) async throws -> [Trial] {
        let deadline = ContinuousClock.now + .seconds(600)
        while ContinuousClock.now < deadline {
            let row = try #require(try await store.memory.sweep(sweep))
            let trials = try await store.memory.trials(TrialQuery(sweep: sweep))
            if condition(row, trials) { return trials }
            // Hundreds of tests wait at once: the processor is for those that they wait for.
            try await Task.sleep(for: .milliseconds(1))
        }
        let row = try await store.memory.sweep(sweep)
        let states = try await store.memory.trials(TrialQuery(sweep: sweep)).map(\.state.rawValue)
        Issue.record("\(comment): \(String(describing: row?.state)) \(states)", sourceLocation: location)
        throw Overdue()
    }

    /// Submits a sweep, and runs `verb` once an iteration of each of its first `count` trials is stored: from the store
    /// itself, where polling could come too late.
    func submit(
        _ file: String, whenBegun count: Int, _ verb: @escaping @Sendable (Int64) async throws -> Void
    ) async throws -> Int64 {
        let (begun, told) = AsyncStream.makeStream(of: Int64.self)
        let memory = store.memory
        store.after { call in
            guard case .apply = call, let sweep = try? await memory.latestSweepID(),
                let trials = try? await memory.trials(TrialQuery(sweep: sweep)),
                trials.prefix(count).allSatisfy({ $0.iteration > 0 })
            else { return }
            told.yield(sweep)
            told.finish()
        }
        defer { told.finish() }
        let verbs = Task { for await sweep in begun { try await verb(sweep) } }
        let sweep = try await submit(file)
        // Fails where none of them ever begins.
        try await wait(for: sweep, "the trials do not begin") { _, trials in
            trials.prefix(count).allSatisfy { $0.iteration > 0 }
        }
        try await verbs.value
        store.after(nil)
        return sweep
    }

    @discardableResult
    func ends(_ sweep: Int64, location: SourceLocation = #_sourceLocation) async throws -> [Trial] {
        try await wait(for: sweep, "the sweep does not end", location: location) { row, _ in row.state.isEnded }
    }

    /// Until so many epochs of each trial are stored.
    func grows(_ sweep: Int64, to iteration: Int, location: SourceLocation = #_sourceLocation) async throws {
        try await wait(for: sweep, "the trials do not grow", location: location) { _, trials in
            trials.allSatisfy { $0.iteration >= iteration }
        }
    }
}

extension SweepEngine {
    fileprivate func submitHeld(_ file: String) async throws -> Int64 {
        let sweep = try await submit(.init(file: file), caller: Daemon.user).sweep.id
        // Nothing else has had a turn since its first slices began.
        scheduler.setHeld(true, sweep: sweep)
        return sweep
    }

    fileprivate func letGo(_ sweep: Int64) {
        scheduler.setHeld(false, sweep: sweep)
        dispatch()
    }
}

struct Overdue: Error {}

/// Sweep files on small synthetic data.
enum Files {
    /// Twelve trials of `iterations`, with an epoch every ten of them.
    static func grid(iterations: Int = 200, _ more: String = "") -> String {
        file(
            """
            "learning_rate": {"values": [3e-4, 1e-3, 2e-3]}, "reg": {"values": [0, 0.1]},
            "hidden_size": {"values": [6, 9]}, "momentum": {"value": 0.9}, "batch_size": {"value": 20},
            "iterations": {"value": \(iterations)}
            """, more)
    }

    /// `count` trials that differ in the learning rate.
    static func row(_ count: Int, iterations: Int, _ more: String = "") -> String {
        let rates = (1...count).map { "\($0)e-4" }.joined(separator: ", ")
        return file(
            """
            "learning_rate": {"values": [\(rates)]}, "hidden_size": {"value": 6}, "batch_size": {"value": 20},
            "iterations": {"value": \(iterations)}
            """, more)
    }

    /// Nobody waits for its end.
    static func endless(_ count: Int, _ more: String = "") -> String { row(count, iterations: 50_000_000, more) }

    /// The first `failing` trials ask for more weights than there may be.
    static func failing(_ failing: Int, of count: Int, iterations: Int = 2, _ more: String = "") -> String {
        let sizes = (0..<count).map { String($0 < failing ? 65_536 - $0 : 1 + $0) }.joined(separator: ", ")
        return file(
            """
            "hidden_size": {"values": [\(sizes)]}, "learning_rate": {"value": 1e-4}, "batch_size": {"value": 2},
            "iterations": {"value": \(iterations)}
            """, more, data: #""train": 4, "validation": 2, "test": 2, "inputs": 65536, "classes": 2"#)
    }

    static func file(
        _ parameters: String, _ more: String = "",
        data: String = #""train": 200, "validation": 50, "test": 50, "inputs": 12, "classes": 3"#
    ) -> String {
        """
        {"name": "t", "method": "grid", "seed": 7, \(more.isEmpty ? "" : more + ",")
         "dataset": {"name": "synthetic", \(data)}, "parameters": {\(parameters)}}
        """
    }
}
