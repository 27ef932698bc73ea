import NeuralCore
import Testing

@testable import Datasets

@Suite struct NPZTests {
    private let reference = DatasetReference(name: "npz", path: "mine.npz")

    private func locator(_ folder: String) -> DatasetLocator { DatasetLocator(dataFolder: folder, systemFolders: []) }

    /// Loads arrays written to `mine.npz`.
    private func load(
        _ arrays: [(String, [UInt8])], compressed: Bool = false, zip64: Bool = true,
        _ reference: DatasetReference? = nil
    ) throws -> LoadedDataset {
        try withFolder { folder in
            try write(ArrayFixture.npz(arrays, compressed: compressed, zip64: zip64), to: folder + "/mine.npz")
            return try locator(folder).load(reference ?? self.reference)
        }
    }

    private func labels(_ values: [Int], _ type: String = "<i8") -> [UInt8] {
        let width = Int(String(type.last ?? "8")) ?? 8
        return ArrayFixture.npy(type, [values.count], values.flatMap { little($0, width) })
    }

    private let ten = Array(0..<10).map { $0 % 3 }
    private var bytes: [UInt8] { ArrayFixture.npy("|u1", [10, 4], (0..<40).map { UInt8($0) }) }

    @Test(arguments: [false, true], [false, true])
    func storedAndDeflatedMembersWithAndWithoutZip64(compressed: Bool, zip64: Bool) throws {
        let loaded = try load([("X_train", bytes), ("y_train", labels(ten))], compressed: compressed, zip64: zip64)
        // The last tenth validates.
        #expect(loaded.training.train.count == 9 && loaded.training.validation.count == 1)
        #expect(loaded.training.classes == 3 && loaded.imageShape == nil)
        #expect((0..<4).allSatisfy { loaded.training.validation.samples[0, $0] == Double(36 + $0) })
        #expect(loaded.training.validation.labels == [0])
    }

    @Test(arguments: ["|u1", "|i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8"])
    func labelsOfEveryIntegerType(type: String) throws {
        let loaded = try load([("X_train", bytes), ("y_train", labels(ten, type))])
        #expect(loaded.training.train.labels == ten.prefix(9).map { UInt16($0) })
    }

    @Test(arguments: [1, 2, 3] as [UInt8])
    func everyVersionOfTheHeader(version: UInt8) throws {
        let x = ArrayFixture.npy("<f4", [10, 1], ArrayFixture.bytes((0..<10).map { Float($0) / 4 }), version: version)
        let loaded = try load([("X_train", x), ("y_train", labels(ten))])
        #expect(loaded.training.train.samples.element == .float && loaded.training.train.samples[3, 0] == 0.75)
    }

    @Test func doublesBecomeFloats() throws {
        let values = (0..<10).map { Double($0) / 3 }
        let loaded = try load([
            ("X_train", ArrayFixture.npy("<f8", [10, 1], ArrayFixture.bytes(values))), ("y_train", labels(ten)),
        ])
        #expect((0..<9).allSatisfy { loaded.training.train.samples[$0, 0] == Double(Float(values[$0])) })
    }

    @Test(arguments: [
        ([10, 2, 2], ImageShape(height: 2, width: 2, channels: 1)),
        ([10, 1, 2, 2], .init(height: 1, width: 2, channels: 2)),
    ])
    func imagesKeepTheirShape(shape: [Int], image: NeuralCore.ImageShape) throws {
        let x = ArrayFixture.npy("|u1", shape, (0..<40).map { UInt8($0) })
        #expect(try load([("X_train", x), ("y_train", labels(ten))]).imageShape == image)
    }

    @Test func validationAndTestOfTheirOwn() throws {
        let arrays = [
            ("X_train", bytes), ("y_train", labels(ten)),
            ("X_val", ArrayFixture.npy("|u1", [2, 4], [9, 9, 9, 9, 8, 8, 8, 8])),
            ("y_val", labels([2, 1])), ("X_test", ArrayFixture.npy("|u1", [3, 4], [UInt8](repeating: 7, count: 12))),
            ("y_test", labels([0, 1, 2])),
        ]
        try withFolder { folder in
            try write(ArrayFixture.npz(arrays), to: folder + "/mine.npz")
            let loaded = try locator(folder).load(reference)
            #expect(loaded.training.train.count == 10 && loaded.training.validation.labels == [2, 1])
            #expect(loaded.training.validation.samples[1, 0] == 8)
            let test = try locator(folder).openTest(reference, expecting: loaded.digest)
            #expect(test.test.labels == [0, 1, 2] && test.test.samples[2, 3] == 7)
            let shape = try locator(folder).shape(of: reference)
            #expect(shape.train == 10 && shape.validation == 2 && shape.test == 3 && shape.dimension == 4)
            #expect(locator(folder).available().contains { $0.path == "mine.npz" && $0.trainSamples == 12 })
            let check = try locator(folder).check("mine.npz")
            #expect(check.trainClassCounts == [4, 4, 4] && check.testClassCounts == [1, 1, 1])
        }
    }

    @Test func testLabelsThatTrainingNeverHadAreRefused() throws {
        let arrays = [
            ("X_train", bytes), ("y_train", labels(ten)), ("X_test", bytes),
            ("y_test", labels([0, 0, 0, 5, 0, 0, 0, 0, 0, 0])),
        ]
        try withFolder { folder in
            try write(ArrayFixture.npz(arrays), to: folder + "/mine.npz")
            let digest = try locator(folder).load(reference).digest
            expectError(.badLabel, "label 5 of sample 3 in y_test") {
                _ = try locator(folder).openTest(reference, expecting: digest)
            }
        }
    }

    @Test func withoutTestSplitNothingCanBePromoted() throws {
        try withFolder { folder in
            try write(ArrayFixture.npz([("X_train", bytes), ("y_train", labels(ten))]), to: folder + "/mine.npz")
            let digest = try locator(folder).load(reference).digest
            expectError(.missingFile, "X_test") { _ = try locator(folder).openTest(reference, expecting: digest) }
            #expect(try locator(folder).shape(of: reference).test == 0)
        }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func valuesThatAreNotFiniteAreNamedWithTheirPlace(value: Float) throws {
        var values = (0..<40).map { Float($0) }
        values[26] = value
        let x = ArrayFixture.npy("<f4", [10, 4], ArrayFixture.bytes(values))
        expectError(.badValue, "X_train", "row 6, column 2") {
            _ = try load([("X_train", x), ("y_train", labels(ten))])
        }
    }

    @Test func doubleTooLargeForFloatIsRefused() throws {
        let x = ArrayFixture.npy("<f8", [10, 1], ArrayFixture.bytes([Double](repeating: 1e39, count: 10)))
        expectError(.badValue, "row 0, column 0") { _ = try load([("X_train", x), ("y_train", labels(ten))]) }
    }

    @Test func whatIsNotUnderstoodIsRefusedWithARemedy() throws {
        let y = ("y_train", labels(ten))
        let cases: [(DatasetError.Code, String, [(String, [UInt8])])] = [
            (.missingFile, "no array y_train", [("X_train", bytes)]),
            (.missingFile, "no array X_train", [y]),
            (
                .unsupported, "|O",
                [("X_train", ArrayFixture.npy("|O", [10, 4], [UInt8](repeating: 0, count: 320))), y]
            ),
            (
                .unsupported, ">f4",
                [("X_train", ArrayFixture.npy(">f4", [10, 1], [UInt8](repeating: 0, count: 40))), y]
            ),
            (
                .unsupported, "<i4",
                [("X_train", ArrayFixture.npy("<i4", [10, 1], [UInt8](repeating: 0, count: 40))), y]
            ),
            (
                .unsupported, "Fortran",
                [("X_train", ArrayFixture.npy("|u1", [10, 4], [UInt8](repeating: 0, count: 40), fortran: true)), y]
            ),
            (.wrongSize, "N×D", [("X_train", ArrayFixture.npy("|u1", [10], [UInt8](repeating: 0, count: 10))), y]),
            (
                .wrongSize, "channels first",
                [("X_train", ArrayFixture.npy("|u1", [10, 3, 5, 5], [UInt8](repeating: 0, count: 750))), y]
            ),
            (.truncated, "instead of the", [("X_train", bytes.dropLast(1)), y]),
            (.wrongSize, "instead of the", [("X_train", bytes + [1]), y]),
            (.wrongSize, "one label a sample", [("X_train", bytes), ("y_train", labels([0, 1]))]),
            (
                .badLabel, "label -1 of sample 1",
                [("X_train", bytes), ("y_train", labels([0, -1, 0, 0, 0, 0, 0, 0, 0, 0]))]
            ),
            (
                .badLabel, "at least two classes",
                [("X_train", bytes), ("y_train", labels([Int](repeating: 0, count: 10)))]
            ),
            (.badLabel, "label 65535", [("X_train", bytes), ("y_train", labels([Int](repeating: 65535, count: 10)))]),
            (
                .unsupported, "one integer a sample",
                [("X_train", bytes), ("y_train", ArrayFixture.npy("<f4", [10], [UInt8](repeating: 0, count: 40)))]
            ),
            (.badFormat, ".npy", [("X_train", [UInt8](repeating: 65, count: 200)), y]),
            (.wrongSize, "16 GiB", [("X_train", ArrayFixture.npy("|u1", [1 << 40, 1 << 40], [])), y]),
        ]
        for (code, words, arrays) in cases { expectError(code, words) { _ = try load(arrays) } }
    }

    @Test func damagedMemberIsNoticedByItsChecksum() throws {
        try withFolder { folder in
            var file = ArrayFixture.npz([("X_train", bytes), ("y_train", labels(ten))])
            // The last sample's last value lies right before the second member's header.
            let second = try #require(file.indices.dropFirst(4).first { file[$0...].starts(with: [0x50, 0x4b, 3, 4]) })
            file[second - 1] ^= 1
            try write(file, to: folder + "/mine.npz")
            expectError(.checksum, "X_train") { _ = try locator(folder).load(reference) }
        }
    }

    @Test func cutOffArchiveIsTruncated() throws {
        try withFolder { folder in
            let file = ArrayFixture.npz([("X_train", bytes), ("y_train", labels(ten))])
            try write(Array(file.prefix(file.count / 2)), to: folder + "/mine.npz")
            expectError(.truncated, "no zip directory at its end") { _ = try locator(folder).load(reference) }
        }
    }
}
