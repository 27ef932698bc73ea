/// What a backup holds.
public struct BackupReport: Sendable, Equatable {
    public var sweeps: Int
    public var trials: Int
    public var promotions: Int
    /// Files whose content is in it, in order of path.
    public var files: [StoredFile]
    /// Files that rows name and that were gone or damaged, in order of path.
    public var missing: [StoredFile]

    public init(
        sweeps: Int = 0, trials: Int = 0, promotions: Int = 0, files: [StoredFile] = [], missing: [StoredFile] = []
    ) {
        (self.sweeps, self.trials, self.promotions) = (sweeps, trials, promotions)
        (self.files, self.missing) = (files, missing)
    }
}
