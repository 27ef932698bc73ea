import Datasets
import FoundationEssentials
import NeuralCore
public import SweepModel

/// The one look at the test set.
extension SweepEngine {
    /// A completed trial with its model.
    struct Promotable: Sendable {
        var trial: Trial
        var model: StoredFile
        var metrics: TrialMetrics
    }

    /// Evaluates the model of the sweep's best trial, or of `trial`, on the test split, once: a second call for the same
    /// model returns what is stored.
    /// - Returns: the promotion, and whether this call measured it.
    public func promote(
        sweep: Int64?, trial: Int64?, caller: Caller
    ) async throws(EngineError) -> (promotion: Promotion, measuredNow: Bool) {
        let chosen = try await promotable(sweep: sweep, trial: trial)
        return try await once(chosen.model.digest, [chosen]) { () async throws(EngineError) in
            try await measure(chosen.trial, chosen.model, chosen.metrics, caller)
        }
    }

    /// What a promotion of the sweep's best trial, or of `trial`, is about.
    func promotable(sweep: Int64?, trial: Int64?) async throws(EngineError) -> Promotable {
        try await readyToPromote()
        let chosen = try await self.chosen(sweep: sweep, trial: trial)
        guard let model = chosen.model, let metrics = chosen.metrics else {
            throw EngineError(
                .conflict, "trial \(chosen.id) is \(chosen.state.rawValue) and has no model; promote a completed trial")
        }
        return Promotable(trial: chosen, model: model, metrics: metrics)
    }

    /// Everything that has happened is in the store, and the store takes more.
    func readyToPromote() async throws(EngineError) {
        if let trouble { throw EngineError(.full, "no promotion for now, it could not be recorded: \(trouble)") }
        _ = await recorder.flush()
    }

    /// The promotion that is stored under `digest`, or else what `measure` makes of the models, whose files are there
    /// meanwhile and stay: those that retention has removed are trained again first, to the same bits.
    func once(
        _ digest: String, _ members: [Promotable],
        _ measure: () async throws(EngineError) -> (promotion: Promotion, measuredNow: Bool)
    ) async throws(EngineError) -> (promotion: Promotion, measuredNow: Bool) {
        // One after the other, or two callers would both look at the test set.
        if !modelTurns.take(digest) { await withCheckedContinuation { modelTurns.wait(for: digest, $0) } }
        defer { modelTurns.giveBack(digest) }
        if let known = try await storing({ () async throws(StoreError) in
            try await store.promotion(modelDigest: digest)
        }) {
            return (known, false)
        }
        // Trained before files are held: while they are, no checkpoint is removed, and a training takes its time.
        try await bringBack(members)
        return try await holdingFiles { () async throws(EngineError) in
            try await bringBack(members)
            let result = try await measure()
            // Retention may have wanted them meanwhile.
            for member in members { folder.held.spare(member.model.path) }
            return result
        }
    }

    private func bringBack(_ members: [Promotable]) async throws(EngineError) {
        for member in members where !member.trial.isModelKept {
            if try await !has(member.model) { _ = try await makeAgain(member.model, of: member.trial) }
        }
    }

    private func measure(
        _ trial: Trial, _ model: StoredFile, _ metrics: TrialMetrics, _ caller: Caller
    ) async throws(EngineError) -> (promotion: Promotion, measuredNow: Bool) {
        guard let sweep = try await row(trial.sweep), let digest = sweep.datasetDigest else {
            throw EngineError(.notFound, "sweep \(trial.sweep) has no data set on record")
        }
        let reference = try await blocking.run { () throws(EngineError) in try Self.spec(of: sweep).reference }
        let test = try await data.openTest(reference, expecting: digest)
        let bytes = try await content(of: model, trial.id)
        let score = try await blocking.run { () throws(EngineError) in try Self.evaluate(bytes, on: test) }
        let promotion = Promotion(
            sweep: sweep.id, trial: trial.id, modelDigest: model.digest, datasetDigest: digest,
            valAccuracy: metrics.valAccuracy, correct: score.correct, testExamples: score.total,
            confusion: score.confusion, caller: caller, at: .now)
        let event = EventContent(
            .promoted, sweep: sweep.id, trial: trial.id, caller: caller,
            detail: "\(score.correct) of \(score.total) test samples right")
        let (stored, report) = try await storing { () async throws(StoreError) in
            try await store.promote(promotion, event: event)
        }
        hub.publish(report.events)
        return (stored, !report.events.isEmpty)
    }

    /// Throws unless the data set is there as the sweep began with it, and has test samples. None of them is looked at.
    public func requireTestData(of sweep: Sweep) async throws(EngineError) {
        let (spec, _) = try await material(of: sweep)
        guard let digest = sweep.datasetDigest else {
            throw EngineError(.notFound, "sweep \(sweep.id) has no data set on record")
        }
        _ = try await data.openTest(spec.reference, expecting: digest)
    }

    func chosen(sweep: Int64?, trial: Int64?) async throws(EngineError) -> Trial {
        if let trial {
            guard let row = try await storing({ () async throws(StoreError) in try await store.trial(trial) }) else {
                throw EngineError(.notFound, "there is no trial \(trial)")
            }
            if let sweep, row.sweep != sweep {
                throw EngineError(.conflict, "trial \(trial) belongs to sweep \(row.sweep), not to sweep \(sweep)")
            }
            return row
        }
        var id = sweep
        if id == nil { id = try await storing { () async throws(StoreError) in try await store.latestSweepID() } }
        guard let id,
            let summary = try await storing({ () async throws(StoreError) in try await store.summary(id) })
        else { throw EngineError(.notFound, sweep.map { "there is no sweep \($0)" } ?? "there is no sweep yet") }
        guard let best = try await best(of: summary) else {
            throw EngineError(
                .conflict,
                summary.sweep.state.isEnded
                    ? "no trial of sweep \(id) has completed, so there is nothing to promote"
                    : "sweep \(id) has no completed trial yet; wait for it, then promote")
        }
        return best
    }

    private nonisolated static func evaluate(
        _ bytes: [UInt8], on data: TestData
    ) throws(EngineError) -> (correct: Int, total: Int, confusion: Confusion?) {
        let (model, test) = (try model(bytes), data.test)
        do throws(NeuralCoreError) {
            let predictions = try model.predictions(on: test, using: Workspace())
            return (
                zip(test.labels, predictions).count { $0 == $1 }, test.count,
                Confusion(labels: test.labels, predictions: predictions, classes: test.classes)
            )
        } catch {
            throw EngineError(.damaged, "the model cannot be evaluated: \(error)")
        }
    }
}
