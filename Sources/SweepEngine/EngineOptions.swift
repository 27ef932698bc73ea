/// Tunables of the engine; docs/configuration.md has the table.
public struct EngineOptions: Sendable, Equatable {
    /// Serial queues that run slices.
    public var workers: Int
    /// Trials that live together.
    public var maxParallel: Int
    /// Bytes that live trials may take together.
    public var memoryBudgetBytes: Int
    /// Seconds that a slice takes about; pause, stop and cancel take effect within one.
    public var sliceSeconds: Double
    /// Seconds of a trial's own training after which a checkpoint is due, unless it costs more than 1 % of them.
    public var checkpointSeconds: Double
    /// `--set`, names, words of the user: bounded.
    public var maxReasonLength: Int

    public init(
        workers: Int, maxParallel: Int = 144, memoryBudgetBytes: Int, sliceSeconds: Double = 0.2,
        checkpointSeconds: Double = 2, maxReasonLength: Int = 200
    ) {
        self.workers = workers
        self.maxParallel = maxParallel
        self.memoryBudgetBytes = memoryBudgetBytes
        self.sliceSeconds = sliceSeconds
        self.checkpointSeconds = checkpointSeconds
        self.maxReasonLength = maxReasonLength
    }
}
