import FoundationEssentials
import Logging
import SweepModel
import SweepModelTestKit
import Synchronization
import Testing

@testable import SweepEngine

/// A recorder, a store with one sweep of three trials (1, 2, 3), and what the recorder told.
final class RecorderBench: Sendable {
    struct Told {
        var lost: [Int64] = []
        var requeued: [Int64] = []
        var caughtUp = 0
        /// Nil when it was over.
        var troubles: [String?] = []
    }

    private final class Listener: Sendable {
        let told = Mutex(Told())
    }

    let memory = InMemoryStore()
    let store: BreakableStore
    let folder: StateFolder
    let recorder: Recorder
    private let listener = Listener()
    private let run = Mutex<Task<Bool, Never>?>(nil)

    static func with(_ body: @Sendable (RecorderBench) async throws -> Void) async throws {
        try await Box.with { box in
            let bench = RecorderBench(box.folder)
            _ = try await bench.memory.begin(boot: "boot", at: .now)
            let trials = (0..<3).map { NewSweep.NewTrial(parameters: ParameterAssignment(), seed: UInt64($0)) }
            _ = try await bench.memory.submit(
                NewSweep(name: "t", file: "", version: "1", caller: Daemon.user, submittedAt: .now, trials: trials))
            for trial in 1...3 { bench.started(Int64(trial)) }
            try await body(bench)
            _ = await bench.close()
        }
    }

    private init(_ folder: StateFolder) {
        store = BreakableStore(memory)
        self.folder = folder
        recorder = Recorder(
            store: store, folder: folder, hub: EventHub(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, retryInterval: .milliseconds(1))
    }

    /// From now on what is appended is written.
    func start() {
        let (listener, recorder) = (listener, recorder)
        run.withLock { run in
            run = Task {
                await recorder.run(
                    Recorder.Delegate(
                        lost: { ids in listener.told.withLock { $0.lost += ids } },
                        requeued: { id, _, _ in listener.told.withLock { $0.requeued.append(id) } },
                        trouble: { trouble in listener.told.withLock { $0.troubles.append(trouble) } },
                        caughtUp: { listener.told.withLock { $0.caughtUp += 1 } }))
            }
        }
    }

    /// - Returns: whether everything was written.
    func close(patience: Duration = .seconds(60)) async -> Bool? {
        recorder.close(patience: patience)
        return await run.withLock { $0 }?.value
    }

    var told: Told { listener.told.withLock { $0 } }

    func hasTrouble() async {
        while told.troubles.last.flatMap(\.self) == nil { await Task.yield() }
    }

    func started(_ trial: Int64) {
        recorder.append(
            .trial(
                TrialWrite(
                    trial: trial, attempt: 1, update: .started(instructionSet: "x", iterations: 9, iteration: 0))))
    }

    func checkpoint(_ trial: Int64, _ iteration: Int) {
        let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: iteration), count: 100)
        recorder.append(.checkpoint(trial: trial, attempt: 1, bytes: bytes, iteration: iteration, seconds: 1))
    }

    func requeued(_ trial: Int64) {
        recorder.append(.requeued(trial: trial, attempt: 1, checkpoint: [1, 2, 3], iteration: 5, seconds: 1))
    }

    func restarted(_ trial: Int64) {
        recorder.append(.trial(TrialWrite(trial: trial, attempt: 1, update: .restarted(reason: "damaged"))))
    }

    func ended(_ trial: Int64) {
        let metrics = TrialMetrics(valAccuracy: 0.5, trainAccuracy: 0.5, valLoss: 1, trainLoss: 1)
        recorder.append(
            .ended(
                trial: trial, attempt: 1,
                Recorder.Ending(
                    state: .completed, reason: nil, iteration: 9, metrics: metrics, model: [7, 7, UInt8(trial)],
                    seconds: 2), event: EventContent(.trialEnded, sweep: 1, trial: trial, detail: "completed")))
    }

    func sweep(_ change: SweepChange, cancelled: [Int64] = []) {
        recorder.append(
            .sweep(
                1, expected: [.queued, .running], change, events: [EventContent(.sweepEnded, sweep: 1)],
                cancelled: cancelled))
    }

    func states() async throws -> [TrialState] { try await memory.trials(TrialQuery(sweep: 1)).map(\.state) }
}
