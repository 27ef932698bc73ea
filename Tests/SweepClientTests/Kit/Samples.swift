public import FoundationEssentials
public import SweepAPI
import SweepAnalysis
public import SweepModel

/// Replies with plausible contents.
public enum Samples {
    /// 2026-01-02 03:04:05 UTC.
    public static let time = Date(timeIntervalSince1970: 1_767_323_045)

    public static func parameters(_ rate: Double, _ hidden: Int = 160) -> ParameterAssignment {
        ParameterAssignment([
            .init(name: "hidden_size", value: .int(hidden)), .init(name: "learning_rate", value: .number(rate)),
            .init(name: "batch_size", value: .int(200)),
        ])
    }

    public static func best(_ trial: Int64 = 17, _ accuracy: Double = 0.487) -> BestTrial {
        BestTrial(
            trial: trial, index: Int(trial) - 1, parameters: parameters(0.001), valAccuracy: accuracy,
            trainAccuracy: 0.521, valLoss: 1.48)
    }

    /// The best of three replicates, of which one has not ended.
    public static func replicated(tied: [TiedTrial]? = nil) -> BestTrial {
        var best = best()
        (best.configuration, best.mean, best.standardError, best.interval95) = (5, 0.481, 0.006, [0.4048, 0.5572])
        (best.basis, best.replicates, best.replicatesPlanned) = (.seeds, 2, 3)
        best.note = "of 3 replicates 1 not ended; ranks behind those that are whole"
        best.tied = tied
        return best
    }

    public static let refinement = RefinementReply(
        sweep: 1, name: "cifar10-grid-refined", method: "grid", trials: 27, file: "{\n  \"name\": \"x\"\n}\n",
        parameters: [
            .init(
                parameter: "learning_rate", action: .refine, range: "0.0003, 0.001, 0.003",
                reason: "The best trial has 0.001 (0.534): closer round it."),
            .init(parameter: "hidden_size", action: .extend, range: "320, 640, 1280", reason: "It ends there."),
        ])

    public static func sweep(
        _ id: Int64 = 1, _ state: SweepState = .running, counts: [TrialState: Int] = [.completed: 45, .running: 99],
        best: BestTrial? = nil, leading: BestTrial? = nil, progress: Double = 0.345,
        preparing: Double? = nil, eta: Double? = 1390, reason: String? = nil, metric: String = "val_accuracy"
    ) -> SweepReply {
        SweepReply(
            sweep: id, name: "cifar10-grid", state: state, closing: nil, reason: reason,
            trials: counts.values.reduce(0, +),
            counts: Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) }), best: best,
            leading: leading, metric: metric, priority: 0, progress: progress, preparing: preparing, etaSeconds: eta,
            activeSeconds: 723, testLooks: 0, submittedAt: time, startedAt: time,
            endedAt: state.isEnded ? time.addingTimeInterval(723) : nil, uid: 1000)
    }

    public static func completed(_ id: Int64 = 1) -> SweepReply {
        sweep(id, .completed, counts: [.completed: 144], best: best(), progress: 1, eta: nil)
    }

    public static func daemon() -> DaemonReply {
        DaemonReply(
            version: "0.1.0", wire: 1, pid: 4711, boot: "b", startedAt: time, uptimeSeconds: 11_100, workers: 2,
            busyWorkers: 2, instructionSet: "avx2", kernelRevision: 1, stateDirectory: "/var/lib/sweepd",
            dataDirectory: "/srv/data", memoryBytes: 1 << 30, trouble: nil)
    }

    public static func status(_ sweeps: [SweepReply]) -> StatusReply {
        StatusReply(daemon: daemon(), sweeps: sweeps, nextBefore: nil)
    }

    public static func trial(
        _ id: Int64 = 1, _ state: TrialState = .completed, rate: Double = 0.001, accuracy: Double? = 0.487,
        reason: String? = nil, epochs: [EpochPoint]? = nil
    ) -> TrialReply {
        let metrics = accuracy.map {
            TrialMetrics(valAccuracy: $0, trainAccuracy: 0.521, valLoss: 1.48, trainLoss: 1.25)
        }
        return TrialReply(
            Trial(
                id: id, sweep: 1, index: Int(id) - 1, state: state, reason: reason, parameters: parameters(rate),
                seed: 7, iteration: 2000, iterations: 2000, metrics: metrics, instructionSet: "avx2", seconds: 12.5,
                startedAt: time, endedAt: time), epochs: epochs)
    }

    public static func event(_ sequence: Int64, _ kind: EventContent.Kind, sweep: Int64 = 1) -> EventReply {
        EventReply(
            Event(
                sequence: sequence, at: time,
                content: EventContent(kind, sweep: sweep, caller: Caller(uid: 1000, pid: 99), detail: "done")))
    }
}
