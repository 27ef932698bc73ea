import Plots
import SweepAPI
import SweepAnalysis
import SweepEngine
import SweepModel
import SweepReport

/// Puts together what is known of sweeps and trials, for those who analyse and draw.
struct RecordLoader: Sendable {
    let engine: SweepEngine
    let store: any SweepStore

    /// What is read from files besides the rows.
    enum Extra: Sendable {
        /// The first layer's weights, from the model.
        case firstLayer
        /// The images of a promoted model's mistakes, from the test split.
        case mistakes
    }

    /// What a trial's record does not hold, because it belongs to the data set.
    struct DataSide: Sendable {
        var validationExamples: Int
        var pictures: TrialPictures
        var classes: Int
    }

    /// - Parameter withCurves: whether the learning curves are wanted; importance and tables do without.
    func sweep(_ id: Int64, withCurves: Bool = true) async throws(Problem) -> SweepRecord {
        guard let sweep = try await reading({ () async throws(StoreError) in try await store.sweep(id) }) else {
            throw Problem.noSweep(id)
        }
        let trials = try await reading { () async throws(StoreError) in try await store.trials(TrialQuery(sweep: id)) }
        var curves: [Int64: [EpochPoint]] = [:]
        if withCurves {
            curves = try await reading { () async throws(StoreError) in
                try await store.curves(sweep: id, withLosses: false)
            }
        }
        let promotions = try await reading { () async throws(StoreError) in
            try await store.promotions(sweep: id, limit: 1000)
        }
        let facts = try await asking { () async throws(EngineError) in try await engine.facts(of: sweep) }
        let spec = try await asking { () throws(EngineError) in try SweepEngine.spec(of: sweep) }
        var record = SweepRecord(
            sweep: sweep, spec: spec, trials: trials, curves: curves, promotions: promotions,
            validationExamples: facts.validationExamples ?? 0,
            classes: facts.classNames.isEmpty ? nil : facts.classNames.count)
        // The diagnosis looks at the best trial's minibatch losses; those of all trials would be too many.
        if withCurves, let best = record.best {
            record.curves[best.id] = try await reading { () async throws(StoreError) in
                try await store.epochs(trial: best.id)
            }
        }
        return record
    }

    /// What the classes of a sweep's data set are called; nil when nobody knows.
    func classNames(ofSweep id: Int64) async throws(Problem) -> [String]? {
        guard let sweep = try await reading({ () async throws(StoreError) in try await store.sweep(id) }) else {
            return nil
        }
        let facts = try await asking { () async throws(EngineError) in try await engine.facts(of: sweep) }
        return facts.classNames.isEmpty ? nil : facts.classNames
    }

    /// - Throws: a ``Problem`` also when the model is wanted and damaged.
    func trial(_ id: Int64, with extras: Set<Extra> = []) async throws(Problem) -> (TrialRecord, DataSide) {
        guard let trial = try await reading({ () async throws(StoreError) in try await store.trial(id) }),
            let sweep = try await reading({ () async throws(StoreError) in try await store.sweep(trial.sweep) })
        else { throw Problem.noTrial(id) }
        let epochs = try await reading { () async throws(StoreError) in try await store.epochs(trial: id) }
        var promotion: Promotion?
        if let digest = trial.model?.digest {
            promotion = try await reading { () async throws(StoreError) in
                try await store.promotion(modelDigest: digest)
            }
        }
        var layer: SweepEngine.FirstLayer?
        if extras.contains(.firstLayer) {
            layer = try await asking { () async throws(EngineError) in try await engine.firstLayer(trial: id) }
        }
        let facts = try await asking { () async throws(EngineError) in try await engine.facts(of: sweep) }
        var mistakes: [TileGrid.Picture] = []
        if extras.contains(.mistakes), let promotion {
            mistakes = try await asking { () async throws(EngineError) in
                try await engine.mistakePictures(promotion: promotion)
            }.pictures.map {
                TileGrid.Picture(width: $0.width, height: $0.height, channels: $0.channels, pixels: $0.pixels)
            }
        }
        let record = TrialRecord(
            trial: trial, epochs: epochs,
            firstLayer: layer.flatMap {
                FirstLayer(
                    width: $0.width, height: $0.height, channels: $0.channels, hidden: $0.hidden, weights: $0.weights)
            },
            promotion: promotion, hiddenUnits: trial.parameters["hidden_size"]?.integerValue ?? 0)
        let data = DataSide(
            validationExamples: facts.validationExamples ?? 0,
            pictures: TrialPictures(classNames: facts.classNames, mistakes: mistakes),
            classes: facts.classNames.count)
        return (record, data)
    }

    /// All that can be had of a trial: a model that is damaged or was removed costs only the pictures of its weights.
    func wholeTrial(_ id: Int64) async throws(Problem) -> (TrialRecord, DataSide) {
        do throws(Problem) {
            return try await trial(id, with: [.firstLayer, .mistakes])
        } catch {
            guard error.code == .failed || error.code == .conflict else { throw error }
            return try await trial(id, with: [.mistakes])
        }
    }
}
