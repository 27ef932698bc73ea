import Foundation
import NeuralCore
import Testing

@testable import Datasets

@Suite struct IDXTests {
    let reference = DatasetReference(name: "fashion-mnist", train: 12, validation: 5)

    private func locator(_ folder: String) -> DatasetLocator { DatasetLocator(dataFolder: folder, systemFolders: []) }

    @Test(arguments: [false, true])
    func imagesAndLabelsAreReadGzippedOrNot(gzip: Bool) throws {
        let fixture = IDXFixture()
        try withFolder { folder in
            try fixture.write(to: folder + "/fashion-mnist", gzip: gzip)
            let loaded = try locator(folder).load(reference)
            #expect(loaded.imageShape == ImageShape(height: 3, width: 2, channels: 1))
            #expect(loaded.training.train.count == 12 && loaded.training.validation.count == 5)
            for (row, image) in fixture.train.prefix(17).enumerated() {
                let split = row < 12 ? loaded.training.train : loaded.training.validation
                #expect((0..<6).allSatisfy { split.samples[row < 12 ? row : row - 12, $0] == Double(image[$0]) })
            }
            let test = try locator(folder).openTest(reference, expecting: loaded.digest)
            #expect(test.test.labels == fixture.testLabels.map { UInt16($0) })
        }
    }

    @Test func gzipMakesNoDifferenceToTheDigest() throws {
        try withFolder { folder in
            try IDXFixture().write(to: folder + "/a/mnist", gzip: true)
            try IDXFixture().write(to: folder + "/b/MNIST/raw")
            let reference = DatasetReference(name: "mnist", train: 3, validation: 2)
            #expect(
                try locator(folder + "/a").load(reference).digest == locator(folder + "/b").load(reference).digest)
        }
    }

    @Test func systemFolderIsLookedIntoAfterTheDataFolder() throws {
        try withFolder { folder in
            try IDXFixture().write(to: folder + "/system/fashion-mnist")
            try FileManager.default.createDirectory(atPath: folder + "/data", withIntermediateDirectories: true)
            let locator = DatasetLocator(dataFolder: folder + "/data", systemFolders: [folder + "/system"])
            #expect(try locator.load(reference).location == folder + "/system/fashion-mnist")
            try IDXFixture().write(to: folder + "/data/fashion-mnist")
            #expect(try locator.load(reference).location == folder + "/data/fashion-mnist")
        }
    }

    @Test func truncatedFilesAreNamed() throws {
        let fixture = IDXFixture()
        try withFolder { folder in
            let path = folder + "/fashion-mnist/train-images-idx3-ubyte"
            try fixture.write(to: folder + "/fashion-mnist")
            try write(fixture.images(fixture.train).dropLast(1), to: path)
            expectError(.truncated, "has 135 bytes instead of the 136", "train-images") {
                _ = try locator(folder).load(reference)
            }
            try write(fixture.images(fixture.train) + [0, 0], to: path)
            expectError(.wrongSize, "has 138 bytes instead of the 136") { _ = try locator(folder).load(reference) }
            try write([0, 0, 8], to: path)
            expectError(.truncated, "ends after 3 bytes") { _ = try locator(folder).load(reference) }
        }
    }

    @Test func gzipFileThatBreaksOffOrIsDamagedIsNamed() throws {
        let fixture = IDXFixture(train: 400)
        let whole = gzipped(fixture.images(fixture.train))
        try withFolder { folder in
            let path = folder + "/fashion-mnist/train-images-idx3-ubyte.gz"
            try fixture.write(to: folder + "/fashion-mnist", gzip: true)
            // The size at its end still right: only the middle is missing.
            try write(whole.dropLast(500) + whole.suffix(4), to: path)
            expectError(.truncated, "train-images-idx3-ubyte.gz breaks off") { _ = try locator(folder).load(reference) }
            var damaged = whole
            damaged[whole.count / 2] ^= 0xff
            damaged[whole.count - 6] ^= 1
            try write(damaged, to: path)
            expectError(.badFormat, "train-images-idx3-ubyte.gz is damaged") { _ = try locator(folder).load(reference) }
        }
    }

    @Test func countsOfImagesAndLabelsMustAgree() throws {
        var fixture = IDXFixture()
        fixture.trainLabels.removeLast()
        try withFolder { folder in
            try fixture.write(to: folder + "/fashion-mnist")
            expectError(.wrongSize, "has 20 images", "has 19 labels") { _ = try locator(folder).load(reference) }
        }
    }

    @Test func labelOutOfRangeIsNamedWithItsSample() throws {
        var fixture = IDXFixture()
        fixture.trainLabels[4] = 10
        try withFolder { folder in
            try fixture.write(to: folder + "/fashion-mnist")
            expectError(.badLabel, "label 10 of sample 4", "train-labels") { _ = try locator(folder).load(reference) }
        }
    }

    @Test func headerOfAnotherKindIsRefused() throws {
        try withFolder { folder in
            try IDXFixture().write(to: folder + "/fashion-mnist")
            try write(
                [0, 0, 13, 3] + big(1) + big(1) + big(1) + [0],
                to: folder + "/fashion-mnist/train-images-idx3-ubyte")
            expectError(.badFormat, "IDX") { _ = try locator(folder).load(reference) }
        }
    }
}
