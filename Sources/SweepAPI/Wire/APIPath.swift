/// The paths of the HTTP API; docs/api.md lists methods and bodies.
public enum APIPath {
    public static let root = "/v1"
    public static let health = "/v1/health"
    public static let sweeps = "/v1/sweeps"
    public static let plan = "/v1/plan"
    public static let promotions = "/v1/promotions"
    public static let events = "/v1/events"
    public static let datasets = "/v1/datasets"
    public static let metrics = "/v1/metrics"
    public static let openAPI = "/v1/openapi.json"
    public static let check = "/v1/check"
    public static let backup = "/v1/backup"
    public static let prune = "/v1/prune"
    public static let doctor = "/v1/doctor"
    public static let box = "/v1/box"
    public static let workerTimeline = "/v1/plots/workers"

    public static func sweep(_ id: Int64) -> String { "\(sweeps)/\(id)" }
    public static func trials(_ sweep: Int64) -> String { "\(sweeps)/\(sweep)/trials" }
    public static func best(_ sweep: Int64) -> String { "\(sweeps)/\(sweep)/best" }
    public static func audit(_ sweep: Int64) -> String { "\(sweeps)/\(sweep)/audit" }
    public static func verb(_ verb: SweepVerb, _ sweep: Int64) -> String { "\(sweeps)/\(sweep)/\(verb.rawValue)" }
    public static func retry(_ sweep: Int64) -> String { "\(sweeps)/\(sweep)/retry" }
    public static func confirm(_ sweep: Int64) -> String { "\(sweeps)/\(sweep)/confirm" }
    public static func refinement(_ sweep: Int64) -> String { "\(sweeps)/\(sweep)/refinement" }
    public static func trial(_ id: Int64) -> String { "/v1/trials/\(id)" }
    public static func curves(_ sweep: Int64) -> String { "\(sweeps)/\(sweep)/curves" }
    public static func table(_ sweep: Int64) -> String { "\(sweeps)/\(sweep)/table" }
    public static func importance(_ sweep: Int64) -> String { "\(sweeps)/\(sweep)/importance" }
    public static func diagnosis(sweep: Int64) -> String { "\(sweeps)/\(sweep)/diagnosis" }
    public static func diagnosis(trial: Int64) -> String { "/v1/trials/\(trial)/diagnosis" }
    public static func plot(_ kind: SweepPlotKind, of sweep: Int64) -> String {
        "\(sweeps)/\(sweep)/plots/\(kind.rawValue)"
    }
    public static func plot(_ kind: TrialPlotKind, of trial: Int64) -> String {
        "/v1/trials/\(trial)/plots/\(kind.rawValue)"
    }
    public static func report(_ sweep: Int64) -> String { "\(sweeps)/\(sweep)/report" }
    public static func verify(_ trial: Int64) -> String { "/v1/trials/\(trial)/verify" }
    public static func keep(_ trial: Int64) -> String { "/v1/trials/\(trial)/keep" }
    public static func resume(trial: Int64) -> String { "/v1/trials/\(trial)/resume" }
    public static func datasetCheck(_ name: String) -> String { "\(datasets)/\(name)/check" }
}

/// The four verbs that change a sweep's course.
public enum SweepVerb: String, Codable, Sendable, CaseIterable {
    /// No further slice; running trials are saved and queued again.
    case pause
    case resume
    /// Admit nothing new, let running trials end.
    case stop
    /// End all trials now.
    case cancel
}
