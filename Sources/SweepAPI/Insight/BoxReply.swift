/// `GET /v1/box`: the machine that the daemon runs on, at this moment.
public struct BoxReply: Codable, Sendable, Equatable {
    public var cores: Int
    /// Of the last minute: runnable threads, as `uptime` shows it.
    public var load: Double
    public var memoryTotal: Int
    public var memoryAvailable: Int
    public var stateDirectory: Disk
    public var dataDirectory: Disk
    /// Bytes of database, checkpoints and models.
    public var stateBytes: Int

    public struct Disk: Codable, Sendable, Equatable {
        public var path: String
        /// Bytes that are left to an ordinary user; 0 where the folder cannot be looked at.
        public var free: Int
        public var total: Int

        public init(path: String, free: Int, total: Int) { (self.path, self.free, self.total) = (path, free, total) }
    }

    enum CodingKeys: String, CodingKey {
        case cores
        case load = "load_1m"
        case memoryTotal = "memory_total"
        case memoryAvailable = "memory_available"
        case stateDirectory = "state_dir"
        case dataDirectory = "data_dir"
        case stateBytes = "state_bytes"
    }

    public init(
        cores: Int, load: Double, memoryTotal: Int, memoryAvailable: Int, stateDirectory: Disk, dataDirectory: Disk,
        stateBytes: Int
    ) {
        (self.cores, self.load, self.memoryTotal, self.memoryAvailable) = (cores, load, memoryTotal, memoryAvailable)
        (self.stateDirectory, self.dataDirectory, self.stateBytes) = (stateDirectory, dataDirectory, stateBytes)
    }
}
