/// Tunables of the engine; docs/configuration.md has the table.
public struct EngineOptions: Sendable, Equatable {
    /// Serial queues that run slices.
    public var workers: Int
    /// Each worker keeps to a processor of its own while it runs a slice.
    public var pinsWorkers: Bool
    /// Trials that live together.
    public var maxParallel: Int
    /// Bytes that live trials may take together.
    public var memoryBudgetBytes: Int
    /// Seconds that a slice takes about; pause, stop and cancel take effect within one.
    public var sliceSeconds: Double
    /// Seconds of a trial's own training after which a checkpoint is due, unless it costs more than 1 % of them.
    public var checkpointSeconds: Double
    /// Best models of a sweep whose files stay; promoted and pinned ones come on top.
    public var keepModels: Int
    /// Characters of the words that a caller gives with pause, stop and cancel.
    public var maxReasonLength: Int
    /// Seconds between two tries while nothing can be written (the disk is full, say).
    public var retrySeconds: Double
    /// Seconds for which a shutdown tries to write before it leaves the rest to the next start's recovery.
    public var shutdownSeconds: Double

    public init(
        workers: Int, pinsWorkers: Bool = false, maxParallel: Int = 144, memoryBudgetBytes: Int,
        sliceSeconds: Double = 0.2, checkpointSeconds: Double = 2, keepModels: Int = 3, maxReasonLength: Int = 200,
        retrySeconds: Double = 1, shutdownSeconds: Double = 20
    ) {
        self.workers = workers
        self.pinsWorkers = pinsWorkers
        self.maxParallel = maxParallel
        self.memoryBudgetBytes = memoryBudgetBytes
        self.sliceSeconds = sliceSeconds
        self.checkpointSeconds = checkpointSeconds
        self.keepModels = keepModels
        self.maxReasonLength = maxReasonLength
        self.retrySeconds = retrySeconds
        self.shutdownSeconds = shutdownSeconds
    }
}
