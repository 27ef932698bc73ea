import FoundationEssentials
import SweepAPI
import SweepModel

/// Trials as the files of `export`.
enum ExportText {
    /// Parameters are the columns `parameters.NAME`, as `pandas.json_normalize` names them; what differs from run to
    /// run comes last.
    static func csv(_ trials: [TrialReply], reproducible: Bool) -> String {
        let names = Parameters.names(trials.map(\.parameters))
        var header = ["index", "state", "reason"] + names.map { "parameters.\($0)" }
        header += [
            "seed", "iteration", "iterations", "val_accuracy", "train_accuracy", "val_loss", "train_loss", "model",
        ]
        if !reproducible { header += ["trial", "sweep", "attempt", "isa", "seconds", "started_at", "ended_at"] }
        return CSV.line(header) + trials.map { CSV.line(fields($0, names, reproducible: reproducible)) }.joined()
    }

    private static func fields(_ trial: TrialReply, _ names: [String], reproducible: Bool) -> [String] {
        func text(_ value: (some CustomStringConvertible)?) -> String { value.map { $0.description } ?? "" }
        var fields = ["\(trial.index)", trial.state.rawValue, text(trial.reason)]
        fields += names.map { Parameters.value($0, trial.parameters) ?? "" }
        fields += ["\(trial.seed)", "\(trial.iteration)", text(trial.iterations)]
        fields += [text(trial.valAccuracy), text(trial.trainAccuracy), text(trial.valLoss), text(trial.trainLoss)]
        fields.append(text(trial.model))
        if !reproducible {
            fields += ["\(trial.trial)", "\(trial.sweep)", "\(trial.attempt)", text(trial.instructionSet)]
            fields += [
                "\(trial.seconds)", text(trial.startedAt?.formatted(.iso8601)),
                text(trial.endedAt?.formatted(.iso8601)),
            ]
        }
        return fields
    }

    /// One JSON value with a line feed at its end.
    static func json(_ reply: TrialsReply, reproducible: Bool) throws -> [UInt8] {
        struct Whole: Encodable {
            var sweep: Int64
            var trials: [TrialReply]
        }
        struct Stable: Encodable { var trials: [StableTrial] }
        let data =
            reproducible
            ? try WireCoder.encode(Stable(trials: reply.trials.map(StableTrial.init)), pretty: true)
            : try WireCoder.encode(Whole(sweep: reply.sweep, trials: reply.trials), pretty: true)
        return Array(data) + [UInt8(ascii: "\n")]
    }

    /// What two runs of the same sweep file have in common.
    private struct StableTrial: Encodable {
        var index: Int
        var state: TrialState
        var reason: String?
        var parameters: ParameterAssignment
        var seed: UInt64
        var iteration: Int
        var iterations: Int?
        var valAccuracy: Double?
        var trainAccuracy: Double?
        var valLoss: Double?
        var trainLoss: Double?
        var model: String?

        enum CodingKeys: String, CodingKey {
            case index, state, reason, parameters, seed, iteration, iterations, model
            case valAccuracy = "val_accuracy"
            case trainAccuracy = "train_accuracy"
            case valLoss = "val_loss"
            case trainLoss = "train_loss"
        }

        init(_ trial: TrialReply) {
            (index, state, reason, parameters) = (trial.index, trial.state, trial.reason, trial.parameters)
            (seed, iteration, iterations, model) = (trial.seed, trial.iteration, trial.iterations, trial.model)
            (valAccuracy, trainAccuracy) = (trial.valAccuracy, trial.trainAccuracy)
            (valLoss, trainLoss) = (trial.valLoss, trial.trainLoss)
        }
    }
}
