import SweepAPI
import SweepClientTestKit
import SweepModel

/// Replies that the client's samples do not have.
enum WireSamples {
    static let plan = PlanReply(
        name: "cifar10-grid", method: "grid", dataset: "cifar10", trials: 144,
        parameters: [.init(name: "reg", kind: "values", type: "number", range: "0.1, 0.01")], together: 144,
        memoryBytes: 1 << 30, datasetBytes: 1 << 28, flop: 1e15, estimateSeconds: nil,
        samples: [.init(index: 0, seed: 7, parameters: Samples.parameters(0.1))])

    static let best = BestReply(
        sweep: 1, name: "cifar10-grid", state: .completed, best: Samples.best(), top: [Samples.best()])

    static let audit = AuditReply(sweep: 1, trials: 144, ended: 144, sound: true, findings: [], digest: "ab")

    static let verify = VerifyReply(
        trial: 1, identical: true, differences: [], stored: "ab", again: "ab", seconds: 12.5)

    static let trial = Samples.trial(
        7,
        epochs: [
            EpochPoint(
                epoch: 1, iteration: 245,
                metrics: TrialMetrics(valAccuracy: 0.4, trainAccuracy: 0.41, valLoss: 1.7, trainLoss: .nan),
                learningRate: 0.001, seconds: 1.5)
        ])

    static let dataset = DatasetReply(
        name: "cifar10", location: nil, layout: nil, trainSamples: nil, testSamples: nil, bytes: nil)

    static func promotion(measuredNow: Bool) -> PromotionReply {
        PromotionReply(
            Promotion(
                id: 1, sweep: 1, trial: 17, modelDigest: "ab", datasetDigest: "cd", valAccuracy: 0.487, correct: 481,
                testExamples: 1000, caller: Caller(uid: 1000, pid: 99), at: Samples.time), testLooks: 1,
            measuredNow: measuredNow)
    }
}
