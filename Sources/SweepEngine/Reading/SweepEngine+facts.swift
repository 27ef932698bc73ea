import Datasets
import Logging
import NeuralCore
public import SweepModel

extension SweepEngine {
    /// What there is to know of a sweep's data set without reading it.
    public struct DatasetFacts: Sendable, Equatable {
        /// Samples of the validation split; nil when the data set is not there and its sweep file does not say.
        public var validationExamples: Int?
        /// C names, in the order of the labels; empty when not known.
        public var classNames: [String]
    }

    /// From the sweep file and what is known of published data sets, or else from the headers of its files.
    public func facts(of sweep: Sweep) async throws(EngineError) -> DatasetFacts {
        if let loaded = contexts[sweep.id]?.data.loaded {
            return DatasetFacts(
                validationExamples: loaded.training.validation.count, classNames: loaded.classNames)
        }
        let reference = try await blocking.run { () throws(EngineError) in try Self.spec(of: sweep).reference }
        if let validation = reference.validation, let names = reference.classNames {
            return DatasetFacts(validationExamples: validation, classNames: names)
        }
        do throws(EngineError) {
            let shape = try await data.inspect { locator throws(DatasetError) in try locator.shape(of: reference) }
            return DatasetFacts(
                validationExamples: shape.validation,
                classNames: reference.classNames ?? (0..<shape.classes).map(String.init))
        } catch {
            logger.debug("the data set is not there", metadata: ["error": "\(error.message)"])
            return DatasetFacts(
                validationExamples: reference.validation ?? reference.publishedValidation,
                classNames: reference.classNames ?? [])
        }
    }
}
