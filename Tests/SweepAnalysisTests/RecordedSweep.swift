import Foundation
import SweepAnalysis
import SweepModel

/// A finished sweep as a file keeps it: the sweep file, a row a trial, and some learning curves by columns.
struct RecordedSweep: Decodable {
    struct Curve: Decodable {
        var epoch: [Int]
        var iteration: [Int]
        var learningRate: [Double]
        var valAccuracy: [Double]
        var trainAccuracy: [Double]
        var valLoss: [Double]
        var trainLoss: [Double]

        enum CodingKeys: String, CodingKey {
            case epoch, iteration
            case learningRate = "learning_rate"
            case valAccuracy = "val_accuracy"
            case trainAccuracy = "train_accuracy"
            case valLoss = "val_loss"
            case trainLoss = "train_loss"
        }
    }

    var file: String
    var validationExamples: Int
    var classes: Int
    /// In order of index: id, index, state, iteration, iterations, seconds, the four metrics.
    var trials: [[ParameterValue]]
    var curves: [String: Curve]

    enum CodingKeys: String, CodingKey {
        case file, classes, trials, curves
        case validationExamples = "validation_examples"
    }

    init(contentsOf path: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// The sweep of `Fixtures/<name>.json`.
    init(named name: String, beside file: String = #filePath) throws {
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
        try self.init(contentsOf: folder.appendingPathComponent("Fixtures/\(name).json").path)
    }

    func record() throws -> SweepRecord {
        let spec = try SweepSpec(parsing: file)
        let trials = trials.map { row in
            let figures = row.suffix(4).map { $0.doubleValue ?? .nan }
            let index = row[1].integerValue ?? 0
            let plan = spec.trial(at: index)
            return Trial(
                id: Int64(row[0].integerValue ?? 0), sweep: 1, index: index,
                state: TrialState(rawValue: row[2].description) ?? .failed, parameters: plan.parameters,
                seed: plan.seed, iteration: row[3].integerValue ?? 0, iterations: row[4].integerValue,
                metrics: TrialMetrics(
                    valAccuracy: figures[0], trainAccuracy: figures[1], valLoss: figures[2], trainLoss: figures[3]),
                seconds: row[5].doubleValue ?? 0)
        }
        var points: [Int64: [EpochPoint]] = [:]
        for (key, curve) in curves {
            points[Int64(key) ?? 0] = curve.epoch.indices.map { place in
                EpochPoint(
                    epoch: curve.epoch[place], iteration: curve.iteration[place],
                    metrics: TrialMetrics(
                        valAccuracy: curve.valAccuracy[place], trainAccuracy: curve.trainAccuracy[place],
                        valLoss: curve.valLoss[place], trainLoss: curve.trainLoss[place]),
                    learningRate: curve.learningRate[place], seconds: Double(place))
            }
        }
        let sweep = Sweep(
            id: 1, name: spec.name, state: .completed, file: file, trials: trials.count, metric: spec.metric.name,
            version: "0.1.0", caller: Caller(uid: 0, pid: 0), submittedAt: Date(timeIntervalSince1970: 0))
        return SweepRecord(
            sweep: sweep, spec: spec, trials: trials, curves: points, promotions: [],
            validationExamples: validationExamples, classes: classes)
    }
}
