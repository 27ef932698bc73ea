import Foundation
import SweepModel

extension Date {
    /// Whole seconds after an arbitrary start, exact as Unix time.
    static func at(_ seconds: Int) -> Date { Date(timeIntervalSince1970: 1_700_000_000 + Double(seconds)) }
}

extension Caller {
    static let alice = Caller(uid: 1000, pid: 42)
    static let bob = Caller(uid: 1001, pid: 43)
}

func parameters(_ index: Int) throws -> ParameterAssignment {
    // Not in alphabetical order, so that a store which loses the order is found out.
    try ParameterAssignment(jsonObjectText: #"{"reg": 0.5, "learning_rate": 0.001, "hidden_size": \#(80 + index)}"#)
}

func newSweep(
    trials: Int, name: String = "grid", file: String = "{}", overrides: String = "{}", priority: Int = 0,
    metric: RankingMetric = .valAccuracy, caller: Caller = .alice, key: String? = nil
) throws -> NewSweep {
    NewSweep(
        name: name, file: file, overrides: overrides, priority: priority, metric: metric, datasetDigest: "data",
        version: "1.0", caller: caller, key: key, submittedAt: .at(1),
        trials: try (0..<trials).map { NewSweep.NewTrial(parameters: try parameters($0), seed: UInt64($0)) })
}

func metrics(accuracy: Double = 0.5, loss: Double = 1.25) -> TrialMetrics {
    TrialMetrics(valAccuracy: accuracy, trainAccuracy: 0.625, valLoss: loss, trainLoss: 1.5)
}

func point(_ epoch: Int, iteration: Int, accuracy: Double = 0.5) -> EpochPoint {
    EpochPoint(
        epoch: epoch, iteration: iteration, metrics: metrics(accuracy: accuracy), learningRate: 0.001,
        seconds: Double(iteration) / 4, weightNorm: 2.5, updateRatio: epoch == 0 ? nil : 1e-3,
        losses: [
            LossSample(iteration: max(1, iteration - 1), loss: 0.1), LossSample(iteration: iteration, loss: .infinity),
        ])
}

func checkpoint(_ iteration: Int) -> StoredFile {
    StoredFile(path: "checkpoints/\(iteration)", bytes: 1000, digest: "c\(iteration)", iteration: iteration)
}

func model(_ name: String) -> StoredFile {
    StoredFile(path: "models/\(name)", bytes: 500, digest: "digest-\(name)", iteration: 100)
}

extension TrialUpdate {
    static let start = TrialUpdate.started(instructionSet: "avx2", iterations: 100, iteration: 0)

    static func complete(_ accuracy: Double, loss: Double = 1.25) -> TrialUpdate {
        .ended(
            .completed, reason: nil, iteration: 100, metrics: metrics(accuracy: accuracy, loss: loss), model: nil,
            seconds: 25)
    }

    static func fail(_ reason: String) -> TrialUpdate {
        .ended(.failed, reason: reason, iteration: 10, metrics: nil, model: nil, seconds: 2)
    }
}

extension SweepStore {
    /// Submits a sweep and returns its trials in order of index.
    func submitTrials(_ sweep: NewSweep) async throws -> (sweep: Int64, trials: [Trial]) {
        let id = try await submit(sweep).sweep.id
        return (id, try await trials(TrialQuery(sweep: id)))
    }

    /// Applies updates to one trial in one call; returns whether all of them were its boot's to make.
    @discardableResult
    func update(_ trial: Trial, attempt: Int? = nil, _ updates: TrialUpdate...) async throws -> Bool {
        let writes = updates.map { TrialWrite(trial: trial.id, attempt: attempt ?? trial.attempt, update: $0) }
        return try await apply(writes, events: [], at: .at(5)).fenced.isEmpty
    }
}
