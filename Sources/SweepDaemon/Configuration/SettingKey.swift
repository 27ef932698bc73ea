/// Every key of the configuration; docs/configuration.md shows this table.
enum SettingKey: String, CaseIterable, Sendable {
    case stateDir = "state_dir"
    case dataDir = "data_dir"
    case socket
    case workers
    case pinWorkers = "pin_workers"
    case maxParallel = "max_parallel"
    case memoryBudgetMB = "memory_budget_mb"
    case sliceSeconds = "slice_seconds"
    case checkpointSeconds = "checkpoint_seconds"
    case keepModels = "keep_models"
    case submitsPerMinute = "submits_per_minute"
    case http
    case httpTokenFile = "http_token_file"
    case httpCertificate = "http_certificate"
    case httpPrivateKey = "http_private_key"
    case httpAllowRemote = "http_allow_remote"
    case maxConnections = "max_connections"
    case logLevel = "log_level"
    case isa

    /// How it is called in the environment.
    var variable: String { "SWEEPD_" + rawValue.uppercased() }
}
