import Testing

@testable import NeuralCore

@Suite struct PreparationTests {
    private static let image = ImageShape(height: 8, width: 12, channels: 3)

    /// The fixture's images: 36 for training, 4 for validation.
    private static func data(floats: Bool = false) -> TrainingData {
        let digits = Array(PreparingFixture.images.utf8).map { $0 >= 97 ? $0 - 87 : $0 - 48 }
        let values = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        let count = values.count / image.size
        let samples =
            floats
            ? SampleMatrix(floats: count, dimension: image.size) { for i in $0.indices { $0[i] = Float(values[i]) } }
            : SampleMatrix(bytes: count, dimension: image.size) { for i in $0.indices { $0[i] = values[i] } }
        let all = LabelledSamples(samples: samples, labels: (0..<count).map { UInt16($0 % 3) }, classes: 3)
        return TrainingData(train: all.slice(0..<36), validation: all.slice(36..<count))
    }

    private static func prepared(_ preparation: Preparation, floats: Bool = false) throws -> PreparedSamples {
        try PreparedData(data(floats: floats), preparation: preparation, image: image).samples
    }

    private static func all(
        _ preprocess: TrainingConfiguration.Preprocess, store: Preparation.Store = .float32, flip: Bool = false,
        shift: Int = 0
    ) -> Preparation {
        Preparation(
            preprocess: preprocess, pcaComponents: 20, pcaEpsilon: 0.01, flip: flip, shift: shift,
            features: [.pixels, .hog, .color], store: store)
    }

    /// Largest difference of the rows of `samples` to numbers of the fixture, as the kernels see them.
    private static func difference(_ samples: SampleMatrix, _ preprocessing: Preprocessing, _ text: String) -> Double {
        let expected = PreparingFixture.numbers(text)
        guard expected.count == samples.count * samples.dimension else { return .infinity }
        var largest = 0.0
        for row in 0..<samples.count {
            for c in 0..<samples.dimension {
                let value = (samples[row, c] - Double(preprocessing.mean[c])) * Double(preprocessing.scale[c])
                largest = max(largest, abs(value - expected[row * samples.dimension + c]))
            }
        }
        return largest
    }

    // MARK: Against NumPy

    @Test func whitenedGroupsAgreeWithNumPy() throws {
        let result = try Self.prepared(Self.all(.contrastPCA))
        #expect(result.data.dimension == 60 && result.data.train.count == 36)
        let validation = result.data.validation.samples
        #expect(Self.difference(validation, result.preprocessing, PreparingFixture.whitened) < 2e-3)
    }

    @Test func standardizedGroupsAgreeWithNumPy() throws {
        let result = try Self.prepared(Self.all(.standardize))
        #expect(result.data.dimension == 288 + 2 * 3 * 31 + 96)
        let validation = result.data.validation.samples
        #expect(Self.difference(validation, result.preprocessing, PreparingFixture.standardized) < 1e-3)
    }

    @Test func bytesAreTheSameWithinHalfAStep() throws {
        let result = try Self.prepared(Self.all(.contrastPCA, store: .byte))
        #expect(result.data.train.samples.element == .byte)
        let plain = try Self.prepared(Self.all(.contrastPCA))
        let step = try #require(result.preprocessing.scale.max())
        for row in 0..<36 {
            for c in 0..<60 {
                let value = (result.data.train.samples[row, c] - 128) * Double(result.preprocessing.scale[c])
                #expect(abs(value - plain.data.train.samples[row, c]) <= Double(step) * 0.501)
            }
        }
    }

    @Test func whitenedTrainingRowsHaveUnitVariance() throws {
        let result = try Self.prepared(Preparation(preprocess: .contrastPCA, pcaComponents: 10, pcaEpsilon: 0))
        let rows = result.data.train.samples
        for i in 0..<10 {
            for j in 0...i {
                let sum = (0..<36).reduce(0.0) { $0 + rows[$1, i] * rows[$1, j] } / 36
                #expect(abs(sum - (i == j ? 1 : 0)) < 1e-4, "\(i), \(j)")
            }
        }
    }

    @Test func floatsMakeTheSameRowsAsBytes() throws {
        for preprocess in [TrainingConfiguration.Preprocess.contrastPCA, .standardize] {
            let bytes = try Self.prepared(Self.all(preprocess)),
                floats = try Self.prepared(Self.all(preprocess), floats: true)
            for row in 0..<4 {
                for c in 0..<bytes.data.dimension {
                    #expect(abs(bytes.data.validation.samples[row, c] - floats.data.validation.samples[row, c]) < 1e-3)
                }
            }
        }
    }

    // MARK: Views

    @Test func viewsOfBytesAreTheImagesMoved() throws {
        let result = try Self.prepared(Preparation(preprocess: .standardize, flip: true, shift: 2))
        let views = Preparation(preprocess: .standardize, flip: true, shift: 2).views
        #expect(views.count == 50 && views.first == Preparation.View() && Set(views.map { "\($0)" }).count == 50)
        #expect(result.data.train.count == 50 * 36 && result.trainCount == 36 && result.data.validation.count == 4)
        let (plain, rows) = (Self.data().train, result.data.train)
        for (number, view) in views.enumerated() {
            for row in [0, 35] {
                #expect(rows.labels[number * 36 + row] == plain.labels[row])
                for y in 0..<8 {
                    for x in 0..<12 {
                        let from = (min(max(y + view.down, 0), 7), min(max(x + view.right, 0), 11))
                        let column = view.isMirrored ? 11 - from.1 : from.1
                        for c in 0..<3 {
                            let here = rows.samples[number * 36 + row, (y * 12 + x) * 3 + c]
                            #expect(here == plain.samples[row, (from.0 * 12 + column) * 3 + c])
                        }
                    }
                }
            }
        }
        // What is measured is measured on the images as they are.
        #expect(result.preprocessing == Preprocessing(kind: .standardize, of: Self.data()))
    }

    @Test func aMovedImageAgreesWithNumPy() throws {
        let view = Preparation.View(down: 1, right: -2, isMirrored: true)
        let number = try #require(
            Preparation(preprocess: .mean, flip: true, shift: 2).views.firstIndex { $0 == view })
        let validation = Self.data().validation
        let turned = TrainingData(train: validation, validation: validation)
        let rows = try PreparedData(
            turned, preparation: Preparation(preprocess: .mean, flip: true, shift: 2), image: Self.image
        ).data.train.samples
        let expected = PreparingFixture.numbers(PreparingFixture.moved)
        for (i, value) in expected.enumerated() {
            #expect(rows[number * 4 + i / Self.image.size, i % Self.image.size] == value)
        }
    }

    /// Each view of each image is what the transform of a model makes of it.
    @Test func rowsOfViewsAreThoseOfMovedImages() throws {
        let preparation = Self.all(.contrastPCA, flip: true, shift: 1)
        let result = try Self.prepared(preparation)
        let transform = try #require(result.transform)
        #expect(result.data.train.count == 18 * 36)
        let mirrored = transform.apply(to: Self.data().train.samples, mirrored: true)
        let number = try #require(preparation.views.firstIndex { $0 == Preparation.View(isMirrored: true) })
        for row in 0..<36 {
            for c in 0..<60 { #expect(result.data.train.samples[number * 36 + row, c] == mirrored[row, c]) }
        }
        let plain = transform.apply(to: Self.data().validation.samples)
        for row in 0..<4 { for c in 0..<60 { #expect(result.data.validation.samples[row, c] == plain[row, c]) } }
    }

    // MARK: The same everywhere

    @Test func threadsChangeNoBit() async throws {
        for preparation in [Self.all(.contrastPCA, flip: true, shift: 1), Self.all(.standardize, store: .byte)] {
            let alone = try Self.prepared(preparation)
            let job = try PreparationJob(preparation, of: Self.data(), image: Self.image)
            let results = await withTaskGroup(of: PreparedSamples?.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        var result = job.work()
                        while result == nil {
                            await Task.yield()
                            result = job.work()
                        }
                        return result
                    }
                }
                return await group.reduce(into: [PreparedSamples?]()) { $0.append($1) }
            }
            for result in results {
                #expect(result?.fingerprint == alone.fingerprint && result?.transform == alone.transform)
                let same = result?.data.train.samples.withRawBytes { one in
                    alone.data.train.samples.withRawBytes { two in one.elementsEqual(two) }
                }
                #expect(same == true)
            }
        }
    }

    @Test func aPieceAtATimeComesToTheSameEnd() throws {
        let preparation = Self.all(.contrastPCA, flip: true)
        let job = try PreparationJob(preparation, of: Self.data(), image: Self.image)
        var fractions = [job.fraction]
        var result = job.work(for: 0)
        while result == nil {
            fractions.append(job.fraction)
            result = job.work(for: 0)
        }
        #expect(fractions.count > 20)
        #expect(fractions.first == 0 && fractions == fractions.sorted() && Set(fractions).count > 10)
        #expect(fractions.allSatisfy { $0 <= 1 } && abs(job.fraction - 1) < 1e-12)
        #expect(try result?.fingerprint == Self.prepared(preparation).fingerprint)
    }

    // MARK: Refusals

    @Test(arguments: [
        (Preparation(preprocess: .mean, flip: true), "flip needs images"),
        (Preparation(preprocess: .mean, shift: 1), "shift needs images"),
        (Preparation(preprocess: .standardize, features: .hog), "features needs images"),
    ]) func whatNeedsImagesIsRefusedForOtherSamples(preparation: Preparation, sentence: String) throws {
        for image in [nil, ImageShape(height: 8, width: 8, channels: 3)] {
            let error = #expect(throws: NeuralCoreError.self) {
                try PreparedData(Self.data(), preparation: preparation, image: image)
            }
            #expect(error?.message.hasPrefix(sentence) == true)
        }
    }

    @Test(arguments: [
        (Preparation(preprocess: .mean, shift: 5), "use 0 to 4"),
        (Preparation(preprocess: .contrastPCA, pcaComponents: 289), "use 1 to 288"),
        (Preparation(preprocess: .contrastPCA, pcaComponents: 37), "lower pca_components to 36"),
        (Preparation(preprocess: .contrastPCA, pcaComponents: 0), "use 1 or more"),
        (Preparation(preprocess: .contrastPCA, pcaComponents: 9, pcaEpsilon: -1), "use 0 or more"),
        (Preparation(preprocess: .mean, features: [.pixels, .hog]), "write preprocess"),
    ]) func valuesOutOfRangeAreRefused(preparation: Preparation, sentence: String) throws {
        let error = #expect(throws: NeuralCoreError.self) {
            try PreparedData(Self.data(), preparation: preparation, image: Self.image)
        }
        #expect(error?.message.contains(sentence) == true, "\(error?.message ?? "")")
    }

    // MARK: Training and models

    private static func configuration(_ preparation: Preparation, bf16: Bool = false) -> TrainingConfiguration {
        Fixtures.configuration(iterations: 40) {
            $0.preparation = preparation
            $0.precision = bf16 ? .bf16 : .float32
        }
    }

    @Test(arguments: [
        (all(.contrastPCA, flip: true, shift: 1), false), (all(.standardize, store: .byte, flip: true), true),
        (Preparation(preprocess: .standardize, flip: true, shift: 1), false),
    ]) func aTrainingGoesOnFromACheckpointWithTheSameBits(preparation: Preparation, bf16: Bool) throws {
        let data = try PreparedData(Self.data(), preparation: preparation, image: Self.image)
        let configuration = Self.configuration(preparation, bf16: bf16)
        let whole = try TrainingRun(configuration, data: data), workspace = Workspace()
        #expect(whole.iterationsPerEpoch == 36 / 17)
        let halves = try TrainingRun(configuration, data: data)
        while halves.iteration < 15 { _ = halves.advance(maxIterations: 1, using: workspace) }
        let again = try TrainingRun(configuration, data: data, restoring: halves.checkpoint())
        for run in [whole, again] { while run.iteration < 40 { _ = run.advance(maxIterations: 7, using: workspace) } }
        #expect(whole.model() == again.model())
        let other = try PreparedData(
            Self.data(), preparation: Preparation(preprocess: .mean, flip: true), image: Self.image)
        #expect(throws: NeuralCoreError.self) { try TrainingRun(configuration, data: other) }
    }

    @Test(arguments: [
        (all(.contrastPCA, flip: true), false), (all(.standardize, store: .byte), true),
        (Preparation(preprocess: .contrastPCA, pcaComponents: 7), false),
        (Preparation(preprocess: .mean, features: [.hog, .color]), false),
        (Preparation(preprocess: .standardize, flip: true), false),
    ]) func aModelPreparesSamplesAsItsTrainingDid(preparation: Preparation, bf16: Bool) throws {
        let data = try PreparedData(Self.data(), preparation: preparation, image: Self.image)
        let run = try TrainingRun(Self.configuration(preparation, bf16: bf16), data: data), workspace = Workspace()
        var outcome: Outcome?
        while outcome == nil {
            if case .finished(_, let result) = run.advance(maxIterations: 100, using: workspace) { outcome = result }
        }
        let model = try Model(decoding: run.model().encoded())
        #expect(model == run.model() && model.sampleDimension == 288)
        let validation = Self.data().validation
        let score = try model.accuracy(on: validation, using: workspace)
        #expect(Double(score.correct) / Double(score.total) == outcome?.valAccuracy && score.loss == outcome?.valLoss)
        #expect(try model.predictions(on: validation, using: workspace).count == 4)
        #expect(throws: NeuralCoreError.self) {
            try model.predictions(
                on: Fixtures.byteSamples(3, dimension: 287, classes: 3, seed: 1), using: workspace)
        }
    }

    /// Of an image that is its own mirror image, nothing changes; of others, the mean of both logits decides.
    @Test func mirrorViewsAreAveraged() throws {
        let preparation = Self.all(.contrastPCA, flip: true)
        let data = try PreparedData(Self.data(), preparation: preparation, image: Self.image)
        let run = try TrainingRun(Self.configuration(preparation), data: data), workspace = Workspace()
        while case .epoch = run.advance(maxIterations: 100, using: workspace) {}
        let model = run.model()
        let samples = Self.data().train
        let both = try model.predictions(on: samples, mirroredAs: Self.image, using: workspace)
        let turned = LabelledSamples(
            samples: samples.samples.mirrored(Self.image), labels: samples.labels, classes: samples.classes)
        #expect(try both == model.predictions(on: turned, mirroredAs: Self.image, using: workspace))
        let symmetric = LabelledSamples(
            samples: SampleMatrix(bytes: 1, dimension: 288) { for i in $0.indices { $0[i] = UInt8(i / 36 * 30) } },
            labels: [0], classes: 3)
        #expect(
            try model.predictions(on: symmetric, mirroredAs: Self.image, using: workspace)
                == model.predictions(on: symmetric, using: workspace))
        #expect(throws: NeuralCoreError.self) {
            try model.predictions(
                on: samples, mirroredAs: ImageShape(height: 2, width: 2, channels: 3), using: workspace)
        }
    }

    /// W1 for pixels: a change of one pixel moves Z1 as much as these weights say.
    @Test func weightsOfPixelsAreThoseThatTheHiddenUnitsFeel() throws {
        let preparation = Preparation(preprocess: .contrastPCA, pcaComponents: 7)
        let data = try PreparedData(Self.data(), preparation: preparation, image: Self.image)
        let model = try TrainingRun(Self.configuration(preparation), data: data).model()
        let (weights, group) = (try #require(model.pixelWeights), try #require(model.transform?.groups.first))
        for (d, h) in [(0, 0), (100, 7), (287, 18)] {
            let sum = (0..<7).reduce(0.0) { $0 + Double(group.matrix[d * 7 + $1]) * Double(model.W1[$1 * 19 + h]) }
            #expect(abs(Double(weights[d * 19 + h]) - sum) < 1e-6)
        }
        let blind = Preparation(preprocess: .mean, features: .hog)
        let other = try PreparedData(Self.data(), preparation: blind, image: Self.image)
        #expect(try TrainingRun(Self.configuration(blind), data: other).model().pixelWeights == nil)
    }

    @Test func damagedModelsAreRefused() throws {
        let preparation = Self.all(.contrastPCA)
        let data = try PreparedData(Self.data(), preparation: preparation, image: Self.image)
        let bytes = try TrainingRun(Self.configuration(preparation), data: data).model().encoded()
        // Sealed again, so that what is in it is looked at.
        for position in stride(from: 12, to: 400, by: 3) {
            var writer = ByteWriter(capacity: bytes.count)
            for (i, byte) in bytes.dropLast(8).enumerated() { writer.append(i == position ? byte ^ 0x41 : byte) }
            writer.seal()
            do {
                let model = try Model(decoding: writer.bytes)
                #expect(model.dimension == model.transform?.outputs ?? model.dimension)
            } catch { #expect(error.code == .corrupted || error.code == .incompatible) }
        }
    }

    @Test func valuesThatChangeNothingMakeNoOtherPreparation() {
        let plain = Preparation(preprocess: .mean)
        #expect(
            Preparation(preprocess: .mean, pcaComponents: 9, pcaEpsilon: 1, hogComponents: 4, store: .byte).canonical
                == plain)
        #expect(Preparation(preprocess: .contrastPCA, pcaComponents: 9).canonical != plain)
        #expect(
            Preparation(preprocess: .mean, features: .hog).canonical
                == Preparation(preprocess: .standardize, features: .hog, hogComponents: 3).canonical)
    }
}
