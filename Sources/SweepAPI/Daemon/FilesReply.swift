/// What a backup holds; the header `Sweepd-Backup` of `GET /v1/backup`, as JSON.
public struct BackupContents: Codable, Sendable, Equatable {
    public var sweeps: Int
    public var trials: Int
    public var promotions: Int
    public var models: Int
    public var checkpoints: Int
    /// Files that rows name and that were gone or damaged.
    public var missing: Int
    /// Their paths below the state folder, at most ``longestList`` of them.
    public var missingFiles: [String]

    /// What a header can hold.
    public static let longestList = 20
    public static let header = "Sweepd-Backup"

    enum CodingKeys: String, CodingKey {
        case sweeps, trials, promotions, models, checkpoints, missing
        case missingFiles = "missing_files"
    }

    public init(
        sweeps: Int, trials: Int, promotions: Int, models: Int, checkpoints: Int, missing: [String]
    ) {
        (self.sweeps, self.trials, self.promotions) = (sweeps, trials, promotions)
        (self.models, self.checkpoints) = (models, checkpoints)
        (self.missing, missingFiles) = (missing.count, Array(missing.prefix(Self.longestList)))
    }
}

/// A backup that was made, for whoever sends it.
public struct BackupCopy: Sendable, Equatable {
    /// The caller removes it.
    public var path: String
    public var contents: BackupContents

    public init(path: String, contents: BackupContents) { (self.path, self.contents) = (path, contents) }
}

/// `POST /v1/prune`.
public struct PruneRequest: Codable, Sendable, Equatable {
    /// All of them when left out, for administrators.
    public var sweep: Int64?
    /// Best models of a sweep that stay; as configured when left out.
    public var keep: Int?
    /// Removes nothing, and says what it would.
    public var dryRun: Bool?

    enum CodingKeys: String, CodingKey {
        case sweep, keep
        case dryRun = "dry_run"
    }

    public init(sweep: Int64? = nil, keep: Int? = nil, dryRun: Bool? = nil) {
        (self.sweep, self.keep, self.dryRun) = (sweep, keep, dryRun)
    }
}

public struct PruneReply: Codable, Sendable, Equatable {
    @OrNull public var sweep: Int64?
    public var dryRun: Bool
    /// Models' files that were removed, or would be.
    public var models: Int
    public var bytes: Int
    /// Checkpoints of pruned trials, in sweeps that have ended.
    public var checkpoints: Int
    public var checkpointBytes: Int
    /// Files that had been set aside as damaged more than 30 days before.
    public var damaged: Int
    public var damagedBytes: Int

    enum CodingKeys: String, CodingKey {
        case sweep, models, bytes, checkpoints, damaged
        case checkpointBytes = "checkpoint_bytes"
        case dryRun = "dry_run"
        case damagedBytes = "damaged_bytes"
    }

    public init(
        sweep: Int64?, dryRun: Bool, models: Int, bytes: Int, checkpoints: Int = 0, checkpointBytes: Int = 0,
        damaged: Int, damagedBytes: Int
    ) {
        (self.sweep, self.dryRun) = (sweep, dryRun)
        (self.checkpoints, self.checkpointBytes) = (checkpoints, checkpointBytes)
        (self.models, self.bytes, self.damaged, self.damagedBytes) = (models, bytes, damaged, damagedBytes)
    }
}

/// `POST /v1/trials/{id}/keep`: the trial's model stays, whatever its rank.
public struct KeepReply: Codable, Sendable, Equatable {
    public var trial: Int64
    /// SHA-256 of the model's file.
    public var model: String
    public var bytes: Int
    /// Its file was gone or damaged, and training made it again.
    public var trainedAgain: Bool
    /// Of that training.
    @OrNull public var seconds: Double?

    enum CodingKeys: String, CodingKey {
        case trial, model, bytes, seconds
        case trainedAgain = "trained_again"
    }

    public init(trial: Int64, model: String, bytes: Int, seconds: Double?) {
        (self.trial, self.model, self.bytes) = (trial, model, bytes)
        (trainedAgain, self.seconds) = (seconds != nil, seconds)
    }
}
