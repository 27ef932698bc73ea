public import Datasets
import NeuralCore
public import SweepModel

/// One configuration trained here and now, without a daemon; the code and the bits are those of the daemon's trials.
public struct SoloTrial {
    public struct Final: Sendable {
        public var state: TrialState
        public var reason: String?
        public var iteration: Int
        public var metrics: TrialMetrics?
        public var seconds: Double
        /// SHA-256 of the model.
        public var model: String?
    }

    private let trial: LiveTrial
    private let iterations: Int

    /// Reads the data; the first trial of `spec` is the one that will run.
    public init(_ spec: SweepSpec, locator: DatasetLocator) throws(EngineError) {
        let loaded: LoadedDataset
        do throws(DatasetError) { loaded = try locator.load(spec.reference) } catch {
            throw EngineError(.datasetUnavailable, error.message)
        }
        let plan = spec.trial(at: 0)
        let hyperparameters: Hyperparameters
        do throws(SweepFileError) { hyperparameters = try spec.hyperparameters(for: plan.parameters) } catch {
            throw EngineError(error)
        }
        let configuration = try TrainingConfiguration(
            checking: hyperparameters, spec: spec, trialSeed: plan.seed, training: loaded.training,
            image: loaded.imageShape)
        let data = SweepData(DataPool.Box(loaded), probe: spec.probe)
        iterations = configuration.iterations
        trial = LiveTrial(
            Trial(id: 0, sweep: 0, index: 0, state: .running, parameters: plan.parameters, seed: plan.seed),
            configuration: configuration, data: data.data(for: configuration), folder: StateFolder(path: ""))
    }

    /// Trains to the end on the calling thread; `report` gets each point of the curve as it comes.
    public func run(_ report: (EpochPoint) throws -> Void) rethrows -> Final {
        let workspace = Workspace()
        while true {
            let result = trial.train(using: workspace, budget: 0.2, checkpointEvery: .infinity)
            for epoch in result.epochs { try report(epoch) }
            guard let ending = result.ending else { continue }
            var final = Final(
                state: .completed, reason: nil, iteration: iterations, metrics: nil, seconds: result.seconds, model: nil
            )
            switch ending {
            case .completed(let metrics, let model, _):
                (final.metrics, final.model) = (metrics, StateFolder.digest(model))
                if result.stopped != nil { (final.reason, final.iteration) = (result.stopped, result.iteration) }
            case .diverged(let iteration, let loss):
                (final.state, final.iteration) = (.diverged, iteration)
                final.reason = SweepEngine.words(divergedAt: iteration, loss)
            case .failed(let message): (final.state, final.reason) = (.failed, message)
            case .saved, .standing: (final.state, final.reason) = (.failed, "the trial was saved instead of trained")
            }
            return final
        }
    }
}
