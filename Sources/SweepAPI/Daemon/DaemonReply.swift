public import FoundationEssentials

/// `GET /v1/health`, and a part of the status.
public struct DaemonReply: Codable, Sendable, Equatable {
    public var version: String
    public var wire: Int
    public var pid: Int
    public var boot: String
    public var startedAt: Date
    public var uptimeSeconds: Double
    public var workers: Int
    /// Workers that run a slice at this moment.
    public var busyWorkers: Int
    public var instructionSet: String
    public var kernelRevision: Int
    public var stateDirectory: String
    public var dataDirectory: String
    public var memoryBytes: Int
    /// Why nothing new is accepted (disk full, say); nil when all is well.
    @OrNull public var trouble: String?

    enum CodingKeys: String, CodingKey {
        case version, wire, pid, boot, workers, trouble
        case startedAt = "started_at"
        case uptimeSeconds = "uptime_s"
        case busyWorkers = "busy_workers"
        case instructionSet = "isa"
        case kernelRevision = "kernel_revision"
        case stateDirectory = "state_dir"
        case dataDirectory = "data_dir"
        case memoryBytes = "memory_bytes"
    }

    public init(
        version: String, wire: Int, pid: Int, boot: String, startedAt: Date, uptimeSeconds: Double, workers: Int,
        busyWorkers: Int, instructionSet: String, kernelRevision: Int, stateDirectory: String,
        dataDirectory: String, memoryBytes: Int, trouble: String?
    ) {
        (self.version, self.wire, self.pid, self.boot) = (version, wire, pid, boot)
        (self.startedAt, self.uptimeSeconds, self.workers) = (startedAt, uptimeSeconds, workers)
        (self.busyWorkers, self.instructionSet) = (busyWorkers, instructionSet)
        (self.kernelRevision, self.stateDirectory) = (kernelRevision, stateDirectory)
        (self.dataDirectory, self.memoryBytes, self.trouble) = (dataDirectory, memoryBytes, trouble)
    }
}

/// `POST /v1/check`: the database's quick check, and every file that a row names.
public struct CheckReply: Codable, Sendable, Equatable {
    public var sound: Bool
    /// One sentence each; empty when sound.
    public var findings: [String]
    public var files: Int

    public init(sound: Bool, findings: [String], files: Int) {
        (self.sound, self.findings, self.files) = (sound, findings, files)
    }
}

/// `GET /v1/doctor`: what a person should know about this box.
public struct DoctorReply: Codable, Sendable, Equatable {
    public var findings: [Finding]

    public struct Finding: Codable, Sendable, Equatable {
        public var level: Level
        public var subject: String
        public var detail: String

        public init(_ level: Level, _ subject: String, _ detail: String) {
            (self.level, self.subject, self.detail) = (level, subject, detail)
        }
    }

    public enum Level: String, Codable, Sendable { case ok, warning, problem }

    public init(findings: [Finding]) { self.findings = findings }
}
