public import Datasets
import Dispatch
import NeuralCore
import SweepModel
import Synchronization

/// Reads data sets on a queue of its own, and lets sweeps on the same data share the memory.
public final class DataPool: Sendable {
    /// A class, so that the pool can hold it weakly: the memory goes when the last sweep that uses it has ended.
    final class Box: Sendable {
        let loaded: LoadedDataset
        private let sources = Mutex<[Preparation: WeakSource]>([:])

        init(_ loaded: LoadedDataset) { self.loaded = loaded }

        /// The one that somebody holds, or a new one.
        func source(of preparation: Preparation) -> PreparationSource {
            sources.withLock { sources in
                if let known = sources[preparation]?.source { return known }
                let source = PreparationSource(preparation, of: loaded)
                sources = sources.filter { $0.value.source != nil }
                sources[preparation] = WeakSource(source: source)
                return source
            }
        }
    }

    private struct WeakSource: Sendable {
        weak var source: PreparationSource?
    }

    private struct Entry: Sendable {
        let reference: DatasetReference
        weak var box: Box?
    }

    public let locator: DatasetLocator
    /// Bytes that a data set may take in memory: asked before it is read.
    private let limit: Int
    private let queue = BlockingQueue("datasets")
    private let entries = Mutex<[Entry]>([])

    public init(locator: DatasetLocator, limit: Int = .max) { (self.locator, self.limit) = (locator, limit) }

    /// The training and validation splits, read from disk unless some sweep has them in memory.
    func data(_ reference: DatasetReference, probe: PreparedData.Probe) async throws(EngineError) -> SweepData {
        let box = try await queue.run { [self] () throws(EngineError) in
            if let box = known(reference) { return box }
            do throws(DatasetError) {
                let bytes = try locator.shape(of: reference).trainingBytes
                guard bytes <= limit else {
                    throw DatasetError(
                        .unsupported,
                        "the data set takes \(bytes >> 20) MiB, and \(limit >> 20) MiB of this machine's memory are for "
                            + "data; lower train or validation in \"dataset\"")
                }
                let box = Box(try locator.load(reference))
                entries.withLock { entries in
                    entries.removeAll { $0.box == nil || $0.reference == reference }
                    entries.append(Entry(reference: reference, box: box))
                }
                return box
            } catch {
                throw EngineError(.datasetUnavailable, error.message)
            }
        }
        return SweepData(box, probe: probe)
    }

    /// The test split: only for promotion, and to show what a promoted model got wrong.
    func openTest(_ reference: DatasetReference, expecting digest: String) async throws(EngineError) -> TestData {
        try await queue.run { [locator] () throws(EngineError) in
            do throws(DatasetError) {
                return try locator.openTest(reference, expecting: digest)
            } catch {
                throw EngineError(.datasetUnavailable, error.message)
            }
        }
    }

    /// Runs a look at the data folder on the pool's queue.
    public func inspect<R: Sendable>(
        _ body: @escaping @Sendable (DatasetLocator) throws(DatasetError) -> R
    ) async throws(EngineError) -> R {
        try await queue.run { [locator] () throws(EngineError) in
            do throws(DatasetError) {
                return try body(locator)
            } catch {
                throw EngineError(.datasetUnavailable, error.message)
            }
        }
    }

    private func known(_ reference: DatasetReference) -> Box? {
        entries.withLock { $0.first { $0.reference == reference }?.box }
    }
}

/// The data of one sweep, with what its trials ask for to be done to them.
///
/// What is prepared is shared with other sweeps on the same data, and kept while this one lives, as far as memory allows.
final class SweepData: Sendable {
    private let box: DataPool.Box
    private let probe: PreparedData.Probe
    /// The last used one last.
    private let held = Mutex<[PreparationSource]>([])

    init(_ box: DataPool.Box, probe: PreparedData.Probe) { (self.box, self.probe) = (box, probe) }

    var loaded: LoadedDataset { box.loaded }
    var classes: Int { loaded.training.classes }

    /// D of the networks of such trials.
    func dimension(of configuration: TrainingConfiguration) -> Int {
        configuration.preparation.inputs(dimension: loaded.training.dimension, image: loaded.imageShape)
    }

    /// Bytes that all trials with this preparation share, besides the data set itself.
    func sharedBytes(of preparation: Preparation) -> Int {
        let training = loaded.training
        return preparation.canonical.memoryBytes(
            train: training.train.count, validation: training.validation.count, dimension: training.dimension,
            element: training.train.samples.element, image: loaded.imageShape)
    }

    /// How long it takes to prepare images anew, by rule of thumb; 0 where there is nothing to do, or it cannot be done.
    func preparationSeconds(_ preparation: Preparation, operationsPerSecond: Double, threads: Int) -> Double {
        let job = try? PreparationJob(preparation, of: loaded.training, image: loaded.imageShape)
        return job?.seconds(operationsPerSecond: operationsPerSecond, threads: threads) ?? 0
    }

    /// The same for equal preparations of the same data only.
    func sharedName(of preparation: Preparation) -> String {
        "\(UInt(bitPattern: ObjectIdentifier(box).hashValue)) \(preparation.canonical)"
    }

    /// Data for a trial; they are made when they are first asked for.
    func data(for configuration: TrainingConfiguration) -> TrialData {
        let source = box.source(of: configuration.preparation.canonical)
        held.withLock { held in
            held.removeAll { $0 === source }
            held.append(source)
        }
        return TrialData(source: source, probe: probe)
    }

    /// Gives up what no live trial uses, the longest unused first, until the rest has at most `bytes`.
    func trim(to bytes: Int, inUse: Set<String>) {
        held.withLock { held in
            var left = bytes
            held = held.reversed().filter { source in
                if inUse.contains(sharedName(of: source.preparation)) { return true }
                left -= sharedBytes(of: source.preparation)
                return left >= 0
            }.reversed()
        }
    }
}

/// One preparation of one data set, made by whoever needs it first: several threads that wait for it help.
final class PreparationSource: Sendable {
    private enum State: Sendable {
        case new
        case underWay(PreparationJob)
        case done(PreparedSamples)
    }

    let preparation: Preparation
    private let loaded: LoadedDataset
    private let state = Mutex(State.new)

    init(_ preparation: Preparation, of loaded: LoadedDataset) {
        (self.preparation, self.loaded) = (preparation, loaded)
    }

    /// How much of it is made, about, 0…1; nil when nobody makes it, or it is done.
    var fraction: Double? {
        state.withLock { if case .underWay(let job) = $0 { job.fraction } else { nil } }
    }

    /// Nil if `seconds` were not enough.
    func samples(within seconds: Double) throws(NeuralCoreError) -> PreparedSamples? {
        let end = ContinuousClock.now + .seconds(min(seconds, 1e6))
        while true {
            guard let job = try job() else { break }
            let left = (end - .now).inSeconds
            if let samples = job.work(for: left) {
                state.withLock { $0 = .done(samples) }
                break
            }
            guard ContinuousClock.now < end else { break }
            // Others do what can be done now: the reduction of a matrix, which is one after the other, or the last pieces.
            _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(2))
        }
        return state.withLock { if case .done(let samples) = $0 { samples } else { nil } }
    }

    /// Nil when it is done.
    private func job() throws(NeuralCoreError) -> PreparationJob? {
        try state.withLock { (state) throws(NeuralCoreError) -> PreparationJob? in
            switch state {
            case .new:
                let job = try PreparationJob(preparation, of: loaded.training, image: loaded.imageShape)
                state = .underWay(job)
                return job
            case .underWay(let job): return job
            case .done: return nil
            }
        }
    }
}

/// Where a trial gets its data from.
struct TrialData: Sendable {
    let source: PreparationSource
    let probe: PreparedData.Probe

    /// Nil if `seconds` were not enough to make them: the next call goes on.
    func prepared(within seconds: Double) throws(NeuralCoreError) -> PreparedData? {
        try source.samples(within: seconds).map { PreparedData($0, probe: probe) }
    }
}
