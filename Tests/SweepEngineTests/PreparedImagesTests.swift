import Datasets
import Foundation
import NeuralCore
import SweepModel
import SweepModelTestKit
import Testing

@testable import SweepEngine

/// What is done to images before a training, from the sweep file to the test figure.
@Suite struct PreparedImagesTests {
    /// Four trials of three preparations, on digits of 28×28 pixels.
    static let sweep = digits(
        """
        "preprocess": {"value": "contrast+pca"}, "pca_components": {"values": [5, 9]},
        "features": {"values": ["pixels", "hog"]}, "flip": {"value": true}, "precision": {"value": "bf16"}
        """)

    static func digits(_ parameters: String) -> String {
        """
        {"name": "t", "method": "grid", "seed": 7, "dataset": {"name": "mnist", "train": 40, "validation": 20},
         "parameters": {"learning_rate": {"value": 1e-3}, "hidden_size": {"value": 4}, "iterations": {"value": 30},
                        "batch_size": {"value": 10}, \(parameters)}}
        """
    }

    @Test func preparedTrialsAreTrainedVerifiedAndPromoted() async throws {
        try await Box.with { box in
            try DigitFiles.write(to: box.folder.path)
            let daemon = try await box.start(keep: 9)
            let sweep = try await daemon.submit(Self.sweep)
            let trials = try await daemon.ends(sweep)
            #expect(trials.map(\.state) == [.completed, .completed, .completed, .completed])
            for (trial, inputs) in zip(trials, [5, 5, 9, 9]) {
                let model = try Model(decoding: box.folder.read(#require(trial.model)))
                #expect(model.dimension == inputs && model.sampleDimension == 784 && model.precision == .bf16)
                #expect(try await daemon.engine.verify(trial.id).differences == [])
            }
            let promoted = try await daemon.engine.promote(sweep: nil, trial: trials[1].id, caller: Daemon.user)
            #expect(promoted.promotion.testExamples == 30 && promoted.measuredNow)
            let layer = try #require(try await daemon.engine.firstLayer(trial: trials[0].id))
            #expect(layer.width == 28 && layer.height == 28 && layer.weights.count == 784 * 4)
            #expect(try await daemon.engine.firstLayer(trial: trials[1].id) == nil)
            try await daemon.stop()
        }
    }

    @Test(arguments: [1, 3]) func killsAndWorkersChangeNoBit(workers: Int) async throws {
        try await Box.with { box in
            try DigitFiles.write(to: box.folder.path)
            let first = try await box.start(workers: workers, slice: 0, checkpoints: 0)
            let sweep = try await first.submit(Self.sweep)
            try await first.wait(for: sweep, "no trial begins") { _, trials in trials.contains { $0.iteration > 4 } }
            await first.kill()
            let second = try await box.start()
            try await second.ends(sweep)
            let again = try await second.submit(Self.sweep)
            try await second.ends(again)
            #expect(try await box.bits(of: again) == box.bits(of: sweep))
            try await second.stop()
        }
    }

    @Test func planShowsWhatPreparedImagesTake() async throws {
        try await Box.with { box in
            try DigitFiles.write(to: box.folder.path)
            let daemon = try await box.start()
            let plan = try await daemon.engine.plan(.init(file: Self.sweep))
            // Bytes and labels of 40 images in two views, bytes of 20 more: of 5 and of 9 pixels, of 5 and of 9 of hog.
            #expect(plan.preparedBytes == 2 * ((80 + 20) * 5 + 160 + (80 + 20) * 9 + 160))
            #expect(plan.memoryBytes > plan.preparedBytes)
            let plain = try await daemon.engine.plan(.init(file: DigitFiles.sweep))
            #expect(plain.preparedBytes == 0)
            try await daemon.stop()
        }
    }

    @Test func whatDoesNotFitIsRefusedWithItsNumbers() async throws {
        try await Box.with { box in
            try DigitFiles.write(to: box.folder.path)
            let daemon = try await box.start(memory: 4 << 20)
            let file = Self.digits(#""flip": {"value": true}, "shift": {"value": 4}"#)
            do {
                _ = try await daemon.submit(file)
                Issue.record("162 views of 40 images of 784 bytes fit into 4 MiB")
            } catch let error as EngineError {
                #expect(error.code == .invalidSweep)
                for words in ["40 images in 162 views of 784 inputs", "the budget is 4 MiB", "lower shift"] {
                    #expect(error.message.contains(words), "\(error.message)")
                }
            }
            try await daemon.stop()
        }
    }

    @Test func viewsOfWhatIsNoImageAreRefused() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            for parameter in [#""flip": {"value": true}"#, #""shift": {"value": 1}"#, #""features": {"value": "hog"}"#]
            {
                let file = Files.file(
                    #""learning_rate": {"value": 1e-3}, "hidden_size": {"value": 4}, \#(parameter)"#)
                do {
                    _ = try await daemon.submit(file)
                    Issue.record("\(parameter) is taken")
                } catch let error as EngineError {
                    #expect(error.code == .invalidSweep && error.message.contains("needs images"), "\(error.message)")
                }
            }
            try await daemon.stop()
        }
    }

    // MARK: Mirror images

    @Test func mirrorImagesAreMeasuredOnceAndByThemselves() async throws {
        try await Box.with { box in
            try DigitFiles.write(to: box.folder.path)
            let daemon = try await box.start(keep: 0)
            let sweep = try await daemon.submit(Self.sweep)
            let trials = try await daemon.ends(sweep)
            let engine = daemon.engine
            let (plain, _) = try await engine.promote(sweep: nil, trial: trials[2].id, caller: Daemon.user)
            let (both, isNew) = try await engine.promoteMirrored(sweep: nil, trial: trials[2].id, caller: Daemon.user)
            #expect(isNew && both.isMirrored && !plain.isMirrored && !both.isEnsemble)
            #expect(both.modelDigest != plain.modelDigest && both.members.map(\.modelDigest) == [plain.modelDigest])
            // The same, computed here.
            let model = try Model(decoding: box.folder.read(#require(trials[2].model)))
            let spec = try SweepSpec(parsing: Self.sweep)
            let loaded = try engine.dataPool.locator.load(spec.reference)
            let test = try engine.dataPool.locator.openTest(spec.reference, expecting: loaded.digest).test
            let image = try #require(loaded.imageShape)
            let answers = try model.predictions(on: test, mirroredAs: image, using: Workspace())
            #expect(zip(answers, test.labels).count { $0 == $1 } == both.correct)
            let (again, isNewAgain) = try await engine.promoteMirrored(
                sweep: nil, trial: trials[2].id, caller: Daemon.user)
            #expect(again == both && !isNewAgain)
            let (three, _) = try await engine.promote(sweep: sweep, ensemble: 3, mirrored: true, caller: Daemon.user)
            #expect(three.isMirrored && three.members.count == 3)
            #expect(try await box.memory.testLooks(datasetDigest: both.datasetDigest) == 3)
            try await daemon.stop()
        }
    }

    @Test func whatIsNoImageHasNoMirrorImage() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Files.row(1, iterations: 5))
            try await daemon.ends(sweep)
            await expect(.invalidRequest) {
                _ = try await daemon.engine.promoteMirrored(sweep: sweep, trial: nil, caller: Daemon.user)
            }
            #expect(try await box.memory.promotions(sweep: sweep, limit: 9).isEmpty)
            try await daemon.stop()
        }
    }

    // MARK: Sharing

    @Test func dataThatMemoryCannotHoldAreNotRead() async throws {
        try await Box.with { box in
            try DigitFiles.write(to: box.folder.path)
            let reference = DatasetReference(name: "mnist", train: 40, validation: 20)
            let locator = DatasetLocator(dataFolder: box.folder.path)
            let bytes = try locator.shape(of: reference).trainingBytes
            let probe = PreparedData.Probe(count: 5, seed: 1)
            _ = try await DataPool(locator: locator, limit: bytes).data(reference, probe: probe)
            let error = try await #require(throws: EngineError.self) {
                _ = try await DataPool(locator: locator, limit: bytes - 1).data(reference, probe: probe)
            }
            #expect(error.code == .datasetUnavailable && error.message.contains("lower train or validation"))
        }
    }

    @Test func equalPreparationsAreMadeOnceAndGivenUpWhenMemoryIsShort() async throws {
        try await Box.with { box in
            try DigitFiles.write(to: box.folder.path)
            let pool = DataPool(locator: DatasetLocator(dataFolder: box.folder.path))
            let reference = DatasetReference(name: "mnist", train: 40, validation: 20)
            let one = try await pool.data(reference, probe: .init(count: 5, seed: 1))
            let two = try await pool.data(reference, probe: .init(count: 5, seed: 2))
            func configuration(_ components: Int) -> TrainingConfiguration {
                TrainingConfiguration(
                    hiddenSize: 3, learningRate: 1, reg: 0, batchSize: 2, iterations: 1,
                    preparation: Preparation(preprocess: .contrastPCA, pcaComponents: components), seed: 1)
            }
            let nine = one.data(for: configuration(9)).source
            #expect(two.data(for: configuration(9)).source === nine)
            #expect(one.data(for: configuration(8)).source !== nine)
            #expect(nine.fraction == nil)
            #expect(try nine.samples(within: 0) == nil)
            #expect(try #require(nine.fraction) < 1)
            let samples = try #require(try nine.samples(within: .infinity))
            #expect(nine.fraction == nil)
            #expect(try two.data(for: configuration(9)).prepared(within: 0)?.samples === samples)
            #expect(
                one.sharedName(of: configuration(9).preparation) == two.sharedName(of: configuration(9).preparation))
            let bytes = one.sharedBytes(of: configuration(9).preparation)
            #expect(bytes == 60 * 9 * 4 + 80)
            weak var kept: PreparationSource?
            do { kept = one.data(for: configuration(7)).source }
            #expect(kept != nil)
            one.trim(to: 0, inUse: [one.sharedName(of: configuration(7).preparation)])
            #expect(kept != nil)
            one.trim(to: 0, inUse: [])
            #expect(kept == nil)
        }
    }
}
