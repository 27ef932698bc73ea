import SweepAPI
import SweepAnalysis
import SweepClientTestKit
import SweepModel

/// Replies that the client's samples do not have.
enum WireSamples {
    static var planOfPreparedImages: PlanReply {
        var plan = plan
        plan.preparedBytes = 113 << 20
        plan.notes = ["dropout is never set: no trial has hidden_size 9"]
        return plan
    }
    static let plan = PlanReply(
        name: "cifar10-grid", method: "grid", dataset: "cifar10", trials: 144,
        parameters: [
            .init(name: "reg", kind: "values", type: "number", range: "0.1, 0.01"),
            .init(name: "momentum", kind: "value", type: "number", range: "0.9", when: "optimizer is sgd"),
        ], together: 144,
        memoryBytes: 1 << 30, datasetBytes: 1 << 28, flop: 1e15, estimateSeconds: nil,
        samples: [.init(index: 0, seed: 7, parameters: Samples.parameters(0.1))])

    /// One whose savings the file tells, one of which it says nothing, and one where only the results tell.
    static let prunings = [
        pruning(#"{"type": "hyperband"}"#, #""epochs": {"value": 9}"#),
        pruning(#"{"type": "median"}"#, #""iterations": {"value": 900}"#),
        pruning(#"{"type": "median"}"#, #""epochs": {"value": 9}"#),
    ].compactMap(\.self)

    static let pruningGroups: [PruningPlan.Group] = prunings.flatMap(\.groups)
    static let pruningRungs: [PruningPlan.Rung] = pruningGroups.flatMap(\.rungs)

    static let prunedPlan = PlanReply(
        name: "n", method: "sobol", dataset: "cifar10", trials: 90, configurations: 30,
        earlyTermination: prunings.first, parameters: [], together: 90, memoryBytes: 1 << 30, datasetBytes: 1 << 28,
        flop: 1e15, estimateSeconds: 3, samples: [])

    private static func pruning(_ rule: String, _ length: String) -> PruningPlan? {
        let file = """
            {"name": "n", "method": "sobol", "run_cap": 30, "dataset": {"name": "cifar10"}, "early_terminate": \(rule),
             "parameters": {"learning_rate": {"min": 0.1, "max": 0.9}, "hidden_size": {"value": 9}, \(length)}}
            """
        return (try? SweepSpec(parsing: file)).flatMap { PruningPlan($0) }
    }

    static let best = BestReply(
        sweep: 1, name: "cifar10-grid", state: .completed, best: Samples.best(), top: [Samples.best()])

    static let tied = Samples.replicated(tied: [
        TiedTrial(
            trial: 20, index: 19, configuration: 6, parameters: Samples.parameters(0.01), mean: 0.47,
            standardError: nil, replicates: 1)
    ])

    static func confirm(replayed: Bool) -> ConfirmReply {
        ConfirmReply(
            sweep: 9, of: 1, name: "cifar10-grid-confirmed", state: .queued, trials: 15, replayed: replayed,
            candidates: [Samples.replicated()])
    }

    static let audit = AuditReply(sweep: 1, trials: 144, ended: 144, sound: true, findings: [], digest: "ab")

    static let backup = BackupContents(
        sweeps: 3, trials: 432, promotions: 1, models: 9, checkpoints: 4, missing: ["models/t17-a1"])

    static let prune = PruneReply(
        sweep: nil, dryRun: false, models: 12, bytes: 1 << 20, damaged: 1, damagedBytes: 500)

    static let verify = VerifyReply(
        trial: 1, identical: true, differences: [], stored: "ab", again: "ab", seconds: 12.5)

    static let trial = Samples.trial(
        7,
        epochs: [
            EpochPoint(
                epoch: 1, iteration: 245,
                metrics: TrialMetrics(valAccuracy: 0.4, trainAccuracy: 0.41, valLoss: 1.7, trainLoss: .nan),
                learningRate: 0.001, seconds: 1.5),
            EpochPoint(
                epoch: 2, iteration: 490,
                metrics: TrialMetrics(valAccuracy: 0.45, trainAccuracy: 0.46, valLoss: 1.6, trainLoss: 1.5),
                learningRate: 0.001, seconds: 3, weightNorm: 12, updateRatio: 1e-3,
                losses: [LossSample(iteration: 255, loss: 1.625), LossSample(iteration: 490, loss: 1.5)]),
        ])

    static let curves = CurvesReply(
        sweep: 1,
        trials: [
            .init(
                Trial(id: 7, sweep: 1, index: 6, state: .completed, parameters: Samples.parameters(0.1), seed: 1),
                [
                    EpochPoint(
                        epoch: 0, iteration: 1,
                        metrics: TrialMetrics(valAccuracy: 0.4, trainAccuracy: 0.41, valLoss: 1.7, trainLoss: .nan),
                        learningRate: 0.001, seconds: 1.5)
                ])
        ])

    static let table = TableReply(
        sweep: 1, parameters: ["reg"],
        trials: [
            Trial(
                id: 7, sweep: 1, index: 6, state: .diverged, reason: "iteration 14", parameters: ["reg": .number(0.1)],
                seed: 1)
        ])

    static let importance = ParameterImportance(
        method: .anova, trials: 144, divergedValue: 0.1,
        shares: [.init(parameters: ["learning_rate"], share: 0.75, standardError: 0)])

    static let finding = FindingReply(
        Finding(
            .advice, .bestOnBorder, title: "best on the border", detail: "0.001 is the lowest rate.",
            advice: "Try 0.0003.", trial: 7, parameter: "learning_rate"))

    static let box = BoxReply(
        cores: 2, load: 1.5, memoryTotal: 1 << 34, memoryAvailable: 1 << 33,
        stateDirectory: .init(path: "/var/lib/sweepd", free: 1 << 30, total: 1 << 34),
        dataDirectory: .init(path: "/srv/data", free: 1 << 30, total: 1 << 34), stateBytes: 1 << 20)

    static let dataset = DatasetReply(
        name: "cifar10", location: nil, layout: nil, trainSamples: nil, testSamples: nil, bytes: nil)

    static func promotion(measuredNow: Bool) -> PromotionReply {
        PromotionReply(
            Promotion(
                id: 1, sweep: 1, trial: 17, modelDigest: "ab", datasetDigest: "cd", valAccuracy: 0.487, correct: 481,
                testExamples: 1000,
                confusion: measuredNow
                    ? Confusion(counts: [[480, 1], [518, 1]], mistakes: [.init(sample: 3, label: 0, prediction: 1)])
                    : nil,
                members: measuredNow
                    ? [17, 18].map { .init(trial: $0, modelDigest: "m\($0)", weight: 1, valAccuracy: 0.48) } : [],
                caller: Caller(uid: 1000, pid: 99), at: Samples.time), testLooks: 1,
            measuredNow: measuredNow, classNames: measuredNow ? ["cat", "dog"] : nil)
    }
}
