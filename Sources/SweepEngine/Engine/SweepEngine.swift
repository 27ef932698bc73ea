public import FoundationEssentials
public import Logging
import NeuralCore
public import ServiceLifecycle
public import SweepModel

/// Runs sweeps: takes them in, gives their trials to the workers slice by slice, and has everything recorded.
///
/// The actor holds what it knows in memory and never waits for the disk while a worker is idle: the ``Scheduler`` decides,
/// the ``WorkerPool`` trains, the ``Recorder`` writes. What a caller was told is in the store; the memory can be made
/// again from it at any time, which is what happens after a crash.
public actor SweepEngine: Service {
    private(set) var options: EngineOptions
    let store: any SweepStore
    let folder: StateFolder
    let data: DataPool
    let logger: Logger
    let pool: WorkerPool
    let recorder: Recorder
    let blocking = BlockingQueue("requests")
    let verifying = BlockingQueue("verify")
    let choosing = BlockingQueue("choosing")
    /// Events and news of sweeps that have moved.
    public nonisolated let hub: EventHub
    /// Of this start of the daemon.
    public nonisolated let boot: String
    public nonisolated let startedAt: Date
    let clock = ContinuousClock()
    let programVersion: String

    var scheduler: Scheduler
    var contexts: [Int64: SweepContext] = [:]
    var live: [Int64: LiveTrial] = [:]
    var rate = RateMeter()
    var slices = SliceLog()
    /// Of the promotions whose mistakes were looked at last.
    var pictures: [(promotion: Int64, pictures: MistakePictures)] = []
    /// Why nothing new is accepted at the moment.
    var trouble: String?
    /// Set by ``run()``.
    private(set) var isRecording = false
    var isStopping = false
    /// Whoever takes a sweep up or changes it, or measures a model.
    var sweepTurns = Turns<Int64>()
    var modelTurns = Turns<String>()
    /// Sweeps of which trials have completed since retention last looked at them.
    var unpruned: Set<Int64> = []
    /// What a worker's scratch memory has grown to, or will.
    private var workspaceBytes = 0
    var isBackingUp = false
    /// Sweeps that are stored, and could not be taken up for want of the disk.
    var strays: Set<Int64> = []
    private var idle: CheckedContinuation<Void, Never>?

    public init(
        options: EngineOptions, store: any SweepStore, folder: StateFolder, data: DataPool, boot: String,
        programVersion: String, logger: Logger
    ) {
        (self.options, self.store, self.folder, self.data) = (options, store, folder, data)
        (self.boot, self.programVersion, self.logger) = (boot, programVersion, logger)
        startedAt = .now
        hub = EventHub()
        pool = WorkerPool(count: options.workers, pins: options.pinsWorkers)
        recorder = Recorder(
            store: store, folder: folder, hub: hub, logger: logger, retryInterval: .seconds(options.retrySeconds))
        scheduler = Scheduler(
            workers: options.workers, maxParallel: options.maxParallel, memoryBudget: options.memoryBudgetBytes)
    }

    /// Begins this boot: trials that the last one left running are queued. Called once, before ``recover()``.
    ///
    /// - Parameter crash: what the process before this one left behind, if a fatal signal ended it.
    public func begin(after crash: CrashEvidence? = nil) async throws(EngineError) {
        let recovery = try await storing { () async throws(StoreError) in
            try await store.begin(boot: boot, crash: crash, at: .now)
        }
        if let crash {
            let trial = recovery.suspect.map { "trial \($0)" } ?? "no trial"
            logger.error(
                "the daemon had crashed",
                metadata: [
                    "signal": "\(crash.signal)", "suspect": "\(trial)", "quarantined": "\(recovery.isQuarantined)",
                ])
        }
        if !recovery.orphaned.isEmpty {
            logger.notice(
                "trials were running when the daemon ended; they go on from their checkpoints",
                metadata: ["trials": "\(recovery.orphaned.count)"])
        }
    }

    /// Takes up the sweeps that are not ended. Called once, before ``run()``, from which on slices run: they would take
    /// the cores from those who wait for the start.
    public func recover() async throws(EngineError) {
        try await removeUnreferencedFiles()
        for sweep in try await storing({ () async throws(StoreError) in try await store.activeSweeps() }) {
            try await inTurn(sweep.id) { () async throws(EngineError) in _ = try await takeUp(sweep) }
        }
    }

    /// Runs until graceful shutdown: then live trials are saved, queued again without charge, and all is on disk.
    ///
    /// Throws ``EngineError/Code/full`` when the disk does not take it all within ``EngineOptions/shutdownSeconds``: rows
    /// stay `running`, and the next start recovers them.
    public func run() async throws {
        let recording = Task {
            await recorder.run(
                Recorder.Delegate(
                    lost: { [weak self] in await self?.drop(lost: $0) },
                    requeued: { [weak self] in await self?.requeued($0, checkpoints: $1, seconds: $2) },
                    trouble: { [weak self] in await self?.note(trouble: $0) },
                    caughtUp: { [weak self] in await self?.dispatch() },
                    ending: { [weak self] in await self?.retain($0) }))
        }
        isRecording = true
        dispatch()
        let ticking = Task { [weak self] in
            while !Task.isCancelled {
                try await Task.sleep(for: .seconds(5))
                await self?.tick()
            }
        }
        // Throws when the task is cancelled, which ends the run too.
        do { try await gracefulShutdown() } catch { logger.debug("cancelled") }
        ticking.cancel()
        await saveEverything()
        recorder.close(patience: .seconds(options.shutdownSeconds))
        guard await recording.value else {
            logger.error("not everything is recorded; the next start goes on from what is on disk")
            throw EngineError(.full, "stopped without recording everything: \(trouble ?? "the disk did not take it")")
        }
        do throws(StoreError) {
            try await store.markCleanStop(at: .now)
        } catch {
            logger.error("the stop is not marked as clean", metadata: ["error": "\(error.message)"])
        }
    }

    /// Saves all live trials and returns once nothing is left on a worker.
    private func saveEverything() async {
        isStopping = true
        scheduler.shutDown()
        dispatch()
        if !scheduler.isIdle { await withCheckedContinuation { idle = $0 } }
        recordActiveSeconds()
    }

    func resumeWhenIdle() {
        guard isStopping, scheduler.isIdle else { return }
        idle.take()?.resume()
    }

    /// Takes over what may change while it runs: all but the number of workers and the times of the recorder.
    public func reconfigure(_ new: EngineOptions) {
        options = new
        scheduler.maxParallel = new.maxParallel
        scheduler.memoryBudget = new.memoryBudgetBytes - workers * workspaceBytes
        dispatch()
    }

    /// Takes what every worker's scratch memory may grow to out of what trials share; it is never shrunk.
    func reserveWorkspaces(for configurations: some Sequence<TrainingConfiguration>, _ data: SweepData) {
        workspaceBytes = max(workspaceBytes, configurations.lazy.map(data.workspaceBytes).max() ?? 0)
        scheduler.memoryBudget = options.memoryBudgetBytes - workers * workspaceBytes
    }

    private func tick() async {
        if trouble == nil {
            recordActiveSeconds()
            await takeUpStrays()
            for sweep in unpruned.sorted() { await retain(sweep) }
        }
        closeOverdue()
        dispatch()
    }

    private func recordActiveSeconds() {
        for context in contexts.values where context.state == .running {
            recorder.append(
                .sweep(
                    context.id, expected: [.running],
                    SweepChange(activeSeconds: context.activeSeconds(at: clock.now)), events: []))
        }
    }

    private func note(trouble: String?) {
        guard trouble != self.trouble else { return }
        self.trouble = trouble
        // Time in which nothing may run is nobody's.
        for context in contexts.values where context.state == .running {
            if trouble == nil { context.startClock(at: clock.now) } else { context.stopClock(at: clock.now) }
        }
        if let trouble {
            logger.error("nothing can be recorded; running trials wait", metadata: ["error": "\(trouble)"])
        } else {
            logger.notice("recording works again; trials go on")
        }
        dispatch()
    }

    /// Files that no row names: left by a crash between writing a file and storing its row.
    ///
    /// - Throws: ``EngineError/Code/damaged`` when there are models, and the database has never held a sweep: it is not
    ///   the one that they belong to.
    private func removeUnreferencedFiles() async throws(EngineError) {
        let referenced = try await storing { () async throws(StoreError) in try await store.referencedFiles() }
        let last = try await storing { () async throws(StoreError) in try await store.latestSweepID() }
        if last == nil,
            try await blocking.run({ [folder] () throws(EngineError) in try folder.files() }).contains(where: {
                $0.hasPrefix(StateFolder.models)
            })
        {
            throw EngineError(
                .damaged,
                "\(folder.path) has models, but its database is new: put the database back (`sweepd restore BACKUP "
                    + "--replace`), or move \(StateFolder.models)/ away to begin anew; nothing was removed")
        }
        try await blocking.run { [folder] () throws(EngineError) in
            for file in try folder.files() where !referenced.contains(file) { try folder.remove(file) }
            try folder.removeHalfCopies()
        }
    }
}
