import Datasets
import Foundation
import NeuralCore
import SweepModel
import SweepModelTestKit
import Testing

@testable import SweepEngine

/// What is shown as pictures.
@Suite struct PictureTests {
    @Test func theFirstLayerIsThatOfTheModelFile() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(
                Files.file(
                    #""learning_rate": {"value": 1e-3}, "hidden_size": {"values": [3, 5]}, "iterations": {"value": 10}, "batch_size": {"value": 20}"#,
                    data: #""train": 200, "validation": 50, "test": 50, "inputs": 64, "classes": 3"#))
            let trials = try await daemon.ends(sweep)
            for (trial, hidden) in zip(trials, [3, 5]) {
                let layer = try #require(try await daemon.engine.firstLayer(trial: trial.id))
                #expect(layer.sizes == [8, 8, 1, hidden])
                let file = try #require(trial.model)
                #expect(try layer.weights == Model(decoding: box.folder.read(file)).W1)
                #expect(layer.weights.count == 64 * hidden)
            }
            await expect(.notFound) { _ = try await daemon.engine.firstLayer(trial: 99) }
            let path = try box.folder.absolute(#require(trials[0].model).path)
            var bytes = try Data(contentsOf: URL(filePath: path))
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: URL(filePath: path))
            await expect(.damaged) { _ = try await daemon.engine.firstLayer(trial: trials[0].id) }
            try await daemon.stop()
        }
    }

    @Test func whatIsNoImageAndWhatHasNoModelHasNoFirstLayer() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Files.failing(1, of: 2))
            let trials = try await daemon.ends(sweep)
            #expect(trials.map(\.state) == [.failed, .completed])
            for trial in trials { #expect(try await daemon.engine.firstLayer(trial: trial.id) == nil) }
            try await daemon.stop()
        }
    }

    @Test func mistakesAreTheTestImagesAndComeWithoutAnotherLook() async throws {
        try await Box.with { box in
            let images = try DigitFiles.write(to: box.folder.path)
            var daemon = try await box.start()
            let sweep = try await daemon.submit(DigitFiles.sweep)
            let trial = try await daemon.ends(sweep)[0]
            let promotion = try await daemon.engine.promote(sweep: sweep, trial: nil, caller: Daemon.user).promotion
            let mistakes = try #require(promotion.confusion).mistakes
            #expect(mistakes.count == 30 - promotion.correct && !mistakes.isEmpty)
            let found = try await daemon.engine.mistakePictures(promotion: promotion)
            #expect(found.classNames == (0..<10).map(String.init))
            #expect(
                found.pictures
                    == mistakes.map {
                        SweepEngine.Picture(width: 28, height: 28, channels: 1, pixels: images[$0.sample])
                    })
            #expect(try await box.memory.testLooks(datasetDigest: promotion.datasetDigest) == 1)
            try await daemon.stop()

            // Another start, and the data set is another one; then it is gone.
            try DigitFiles.write(to: box.folder.path, seed: 2)
            daemon = try await box.start()
            let empty = SweepEngine.MistakePictures(classNames: found.classNames, pictures: [])
            #expect(try await daemon.engine.mistakePictures(promotion: promotion) == empty)
            try FileManager.default.removeItem(atPath: box.folder.path + "/mnist")
            #expect(try await daemon.engine.mistakePictures(promotion: promotion) == empty)
            let layer = try #require(try await daemon.engine.firstLayer(trial: trial.id))
            #expect(layer.sizes == [28, 28, 1, 4])
            try await daemon.stop()
        }
    }

    @Test func factsAreKnownWithoutReadingTheDataSet() async throws {
        try await Box.with { box in
            try DigitFiles.write(to: box.folder.path)
            let daemon = try await box.start()
            let sweep = try await daemon.submit(DigitFiles.sweep)
            try await daemon.ends(sweep)
            var row = try #require(try await box.memory.sweep(sweep))
            let names = (0..<10).map(String.init)
            // A tenth of 60, as the headers tell; then what is published.
            #expect(try await daemon.engine.facts(of: row) == .init(validationExamples: 6, classNames: names))
            try FileManager.default.removeItem(atPath: box.folder.path + "/mnist")
            #expect(try await daemon.engine.facts(of: row) == .init(validationExamples: 5000, classNames: names))
            row.file = Files.row(1, iterations: 1)
            #expect(
                try await daemon.engine.facts(of: row)
                    == .init(validationExamples: 50, classNames: ["0", "1", "2"]))
            row.file = "{"
            let broken = row
            await expect(.invalidSweep) { _ = try await daemon.engine.facts(of: broken) }
            let live = try await daemon.submit(Files.endless(1))
            row = try #require(try await box.memory.sweep(live))
            #expect(try await daemon.engine.facts(of: row).validationExamples == 50)
            try await daemon.engine.cancel(live, reason: nil, caller: Daemon.user)
            try await daemon.ends(live)
            try await daemon.stop()
        }
    }

    @Test func valuesThatAreNoBytesAreStretched() {
        let shape = ImageShape(height: 1, width: 2, channels: 4)
        let floats = SampleMatrix(floats: 2, dimension: 8) { values in
            for (i, value) in [0, 0, 0, 0, 0, 0, 0, 9, -1, 0, 1, 9, 0.5, 1, -1, -9].enumerated() {
                values[i] = Float(value)
            }
        }
        #expect(SweepEngine.Picture(row: 0, of: floats, shape).pixels == [0, 0, 0, 0, 0, 0])
        #expect(SweepEngine.Picture(row: 1, of: floats, shape).pixels == [0, 128, 255, 191, 255, 0])
        let bytes = SampleMatrix(bytes: 1, dimension: 4) { values in
            for (i, value) in [7, 255, 8, 9].enumerated() { values[i] = UInt8(value) }
        }
        let two = ImageShape(height: 2, width: 1, channels: 2)
        #expect(SweepEngine.Picture(row: 0, of: bytes, two).pixels == [7, 8])
    }
}

extension SweepEngine.FirstLayer {
    fileprivate var sizes: [Int] { [width, height, channels, hidden] }
}

/// MNIST's four files, with 60 training and 30 test images of noise.
enum DigitFiles {
    static let sweep = """
        {"name": "t", "method": "grid", "seed": 7, "dataset": {"name": "mnist"}, "parameters": {
          "learning_rate": {"value": 1e-4}, "hidden_size": {"value": 4}, "iterations": {"value": 5}, "batch_size": {"value": 20}}}
        """

    /// - Returns: the test images.
    @discardableResult
    static func write(to dataFolder: String, seed: UInt64 = 1) throws -> [[UInt8]] {
        let folder = URL(filePath: dataFolder + "/mnist")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var state = seed
        func byte() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(state >> 56)
        }
        func header(_ sizes: Int...) -> [UInt8] {
            [0, 0, 8, UInt8(sizes.count)] + sizes.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] }
        }
        var images: [[UInt8]] = []
        for (name, count) in [("train", 60), ("t10k", 30)] {
            images = (0..<count).map { _ in (0..<784).map { _ in byte() } }
            let labels = (0..<count).map { _ in byte() % 10 }
            try Data(header(count, 28, 28) + images.joined())
                .write(to: folder.appending(path: "\(name)-images-idx3-ubyte"))
            try Data(header(count) + labels).write(to: folder.appending(path: "\(name)-labels-idx1-ubyte"))
        }
        return images
    }
}
