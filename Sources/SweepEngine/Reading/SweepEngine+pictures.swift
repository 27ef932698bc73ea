import Datasets
import Logging
import NeuralCore
public import SweepModel

/// What is shown as pictures: the first layer's weights, and images that a promoted model got wrong.
extension SweepEngine {
    /// W1 of a model whose samples are images.
    public struct FirstLayer: Sendable, Equatable {
        public var width: Int
        public var height: Int
        public var channels: Int
        /// H.
        public var hidden: Int
        /// D×H, row-major: `weights[d * hidden + h]` with `d = (y * width + x) * channels + c`.
        public var weights: [Float]
    }

    /// Pixels row by row, from the top, each of `channels` bytes.
    public struct Picture: Sendable, Equatable {
        public var width: Int
        public var height: Int
        /// 1 (grey) or 3 (red, green, blue).
        public var channels: Int
        public var pixels: [UInt8]
    }

    public struct MistakePictures: Sendable, Equatable {
        /// C names, in the order of the labels.
        public var classNames: [String]
        /// In the order of the promotion's mistakes; empty when the test split cannot be read any more, is no longer
        /// what was measured, or holds no images.
        public var pictures: [Picture]
    }

    /// Of the weights that a completed trial keeps, without a look at its data set if that is a known one.
    ///
    /// Weights of whitened pixels are shown as what they are for the pixels. Nil for a trial without a model, for samples that
    /// are no images, and for a model that does not see pixels. Throws ``EngineError/Code/damaged`` when the
    /// model's file is not what was recorded, ``EngineError/Code/conflict`` when retention has removed it.
    public func firstLayer(trial id: Int64) async throws(EngineError) -> FirstLayer? {
        guard let trial = try await storing({ () async throws(StoreError) in try await store.trial(id) }) else {
            throw EngineError(.notFound, "there is no trial \(id)")
        }
        guard let file = trial.model, let sweep = try await row(trial.sweep) else { return nil }
        guard trial.isModelKept else {
            throw EngineError(
                .conflict,
                "the model of trial \(id) was removed, as it was not among the best of its sweep; \(Self.remedy(id))")
        }
        let bytes = try await content(of: file, id)
        let (reference, model) = try await blocking.run { () throws(EngineError) in
            (try Self.spec(of: sweep).reference, try Self.model(bytes))
        }
        guard let shape = await imageShape(reference, dimension: model.sampleDimension),
            let weights = model.pixelWeights
        else { return nil }
        return FirstLayer(
            width: shape.width, height: shape.height, channels: shape.channels, hidden: model.hidden, weights: weights)
    }

    /// The images of a promotion's mistakes. Nothing is evaluated: this is no further look at the test set.
    ///
    /// The first call for a promotion reads the data set, as the promotion did, and checks that it is still the same.
    public func mistakePictures(promotion: Promotion) async throws(EngineError) -> MistakePictures {
        if let known = pictures.first(where: { $0.promotion == promotion.id })?.pictures { return known }
        let none = MistakePictures(classNames: [], pictures: [])
        guard let sweep = try await row(promotion.sweep) else { return none }
        let reference = try await blocking.run { () throws(EngineError) in try Self.spec(of: sweep).reference }
        let classes = promotion.confusion?.counts.count ?? 0
        var result = MistakePictures(
            classNames: reference.classNames ?? (0..<classes).map(String.init), pictures: [])
        guard let mistakes = promotion.confusion?.mistakes, !mistakes.isEmpty else { return result }
        do throws(EngineError) {
            let test = try await data.openTest(reference, expecting: promotion.datasetDigest).test
            guard let shape = await imageShape(reference, dimension: test.samples.dimension) else { return result }
            guard mistakes.allSatisfy({ 0..<test.count ~= $0.sample }) else { return result }
            result.pictures = mistakes.map { Picture(row: $0.sample, of: test.samples, shape) }
            // Some hundred kilobytes each.
            pictures = pictures.suffix(3) + [(promotion.id, result)]
        } catch {
            logger.info("no pictures of mistakes", metadata: ["error": "\(error.message)"])
        }
        return result
    }

    /// As the data set says, or else by the number of values.
    func imageShape(_ reference: DatasetReference, dimension: Int) async -> ImageShape? {
        if reference.name == "npz" {
            do throws(EngineError) {
                let shape = try await data.inspect { locator throws(DatasetError) in try locator.shape(of: reference) }
                if let image = shape.image, image.size == dimension { return image }
            } catch {
                logger.debug("the data set's shape is not known", metadata: ["error": "\(error.message)"])
            }
        }
        return ImageShape(dimension: dimension)
    }

    nonisolated static func model(_ bytes: [UInt8]) throws(EngineError) -> Model {
        do throws(NeuralCoreError) { return try Model(decoding: bytes) } catch {
            throw EngineError(.damaged, "the model cannot be read: \(error.message)")
        }
    }
}

extension SweepEngine.Picture {
    /// Bytes as they are; other values stretched, so that the smallest is black and the largest white. Of two channels
    /// the first is shown, of more than three the first three.
    init(row: Int, of samples: SampleMatrix, _ shape: ImageShape) {
        let channels = shape.channels < 3 ? 1 : 3
        var values: [Double] = []
        values.reserveCapacity(shape.width * shape.height * channels)
        for pixel in 0..<shape.width * shape.height {
            for channel in 0..<channels { values.append(samples[row, pixel * shape.channels + channel]) }
        }
        if samples.element != .byte, let least = values.min(), let most = values.max() {
            let scale = most > least ? 255 / (most - least) : 0
            values = values.map { (($0 - least) * scale).rounded() }
        }
        let pixels = values.map { UInt8(min(255, max(0, $0))) }
        self.init(width: shape.width, height: shape.height, channels: channels, pixels: pixels)
    }
}
