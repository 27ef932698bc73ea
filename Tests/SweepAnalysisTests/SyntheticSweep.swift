import Foundation
import SweepAnalysis
import SweepModel

/// Sweeps whose results follow a formula.
enum SyntheticSweep {
    /// Nil: the trial diverged.
    static func record(
        _ parameters: String, method: String = #""method": "grid""#, metric: RankingMetric = .valAccuracy,
        validationExamples: Int = 1000, keep: String = "last", outcome: (ParameterAssignment) -> Double?
    ) throws -> SweepRecord {
        let file = """
            {"name": "made", \(method), "dataset": {"name": "cifar10"}, "keep": "\(keep)", \
            "metric": {"name": "\(metric.rawValue)"}, "parameters": {\(parameters)}}
            """
        let spec = try SweepSpec(parsing: file)
        let trials = (0..<spec.trialCount).map { index in
            let plan = spec.trial(at: index)
            let value = outcome(plan.parameters)
            let metrics = TrialMetrics(
                valAccuracy: metric == .valAccuracy ? value ?? 0.1 : 0.5, trainAccuracy: (value ?? 0.1) + 0.05,
                valLoss: metric == .valLoss ? value ?? 2.3 : 1, trainLoss: 1)
            return Trial(
                id: Int64(index + 1), sweep: 1, index: index, state: value == nil ? .diverged : .completed,
                parameters: plan.parameters, seed: plan.seed, metrics: metrics, seconds: 1)
        }
        return SweepRecord(
            sweep: sweep(file, trials.count, metric), spec: spec, trials: trials, curves: [:], promotions: [],
            validationExamples: validationExamples, classes: 10)
    }

    private static func sweep(_ file: String, _ trials: Int, _ metric: RankingMetric) -> Sweep {
        Sweep(
            id: 1, name: "made", state: .completed, file: file, trials: trials, metric: metric, version: "1",
            caller: Caller(uid: 0, pid: 0), submittedAt: Date(timeIntervalSince1970: 0))
    }
}

extension ParameterAssignment {
    func number(_ name: String) -> Double { self[name]?.doubleValue ?? .nan }
}

extension [Finding] {
    func with(_ code: Finding.Code) -> Finding? { first { $0.code == code } }
    func with(_ code: Finding.Code, _ parameter: String) -> Finding? {
        first { $0.code == code && $0.parameter == parameter }
    }
}

extension ParameterImportance {
    func share(_ names: String...) -> Double { shares.first { Set($0.parameters) == Set(names) }?.share ?? .nan }
}
