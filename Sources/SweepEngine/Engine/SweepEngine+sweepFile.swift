import Datasets
import FoundationEssentials
import Logging
import NeuralCore
public import SweepModel

/// What a stored or submitted sweep file says.
extension SweepEngine {
    nonisolated static func parse(
        _ file: String, _ overrides: [SweepOverride], name: String?
    ) throws(EngineError) -> SweepSpec {
        do throws(SweepFileError) {
            return try SweepSpec(
                parsing: file, overrides: overrides, name: name, datasets: DatasetReference.names)
        } catch {
            throw EngineError(error)
        }
    }

    nonisolated static func expand(_ spec: SweepSpec) throws(EngineError) -> [SweepModel.TrialPlan] {
        do throws(SweepFileError) { return try spec.expand() } catch { throw EngineError(error) }
    }

    nonisolated static func configuration(
        of row: Trial, _ spec: SweepSpec, _ data: SweepData
    ) throws(EngineError) -> TrainingConfiguration {
        try configuration(row.parameters, row.seed, spec, data)
    }

    nonisolated static func configuration(
        _ parameters: ParameterAssignment, _ seed: UInt64, _ spec: SweepSpec, _ data: SweepData
    ) throws(EngineError) -> TrainingConfiguration {
        let hyperparameters: Hyperparameters
        do throws(SweepFileError) { hyperparameters = try spec.hyperparameters(for: parameters) } catch {
            throw EngineError(error)
        }
        return try TrainingConfiguration(
            checking: hyperparameters, spec: spec, trialSeed: seed, training: data.loaded.training,
            image: data.loaded.imageShape)
    }

    nonisolated static func encode(_ request: Request) throws(EngineError) -> String {
        // A key is compared by this text: the same overrides must always make the same one.
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        do {
            return String(decoding: try encoder.encode(request.allOverrides), as: UTF8.self)
        } catch {
            throw EngineError(.failed, "the overrides cannot be written: \(error)")
        }
    }

    /// Reads a stored sweep's file again.
    public nonisolated static func spec(of sweep: Sweep) throws(EngineError) -> SweepSpec {
        try parse(sweep.file, try decode(sweep.overrides), name: sweep.name)
    }

    /// A stored sweep's file with its overrides applied; its name may be the sweep's own.
    public nonisolated static func file(of sweep: Sweep) throws(EngineError) -> String {
        let overrides = try decode(sweep.overrides)
        do throws(SweepFileError) { return try SweepOverride.apply(overrides, to: sweep.file) } catch {
            throw EngineError(error)
        }
    }

    private nonisolated static func decode(_ overrides: String) throws(EngineError) -> [SweepOverride] {
        do {
            return try JSONDecoder().decode([SweepOverride].self, from: Data(overrides.utf8))
        } catch {
            throw EngineError(.damaged, "the overrides of this sweep cannot be read: \(error)")
        }
    }
}

extension EngineError {
    init(_ error: SweepFileError) {
        self.init(
            error.code == .tooLarge ? .tooLarge : .invalidSweep,
            error.issues.first?.description ?? "the sweep file is not valid", issues: error.issues)
    }
}

extension SweepData {
    /// Of one live trial, its optimizer's state and kept weights included.
    func memoryBytes(of configuration: TrainingConfiguration) -> Int {
        TrainingRun.memoryBytes(configuration, dimension: dimension(of: configuration), classes: classes)
    }

    /// Of the scratch memory that a worker needs for it.
    func workspaceBytes(of configuration: TrainingConfiguration) -> Int {
        Workspace.memoryBytes(configuration, dimension: dimension(of: configuration), classes: classes)
    }

    /// Floating-point operations of the whole training.
    func flop(of configuration: TrainingConfiguration) -> Double {
        configuration.flopPerIteration(dimension: dimension(of: configuration)) * Double(configuration.iterations)
    }

    /// Bytes that are needed while images are prepared.
    func scratchBytes(of preparation: Preparation) -> Int {
        sharedBytes(of: preparation)
            + preparation.canonical.scratchBytes(
                train: loaded.training.train.count, dimension: loaded.training.dimension, image: loaded.imageShape)
    }

    /// What live trials with the same preparation hold together.
    func shared(of configuration: TrainingConfiguration) -> Scheduler.SharedMemory? {
        let bytes = sharedBytes(of: configuration.preparation)
        return bytes > 0 ? Scheduler.SharedMemory(name: sharedName(of: configuration.preparation), bytes: bytes) : nil
    }
}

extension SweepSpec {
    /// The configurations with as many hidden units as the file allows.
    func largest(of configurations: [TrainingConfiguration]) -> [TrainingConfiguration] {
        let most = parameters.first { $0.name == "hidden_size" }?.domain.largest.map { Int($0) }
        return configurations.map { configuration in
            var configuration = configuration
            if let most { configuration.hiddenSize = max(configuration.hiddenSize, most) }
            return configuration
        }
    }
}
