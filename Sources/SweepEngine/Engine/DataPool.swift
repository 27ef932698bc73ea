public import Datasets
import NeuralCore
import SweepModel
import Synchronization

/// Reads data sets on a queue of its own, and lets sweeps on the same data share the memory.
public final class DataPool: Sendable {
    /// A class, so that the pool can hold it weakly: the memory goes when the last sweep that uses it has ended.
    final class Box: Sendable {
        let loaded: LoadedDataset

        init(_ loaded: LoadedDataset) { self.loaded = loaded }
    }

    private struct Entry: Sendable {
        let reference: DatasetReference
        weak var box: Box?
    }

    public let locator: DatasetLocator
    private let queue = BlockingQueue("datasets")
    private let entries = Mutex<[Entry]>([])

    public init(locator: DatasetLocator) { self.locator = locator }

    /// The training and validation splits, read from disk unless some sweep has them in memory.
    func data(_ reference: DatasetReference, probe: PreparedData.Probe) async throws(EngineError) -> SweepData {
        let box = try await queue.run { [self] () throws(EngineError) in
            if let box = known(reference) { return box }
            do throws(DatasetError) {
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

/// The data of one sweep, with the statistics of each kind of preprocessing that its trials ask for.
final class SweepData: Sendable {
    private let box: DataPool.Box
    private let probe: PreparedData.Probe
    private let prepared = Mutex<[TrainingConfiguration.Preprocess: PreparedData]>([:])

    init(_ box: DataPool.Box, probe: PreparedData.Probe) { (self.box, self.probe) = (box, probe) }

    var loaded: LoadedDataset { box.loaded }
    var dimension: Int { loaded.training.dimension }
    var classes: Int { loaded.training.classes }

    /// Computed at the first call.
    func prepared(_ preprocess: TrainingConfiguration.Preprocess) -> PreparedData {
        prepared.withLock { known in
            if let data = known[preprocess] { return data }
            let data = PreparedData(loaded.training, preprocess: preprocess, probe: probe)
            known[preprocess] = data
            return data
        }
    }
}
