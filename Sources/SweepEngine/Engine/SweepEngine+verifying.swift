import FoundationEssentials
import NeuralCore
import ServiceLifecycle
import SweepModel
import Synchronization

/// Proofs for a user: a trial trained again, a sweep's bookkeeping.
extension SweepEngine {
    public struct Verification: Sendable, Equatable {
        /// One sentence each; empty when every bit is the same.
        public var differences: [String]
        public var stored: String?
        public var again: String?
        public var seconds: Double
    }

    public struct Audit: Sendable, Equatable {
        public var findings: [String]
        public var trials: Int
        public var ended: Int
        public var digest: String
    }

    /// Trains an ended trial again from its start, beside the workers, and compares curve, result and weights bit for bit.
    ///
    /// One at a time; ends with ``EngineError/Code/refused`` when the task is cancelled or the daemon stops.
    public func verify(_ id: Int64) async throws(EngineError) -> Verification {
        _ = await recorder.flush()
        guard let trial = try await storing({ () async throws(StoreError) in try await store.trial(id) }) else {
            throw EngineError(.notFound, "there is no trial \(id)")
        }
        guard [.completed, .diverged, .pruned].contains(trial.state) else {
            throw EngineError(
                .conflict,
                "trial \(id) is \(trial.state.rawValue); only a completed, pruned or diverged trial can be verified")
        }
        guard let sweep = try await row(trial.sweep) else {
            throw EngineError(.notFound, "there is no sweep \(trial.sweep)")
        }
        let epochs = try await storing { () async throws(StoreError) in try await store.epochs(trial: id) }
        let (curve, result) = try await again(trial, of: sweep)
        return Self.compare(trial, epochs, curve, result)
    }

    /// Trains a trial from its start, beside the workers.
    func again(_ trial: Trial, of sweep: Sweep) async throws(EngineError) -> ([EpochPoint], SliceResult) {
        let (spec, data) = try await material(of: sweep)
        let configuration = try Self.configuration(of: trial, spec, data)
        // A start without the checkpoint, whatever it is.
        var fresh = trial
        (fresh.checkpoint, fresh.previousCheckpoint, fresh.seconds) = (nil, nil, 0)
        let live = LiveTrial(
            fresh, configuration: configuration, data: data.data(for: configuration), folder: folder)
        return try await again(live, until: trial.state == .pruned ? trial.iteration : nil)
    }

    private func again(_ trial: LiveTrial, until stop: Int?) async throws(EngineError) -> ([EpochPoint], SliceResult) {
        let isOver = Flag()
        return try await Self.raising(isOver) { () async throws(EngineError) in
            try await verifying.run { () throws(EngineError) in
                let workspace = Workspace()
                var curve: [EpochPoint] = []
                while !isOver.isRaised {
                    let result = trial.train(using: workspace, budget: 0.2, checkpointEvery: .infinity, until: stop)
                    curve += result.epochs
                    if result.ending != nil { return (curve, result) }
                }
                throw EngineError(.refused, "training again was given up: its caller is gone, or the daemon stops")
            }
        }
    }

    /// Raises `flag` when the task is cancelled or the service that it belongs to shuts down.
    private nonisolated static func raising<R: Sendable>(
        _ flag: Flag, _ body: () async throws(EngineError) -> R
    ) async throws(EngineError) -> R {
        let result: Result<R, EngineError> = await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                do throws(EngineError) { return .success(try await body()) } catch { return .failure(error) }
            } onGracefulShutdown: {
                flag.raise()
            }
        } onCancel: {
            flag.raise()
        }
        return try result.get()
    }

    private nonisolated static func compare(
        _ trial: Trial, _ epochs: [EpochPoint], _ curve: [EpochPoint], _ result: SliceResult
    ) -> Verification {
        var differences: [String] = []
        if curve.count != epochs.count {
            differences.append("\(epochs.count) epochs are stored, \(curve.count) came out")
        }
        if let first = zip(epochs, curve).first(where: { !$0.0.hasSameBits(as: $0.1) }) {
            differences.append("the learning curve differs from epoch \(first.0.epoch) on")
        }
        var digest: String?
        switch result.ending {
        case .completed(let metrics, let model, let deadUnits):
            digest = StateFolder.digest(model)
            if trial.state != .completed {
                differences.append("it is stored as \(trial.state.rawValue), and completed")
            }
            if trial.reason != result.stopped {
                differences.append(
                    "it is stored as \(trial.reason ?? "trained to its end"), and \(result.stopped ?? "trained to its end")"
                )
            }
            if let stored = trial.metrics, !stored.hasSameBits(as: metrics) { differences.append("the results differ") }
            if let stored = trial.model, stored.digest != digest { differences.append("the weights differ") }
            if let stored = trial.deadUnits, stored != deadUnits {
                differences.append("\(stored) units were dead, \(deadUnits) are")
            }
        case .diverged(let iteration, let loss):
            if trial.state != .diverged || trial.reason != words(divergedAt: iteration, loss) {
                differences.append("it is stored as \(trial.state.rawValue), and diverged at iteration \(iteration)")
            }
        case .failed(let message):
            differences.append("training it again failed: \(message)")
        case .standing where trial.state == .pruned:
            break
        case .saved, .standing, nil:
            differences.append("training it again did not come to an end")
        }
        return Verification(
            differences: differences, stored: trial.model?.digest, again: digest, seconds: result.seconds)
    }

    /// Each index exactly once, no gaps, no doubles, each end state with what belongs to it.
    public func audit(_ id: Int64) async throws(EngineError) -> Audit {
        _ = await recorder.flush()
        guard let sweep = try await row(id) else { throw EngineError(.notFound, "there is no sweep \(id)") }
        let trials = try await storing { () async throws(StoreError) in try await store.trials(TrialQuery(sweep: id)) }
        let curves = try await storing { () async throws(StoreError) in
            try await store.curves(sweep: id, withLosses: false)
        }
        // A trial that was tried again has another result than the one from which later trials were chosen.
        let wasRetried = try await storing { () async throws(StoreError) in
            try await store.events(after: 0, sweep: id, limit: .max).contains { $0.content.kind == .trialsRetried }
        }
        let plans = try await Self.choices(
            try Self.spec(of: sweep), trials, curves, rechecking: !wasRetried, on: choosing)
        return Self.audit(sweep, trials, plans)
    }

    /// What each trial should be: as the file says, or as its cohort is chosen from the results before it.
    ///
    /// - Parameters:
    ///   - rechecking: false takes what was chosen as it is.
    ///   - queue: takes one cohort after the other, so that sweeps that wait for theirs come in between.
    private nonisolated static func choices(
        _ spec: SweepSpec, _ trials: [Trial], _ curves: [Int64: [EpochPoint]], rechecking: Bool, on queue: BlockingQueue
    ) async throws(EngineError) -> [SweepModel.TrialPlan] {
        var plans = try await queue.run { () throws(EngineError) in try expand(spec) }
        var history = SweepHistory(spec, count: plans.count)
        for trial in trials where plans.indices.contains(trial.index) {
            history.restore(trial, nil, curves[trial.id] ?? [])
        }
        var next = 0
        while next < plans.count, trials.count == plans.count {
            guard plans[next].parameters.entries.isEmpty, let cohort = spec.cohort(of: next) else {
                next += 1
                continue
            }
            next = cohort.upperBound
            guard trials[cohort].contains(where: { !$0.isUndecided }) else { continue }
            if rechecking {
                let results = history.results(before: cohort.lowerBound)
                let chosen = try await queue.run { () throws(EngineError) in try suggest(cohort, after: results, spec) }
                for plan in chosen where !trials[plan.index].isUndecided { plans[plan.index] = plan }
            } else {
                for trial in trials[cohort] {
                    plans[trial.index] = SweepModel.TrialPlan(
                        index: trial.index, parameters: trial.parameters, seed: trial.seed)
                }
            }
        }
        return plans
    }

    private nonisolated static func audit(
        _ sweep: Sweep, _ trials: [Trial], _ plans: [SweepModel.TrialPlan]
    ) -> Audit {
        var findings: [String] = []
        if trials.map(\.index) != Array(0..<sweep.trials) {
            findings.append("the indices are not 0 to \(sweep.trials - 1), each once")
        }
        for trial in trials where plans.indices.contains(trial.index) {
            let plan = plans[trial.index]
            if plan.parameters != trial.parameters || plan.seed != trial.seed {
                findings.append(
                    "trial \(trial.id) does not have the parameters that its sweep file gives index \(trial.index)")
            }
        }
        for trial in trials {
            switch trial.state {
            case .completed where trial.metrics == nil || trial.model == nil:
                findings.append("trial \(trial.id) is completed without a result")
            case .diverged where trial.reason == nil, .failed where trial.reason == nil,
                .pruned where trial.reason == nil:
                findings.append("trial \(trial.id) is \(trial.state.rawValue) without a reason")
            case .running where sweep.state.isEnded, .queued where sweep.state.isEnded:
                findings.append("trial \(trial.id) is \(trial.state.rawValue) in an ended sweep")
            default: break
            }
        }
        let text = trials.map { $0.auditLine }.joined(separator: "\n")
        return Audit(
            findings: findings, trials: trials.count, ended: trials.count { $0.state.isEnded },
            digest: StateFolder.digest(Array(text.utf8)))
    }
}

/// A request to end, for work that cannot be cancelled from outside.
private final class Flag: Sendable {
    private let state = Atomic(false)

    var isRaised: Bool { state.load(ordering: .relaxed) }

    func raise() { state.store(true, ordering: .relaxed) }
}

extension Trial {
    /// What must be the same in every run of the same sweep, as text.
    fileprivate var auditLine: String {
        let bits = metrics.map {
            [$0.valAccuracy, $0.trainAccuracy, $0.valLoss, $0.trainLoss].map { String($0.bitPattern, radix: 16) }
        }
        return ([String(index), String(seed), state.rawValue, String(iteration), model?.digest ?? "-"] + (bits ?? []))
            .joined(separator: " ")
    }
}

extension TrialMetrics {
    func hasSameBits(as other: TrialMetrics) -> Bool {
        valAccuracy.bitPattern == other.valAccuracy.bitPattern
            && trainAccuracy.bitPattern == other.trainAccuracy.bitPattern
            && valLoss.bitPattern == other.valLoss.bitPattern && trainLoss.bitPattern == other.trainLoss.bitPattern
    }
}

extension EpochPoint {
    /// Time apart, and what a version did not record that knew less of a curve: a trial that it began may have its first
    /// points without norm, ratio and losses, and one of them with the later losses only.
    func hasSameBits(as again: EpochPoint) -> Bool {
        epoch == again.epoch && iteration == again.iteration && metrics.hasSameBits(as: again.metrics)
            && learningRate.bitPattern == again.learningRate.bitPattern
            && (weightNorm == nil || weightNorm?.bitPattern == again.weightNorm?.bitPattern)
            && (updateRatio == nil || updateRatio?.bitPattern == again.updateRatio?.bitPattern)
            && losses.elementsEqual(again.losses.suffix(losses.count)) {
                $0.iteration == $1.iteration && $0.loss.bitPattern == $1.loss.bitPattern
            }
    }
}
