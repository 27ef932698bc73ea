public import SweepModel

/// `GET /v1/sweeps/{id}/table`: all trials of a sweep, in order of index, each column named once.
public struct TableReply: Codable, Sendable, Equatable {
    public var sweep: Int64
    /// Parameters that are not the same in all trials; they are the last columns.
    public var parameters: [String]
    public var columns: [String]
    /// As many cells as there are columns; null where a trial has no value.
    public var rows: [[ParameterValue?]]

    /// The columns before the parameters.
    public static let facts = [
        "trial", "index", "state", "reason", "attempt", "iteration", "val_accuracy", "train_accuracy", "val_loss",
        "train_loss", "seconds",
    ]

    public init(sweep: Int64, parameters: [String], trials: [Trial]) {
        (self.sweep, self.parameters) = (sweep, parameters)
        columns = Self.facts + parameters
        rows = trials.map { trial in
            Self.facts(of: trial) + parameters.map { trial.parameters[$0] }
        }
    }

    private static func facts(of trial: Trial) -> [ParameterValue?] {
        func number(_ value: Double?) -> ParameterValue? { value.flatMap { $0.finite }.map { .number($0) } }
        return [
            .int(Int(trial.id)), .int(trial.index), .string(trial.state.rawValue), trial.reason.map { .string($0) },
            .int(trial.attempt), .int(trial.iteration), number(trial.metrics?.valAccuracy),
            number(trial.metrics?.trainAccuracy), number(trial.metrics?.valLoss), number(trial.metrics?.trainLoss),
            number(trial.seconds),
        ]
    }
}
