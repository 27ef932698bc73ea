import Foundation
import NeuralCore
import Testing

@testable import Datasets

@Suite struct CifarTests {
    let fixture = CifarFixture()
    let reference = DatasetReference(name: "cifar10", train: 13, validation: 5, test: 3)

    @Test func binaryImagesComeOutAsHeightWidthChannel() throws {
        try withFolder { folder in
            try fixture.writeBinary(folder)
            let loaded = try fixture.locator(folder).load(reference)
            #expect(loaded.imageShape == ImageShape(height: 32, width: 32, channels: 3))
            #expect(loaded.classNames[3] == "cat" && loaded.classNames.count == 10)
            // Image 13, the first one to validate on, is the second one of the fourth batch.
            let expected = fixture.interleaved(3, 1)
            let validation = loaded.training.validation
            #expect((0..<3072).allSatisfy { validation.samples[0, $0] == Double(expected[$0]) })
            #expect(validation.labels[0] == UInt16(fixture.labels[3][1]))
            #expect(loaded.training.train.labels == fixture.labels.prefix(4).joined().prefix(13).map { UInt16($0) })
        }
    }

    @Test(arguments: PickleStyle.allCases)
    func pickledImagesAreTheSameAsBinaryOnes(style: PickleStyle) throws {
        try withFolder { folder in
            try fixture.writeBinary(folder + "/a")
            try fixture.writePickles(folder + "/b", style)
            let binary = try fixture.locator(folder + "/a").load(reference)
            let python = try fixture.locator(folder + "/b").load(reference)
            #expect(binary.digest == python.digest)
            #expect(python.location.hasSuffix("cifar-10-batches-py"))
            let test = try fixture.locator(folder + "/b").openTest(reference, expecting: binary.digest)
            #expect(test.test.labels == fixture.labels[5].prefix(3).map { UInt16($0) })
            let expected = fixture.interleaved(5, 2)
            #expect((0..<3072).allSatisfy { test.test.samples[2, $0] == Double(expected[$0]) })
        }
    }

    @Test func oneChangedPixelChangesTheDigestAndClosesTheTestSet() throws {
        try withFolder { folder in
            try fixture.writeBinary(folder)
            let digest = try fixture.locator(folder).load(reference).digest
            var batch = fixture.binaryBatch(0)
            batch[100] ^= 1
            try write(batch, to: "\(folder)/cifar-10-batches-bin/data_batch_1.bin")
            #expect(try fixture.locator(folder).load(reference).digest != digest)
            expectError(.changed, "no longer what the model was trained on") {
                _ = try fixture.locator(folder).openTest(reference, expecting: digest)
            }
        }
    }

    @Test func otherSplitsHaveOtherDigests() throws {
        try withFolder { folder in
            try fixture.writeBinary(folder)
            let locator = fixture.locator(folder)
            var other = reference
            (other.train, other.validation) = (12, 6)
            #expect(try locator.load(reference).digest != locator.load(other).digest)
            other = reference
            other.test = 1
            #expect(try locator.load(reference).digest == locator.load(other).digest)
        }
    }

    @Test func shortBatchIsTruncatedAndLongOneOfWrongSize() throws {
        try withFolder { folder in
            try fixture.writeBinary(folder)
            let path = "\(folder)/cifar-10-batches-bin/data_batch_3.bin"
            try write(fixture.binaryBatch(2).dropLast(3073), to: path)
            expectError(.truncated, "data_batch_3.bin has 9219 bytes instead of 12292", "fetch") {
                _ = try fixture.locator(folder).load(reference)
            }
            try write(fixture.binaryBatch(2) + [0], to: path)
            expectError(.wrongSize, "12293") { _ = try fixture.locator(folder).shape(of: reference) }
        }
    }

    @Test func missingBatchIsNamed() throws {
        try withFolder { folder in
            try fixture.writeBinary(folder)
            try FileManager.default.removeItem(atPath: "\(folder)/cifar-10-batches-bin/data_batch_5.bin")
            expectError(.missingFile, "data_batch_5.bin is not there") {
                _ = try fixture.locator(folder).load(reference)
            }
            let summary = try #require(fixture.locator(folder).available().first { $0.name == "cifar10" })
            #expect(summary.problem?.contains("data_batch_5.bin") == true)
        }
    }

    @Test func labelOutOfRangeIsNamedWithItsImage() throws {
        try withFolder { folder in
            try fixture.writeBinary(folder)
            var batch = fixture.binaryBatch(1)
            batch[2 * 3073] = 10
            try write(batch, to: "\(folder)/cifar-10-batches-bin/data_batch_2.bin")
            expectError(.badLabel, "label 10 of image 2 in", "data_batch_2.bin") {
                _ = try fixture.locator(folder).load(reference)
            }
        }
    }

    @Test func pickleWithWrongShapeLabelsOrTypeIsRefused() throws {
        try withFolder { folder in
            try fixture.writePickles(folder, .python2)
            let path = "\(folder)/cifar-10-batches-py/data_batch_1"
            let data = fixture.planes[0].flatMap(\.self)
            let writer = PickleWriter(.python2)
            func load() throws { _ = try fixture.locator(folder).load(reference) }

            try write(writer.batch(data: data, labels: [1, 2, 3]), to: path)
            expectError(.wrongSize, "3 labels instead of 4") { try load() }
            try write(writer.batch(data: data, labels: [1, 2, 3, 12]), to: path)
            expectError(.badLabel, "label 12 of image 3") { try load() }
            try write(writer.batch(data: data, labels: [1, 2, 3, 4], shape: [2, 6144]), to: path)
            expectError(.wrongSize, "[2, 6144]") { try load() }
            try write(writer.batch(data: data, labels: [1, 2, 3, 4], shape: [4, 3071]), to: path)
            expectError(.badFormat, "12284 values in 12288 bytes") { try load() }
            try write(writer.batch(data: data, labels: [1, 2, 3, 4], type: "f4"), to: path)
            expectError(.badFormat, "uint8") { try load() }
            try write(Array(writer.batch(data: data, labels: [1, 2, 3, 4]).dropLast(1)), to: path)
            expectError(.truncated, "in the middle of its pickle") { try load() }
        }
    }

    @Test func checkCountsClasses() throws {
        try withFolder { folder in
            try fixture.writePickles(folder, .protocol3)
            let check = try fixture.locator(folder).check("cifar10")
            #expect(check.trainSamples == 20 && check.testSamples == 4 && check.layout == "python")
            for label in 0..<10 {
                #expect(
                    check.trainClassCounts[label]
                        == fixture.labels.prefix(5).joined().count(where: { $0 == UInt8(label) }))
            }
            #expect(check.testClassCounts.reduce(0, +) == 4)
            #expect(check.files.count == 6 && check.files.allSatisfy { $0.official == false })
            #expect(check.remarks.contains { $0.contains("not the published contents") })
        }
    }
}
