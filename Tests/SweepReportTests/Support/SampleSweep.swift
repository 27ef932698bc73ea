import FoundationEssentials
import SweepAnalysis
import SweepModel

/// Records made up for tests.
enum SampleSweep {
    static let start = Date(timeIntervalSince1970: 1_790_000_000)

    /// A sweep over `file`'s space; `end` says how each trial ended: its accuracy, or nil when it diverged.
    static func record(
        _ file: String = grid, name: String? = nil, state: SweepState = .completed, epochs: Int = 8,
        validationExamples: Int = 1000, classes: Int? = 10, end: (TrialPlan) -> TrialEnd = SampleSweep.typical
    ) throws -> SweepRecord {
        let spec = try SweepSpec(parsing: file, name: name)
        var trials: [Trial] = []
        var curves: [Int64: [EpochPoint]] = [:]
        for plan in try spec.expand() {
            let (trial, curve) = trial(plan, end(plan), epochs: epochs)
            trials.append(trial)
            if !curve.isEmpty { curves[trial.id] = curve }
        }
        let sweep = Sweep(
            id: 3, name: spec.name, state: state, file: file, trials: trials.count, metric: spec.metric.name,
            datasetDigest: "d1ge57", version: "0.1.0", caller: Caller(uid: 0, pid: 1), submittedAt: start,
            startedAt: start, endedAt: state.isEnded ? start.addingTimeInterval(600) : nil, activeSeconds: 600)
        return SweepRecord(
            sweep: sweep, spec: spec, trials: trials, curves: curves, promotions: [],
            validationExamples: validationExamples, classes: classes)
    }

    enum TrialEnd {
        case completed(Double)
        case diverged
        case running(Double)
        case queued
        case failed
    }

    /// Best at a learning rate of 1e-3 with little regularisation; 0.1 and 0.01 diverge.
    static func typical(_ plan: TrialPlan) -> TrialEnd {
        let rate = plan.parameters["learning_rate"]?.doubleValue ?? 1e-3
        let reg = plan.parameters["reg"]?.doubleValue ?? 0
        let hidden = plan.parameters["hidden_size"]?.doubleValue ?? 80
        if rate > 5e-3 { return .diverged }
        let fit = rate >= 5e-4 ? 0.5 : 0.3
        return .completed(fit + hidden / 10_000 - reg / 10)
    }

    private static func trial(_ plan: TrialPlan, _ end: TrialEnd, epochs: Int) -> (Trial, [EpochPoint]) {
        let id = Int64(plan.index + 1)
        var trial = Trial(
            id: id, sweep: 3, index: plan.index, state: .queued, parameters: plan.parameters, seed: plan.seed,
            iterations: 2000)
        let begin = start.addingTimeInterval(Double(plan.index))
        func metrics(_ accuracy: Double) -> TrialMetrics {
            TrialMetrics(
                valAccuracy: accuracy, trainAccuracy: accuracy + 0.05, valLoss: 2.5 - 2 * accuracy,
                trainLoss: 2.4 - 2 * accuracy)
        }
        func curve(to accuracy: Double, upTo last: Int) -> [EpochPoint] {
            (0...last).map { epoch in
                let share = Double(epoch) / Double(max(1, epochs))
                return EpochPoint(
                    epoch: epoch, iteration: max(1, epoch * 2000 / max(1, epochs)),
                    metrics: metrics(0.1 + (accuracy - 0.1) * share.squareRoot()), learningRate: 1e-3,
                    seconds: Double(epoch), weightNorm: 1 + share, updateRatio: 1e-3,
                    losses: [LossSample(iteration: epoch + 1, loss: Float(2.3 - share))])
            }
        }
        switch end {
        case .queued: return (trial, [])
        case .diverged:
            (trial.state, trial.iteration, trial.metrics) = (.diverged, 3, metrics(0.1))
            trial.reason = "loss not finite at iteration 3; last finite loss 4.5"
            (trial.startedAt, trial.endedAt) = (begin, begin.addingTimeInterval(1))
            return (trial, curve(to: 0.1, upTo: 0))
        case .completed(let accuracy):
            (trial.state, trial.iteration, trial.metrics) = (.completed, 2000, metrics(accuracy))
            (trial.seconds, trial.startedAt, trial.endedAt) = (300, begin, begin.addingTimeInterval(400))
            return (trial, curve(to: accuracy, upTo: epochs))
        case .running(let accuracy):
            (trial.state, trial.iteration, trial.metrics) = (.running, 1000, metrics(accuracy))
            trial.startedAt = begin
            return (trial, curve(to: accuracy, upTo: epochs / 2))
        case .failed:
            (trial.state, trial.reason) = (.failed, "out of memory")
            (trial.startedAt, trial.endedAt) = (begin, begin.addingTimeInterval(1))
            return (trial, [])
        }
    }

    /// The exercise's 144 configurations.
    static let grid = """
        {"name": "cifar10-grid", "method": "grid",
         "dataset": {"name": "cifar10", "train": 49000, "validation": 1000, "test": 1000}, "seed": 0,
         "parameters": {
           "learning_rate": {"values": [1e-1, 1e-2, 1e-3, 1e-4]}, "reg": {"values": [1e-1, 1e-2, 1e-3, 1e-4]},
           "batch_size": {"values": [200, 400, 800]}, "hidden_size": {"values": [80, 160, 320]},
           "iterations": {"value": 2000}, "learning_rate_decay": {"value": 0.95}}}
        """

    static func random(_ trials: Int) -> String {
        """
        {"name": "random", "method": "random", "run_cap": \(trials), "dataset": {"name": "cifar10"}, "seed": 1,
         "parameters": {
           "learning_rate": {"min": 1e-4, "max": 1e-2, "distribution": "log_uniform_values"},
           "reg": {"min": 0, "max": 1e-2}, "hidden_size": {"min": 32, "max": 512},
           "optimizer": {"values": ["sgd", "adam"]}, "iterations": {"value": 2000}}}
        """
    }
}
