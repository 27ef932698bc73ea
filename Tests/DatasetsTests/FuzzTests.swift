import Testing

@testable import Datasets

/// Damaged files must end in an error or in data, never in a trap.
@Suite struct FuzzTests {
    /// Cuts and changes `bytes` in `rounds` ways and hands over each result; the beginning and the end, where the
    /// structure is, more often than the middle.
    private func damage(_ bytes: [UInt8], rounds: Int, seed: UInt64, _ body: ([UInt8]) throws -> Void) rethrows {
        var noise = Noise(seed)
        for round in 0..<rounds {
            var copy = bytes
            if round.isMultiple(of: 4) {
                copy.removeLast(noise.below(copy.count))
            }
            for _ in 0..<noise.below(4) where !copy.isEmpty {
                let edge = min(copy.count, 400)
                let place =
                    switch noise.below(3) {
                    case 0: noise.below(edge)
                    case 1: copy.count - 1 - noise.below(edge)
                    default: noise.below(copy.count)
                    }
                copy[place] = [0, 0xff, 0x7f, 0x80, copy[place] ^ 1, noise.byte()][noise.below(6)]
            }
            try body(copy)
        }
    }

    /// Runs `body` and counts only errors of this room; any other is a failure.
    private func survives(_ body: () throws -> Void) throws -> Bool {
        do {
            try body()
            return true
        } catch is DatasetError {
            return false
        }
    }

    @Test(arguments: PickleStyle.allCases)
    func damagedPicklesNeverTrap(style: PickleStyle) throws {
        let fixture = CifarFixture(batchSize: 1)
        let bytes = PickleWriter(style).batch(data: fixture.planes[0][0], labels: [3])
        var refused = 0
        try damage(bytes, rounds: 400, seed: 11) { copy in
            if try !survives({ _ = try PickleReader(copy, name: "p").read() }) { refused += 1 }
        }
        #expect(refused > 100)
    }

    @Test(arguments: [false, true])
    func damagedArchivesOfArraysNeverTrap(compressed: Bool) throws {
        var noise = Noise(3)
        let arrays = [
            ("X_train", ArrayFixture.npy("|u1", [12, 4], noise.bytes(48))),
            ("y_train", ArrayFixture.npy("<i8", [12], (0..<12).flatMap { little($0 % 3, 8) })),
            ("X_test", ArrayFixture.npy("|u1", [2, 4], noise.bytes(8))),
            ("y_test", ArrayFixture.npy("<i2", [2], [0, 0, 1, 0])),
        ]
        var refused = 0
        try withFolder { folder in
            let locator = DatasetLocator(dataFolder: folder, systemFolders: [])
            try damage(ArrayFixture.npz(arrays, compressed: compressed), rounds: 800, seed: 5) { copy in
                try write(copy, to: folder + "/a.npz")
                if try !survives({ _ = try locator.check("a.npz") }) { refused += 1 }
            }
        }
        #expect(refused > 200)
    }

    @Test func damagedFloatArraysNeverTrap() throws {
        var refused = 0
        try withFolder { folder in
            let locator = DatasetLocator(dataFolder: folder, systemFolders: [])
            let file = ArrayFixture.npz(
                [
                    ("X_train", ArrayFixture.npy("<f8", [12, 1], ArrayFixture.bytes((0..<12).map(Double.init)))),
                    ("y_train", ArrayFixture.npy("|i1", [12], (0..<12).map { UInt8($0 % 3) })),
                ], zip64: false)
            try damage(file, rounds: 400, seed: 6) { copy in
                try write(copy, to: folder + "/a.npz")
                if try !survives({ _ = try locator.check("a.npz") }) { refused += 1 }
            }
        }
        #expect(refused > 100)
    }

    @Test(arguments: [false, true])
    func damagedIDXFilesNeverTrap(gzip: Bool) throws {
        let fixture = IDXFixture()
        let raw = fixture.images(fixture.train)
        var refused = 0
        try withFolder { folder in
            try fixture.write(to: folder + "/mnist", gzip: gzip)
            let locator = DatasetLocator(dataFolder: folder, systemFolders: [])
            try damage(gzip ? gzipped(raw) : raw, rounds: 600, seed: 8) { copy in
                try write(copy, to: folder + "/mnist/train-images-idx3-ubyte\(gzip ? ".gz" : "")")
                if try !survives({ _ = try locator.check("mnist") }) { refused += 1 }
            }
        }
        #expect(refused > 100)
    }

    @Test func damagedTarArchivesNeverTrapNorWriteElsewhere() throws {
        let archive = TarFixture.archive([
            .init(name: "f/", kind: "5"), .init(name: "f/a", contents: ascii("hello")),
            .init(name: "f/b", contents: [1]),
        ])
        var refused = 0
        try withFolder { folder in
            try damage(archive, rounds: 300, seed: 9) { copy in
                try write(copy, to: folder + "/a.tar")
                try Folders.removeFolder(folder + "/out")
                try Folders.make(folder + "/out")
                if try !survives({
                    let stream = try ByteStream(InputFile(folder + "/a.tar"), compression: .none)
                    try TarReader(stream, folder: "f").unpack(into: folder + "/out")
                }) {
                    refused += 1
                }
            }
            #expect(DataFolder.names(in: folder) == ["a.tar", "out"])
        }
        #expect(refused > 100)
    }
}
