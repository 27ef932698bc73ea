import Datasets
import FoundationEssentials
import NeuralCore
public import SweepModel

/// Several models together, and their one look at the test set.
extension SweepEngine {
    /// Averages the probabilities of the sweep's `count` best completed trials and evaluates that on the validation and on the
    /// test split, once: a second call for the same models returns what is stored. With replicates it takes the best
    /// replicate of each of the `count` best configurations.
    /// - Returns: the promotion, and whether this call measured it.
    public func promote(
        sweep id: Int64, ensemble count: Int, mirrored: Bool = false, caller: Caller
    ) async throws(EngineError) -> (promotion: Promotion, measuredNow: Bool) {
        guard Promotion.ensembleSizes ~= count else {
            let sizes = Promotion.ensembleSizes
            throw EngineError(
                .invalidRequest, "an ensemble of \(count) models; write \(sizes.lowerBound) to \(sizes.upperBound)")
        }
        try await readyToPromote()
        guard let sweep = try await row(id), let dataset = sweep.datasetDigest else {
            throw EngineError(.notFound, "there is no sweep \(id) with a data set on record")
        }
        let trials = try await leaders(count, of: sweep)
        return try await promote(trials, of: sweep, dataset, mirrored: mirrored, caller)
    }

    /// Evaluates the model of the sweep's best trial, or of `trial`, on each image and on its mirror image, averages both
    /// answers, and records that: a promotion of its own beside the model's without mirror images.
    public func promoteMirrored(
        sweep: Int64?, trial: Int64?, caller: Caller
    ) async throws(EngineError) -> (promotion: Promotion, measuredNow: Bool) {
        let chosen = try await promotable(sweep: sweep, trial: trial)
        guard let sweep = try await row(chosen.trial.sweep), let dataset = sweep.datasetDigest else {
            throw EngineError(.notFound, "sweep \(chosen.trial.sweep) has no data set on record")
        }
        return try await promote([chosen], of: sweep, dataset, mirrored: true, caller)
    }

    private func promote(
        _ members: [Promotable], of sweep: Sweep, _ dataset: String, mirrored: Bool, _ caller: Caller
    ) async throws(EngineError) -> (promotion: Promotion, measuredNow: Bool) {
        let digest = Self.ensembleDigest(members.map(\.model.digest), mirrored: mirrored)
        return try await once(digest, members) { () async throws(EngineError) in
            try await measure(members, of: sweep, digest, dataset, mirrored: mirrored, caller)
        }
    }

    private func leaders(_ count: Int, of sweep: Sweep) async throws(EngineError) -> [Promotable] {
        let replicates = try Self.replicates(of: sweep)
        let query = TrialQuery(sweep: sweep.id, order: .ranking(sweep.metric), limit: replicates > 1 ? .max : count)
        var ranked = try await storing { () async throws(StoreError) in try await store.trials(query) }
        if replicates > 1 {
            ranked = ConfigurationOutcome.ranked(ranked, replicates: replicates, metric: sweep.metric)
                .compactMap(\.completed.first)
        }
        let found = ranked.prefix(count).compactMap { trial in
            trial.model.flatMap { model in
                trial.metrics.map { Promotable(trial: trial, model: model, metrics: $0) }
            }
        }
        guard found.count == count else {
            throw EngineError(
                .conflict,
                "sweep \(sweep.id) has \(found.count) completed \(replicates > 1 ? "configurations" : "trials"), an ensemble "
                    + "of \(count) needs as many; write a smaller number"
                    + (sweep.state.isEnded ? "" : ", or wait for them"))
        }
        return found
    }

    private func measure(
        _ trials: [Promotable], of sweep: Sweep, _ digest: String, _ dataset: String, mirrored: Bool, _ caller: Caller
    ) async throws(EngineError) -> (promotion: Promotion, measuredNow: Bool) {
        var models: [[UInt8]] = []
        for member in trials { models.append(try await content(of: member.model, member.trial.id)) }
        let (spec, training) = try await material(of: sweep)
        let validation = training.loaded.training.validation
        var image: ImageShape?
        if mirrored {
            image = await imageShape(spec.reference, dimension: validation.samples.dimension)
            guard image != nil else {
                throw EngineError(
                    .invalidRequest,
                    "mirror views need images, and the samples of \(spec.dataset.name) have no height and width; leave "
                        + "mirror out")
            }
        }
        let test = try await data.openTest(spec.reference, expecting: dataset)
        let (own, score) = try await blocking.run { [models, image] () throws(EngineError) in
            let members = try models.map { bytes throws(EngineError) in (model: try Self.model(bytes), weight: 1.0) }
            let ensemble = Ensemble(members)
            return (
                try Self.evaluate(ensemble, on: validation, mirroredAs: image),
                try Self.evaluate(ensemble, on: test.test, mirroredAs: image)
            )
        }
        let promotion = Promotion(
            sweep: sweep.id, trial: trials[0].trial.id, modelDigest: digest, datasetDigest: dataset,
            valAccuracy: Double(own.correct) / Double(max(own.total, 1)), correct: score.correct,
            testExamples: score.total, confusion: score.confusion,
            members: trials.map {
                Promotion.Member(
                    trial: $0.trial.id, modelDigest: $0.model.digest, weight: 1, valAccuracy: $0.metrics.valAccuracy)
            }, isMirrored: mirrored, caller: caller, at: .now)
        let event = EventContent(
            .promoted, sweep: sweep.id, trial: trials[0].trial.id, caller: caller,
            detail:
                "\(score.correct) of \(score.total) test samples right, by \(trials.count == 1 ? "one model" : "\(trials.count) models together")"
                + (mirrored ? " with mirror images" : ""))
        let (stored, report) = try await storing { () async throws(StoreError) in
            try await store.promote(promotion, event: event)
        }
        hub.publish(report.events)
        return (stored, !report.events.isEmpty)
    }

    private nonisolated static func evaluate(
        _ ensemble: Ensemble, on samples: LabelledSamples, mirroredAs image: ImageShape?
    ) throws(EngineError) -> (correct: Int, total: Int, confusion: Confusion?) {
        do throws(NeuralCoreError) {
            let predictions = try ensemble.predictions(on: samples, mirroredAs: image, using: Workspace())
            return (
                zip(samples.labels, predictions).count { $0 == $1 }, samples.count,
                Confusion(labels: samples.labels, predictions: predictions, classes: samples.classes)
            )
        } catch {
            throw EngineError(.damaged, "the models cannot be evaluated: \(error)")
        }
    }

    /// Of the same models in any order, with equal weights.
    nonisolated static func ensembleDigest(_ models: [String], mirrored: Bool = false) -> String {
        let how = "ensemble, equal weights" + (mirrored ? ", mirror images" : "")
        return StateFolder.digest(Array(([how] + models.sorted()).joined(separator: "\n").utf8))
    }
}
