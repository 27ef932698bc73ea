import Foundation
import NeuralCore
import Testing

@testable import Datasets

@Suite struct DatasetLocatorTests {
    private func locator(_ folder: String) -> DatasetLocator { DatasetLocator(dataFolder: folder, systemFolders: []) }

    @Test(arguments: [
        "/etc/passwd", "../secret.npz", "a/../../secret.npz", "..", "a\u{0}b.npz", "", "a\nb.npz",
        "../\u{301}x.npz", String(repeating: "a", count: 2000),
    ])
    func pathsThatLeaveTheFolderAreRefused(path: String) throws {
        try withFolder { folder in
            expectError(.invalidPath, "relative to the data folder") {
                _ = try locator(folder).load(DatasetReference(name: "npz", path: path))
            }
        }
    }

    @Test func symbolicLinksMayNotLeaveTheFolder() throws {
        try withFolder { folder in
            let file = ArrayFixture.npz([
                ("X_train", ArrayFixture.npy("|u1", [4, 1], [1, 2, 3, 4])),
                ("y_train", ArrayFixture.npy("|u1", [4], [0, 1, 0, 1])),
            ])
            try write(file, to: folder + "/outside/a.npz")
            try write(file, to: folder + "/data/b.npz")
            let manager = FileManager.default
            try manager.createSymbolicLink(atPath: folder + "/data/out.npz", withDestinationPath: "../outside/a.npz")
            try manager.createSymbolicLink(atPath: folder + "/data/up", withDestinationPath: folder + "/outside")
            try manager.createSymbolicLink(atPath: folder + "/data/in.npz", withDestinationPath: "b.npz")
            let locator = locator(folder + "/data")
            for path in ["out.npz", "up/a.npz"] {
                expectError(.invalidPath, "symbolic link") {
                    _ = try locator.load(DatasetReference(name: "npz", path: path))
                }
            }
            #expect(try locator.load(DatasetReference(name: "npz", path: "in.npz")).training.train.count == 3)
            #expect(locator.available().compactMap(\.path) == ["b.npz", "in.npz"])
        }
    }

    @Test func filesOfANamedFolderMayNotLeadOutEither() throws {
        try withFolder { folder in
            let fixture = CifarFixture()
            try fixture.writeBinary(folder + "/outside")
            try fixture.writeBinary(folder + "/data/mine")
            let reference = DatasetReference(
                name: "cifar10", path: "mine/cifar-10-batches-bin", train: 10, validation: 5)
            #expect(try fixture.locator(folder + "/data").load(reference).training.train.count == 10)
            let batch = "/cifar-10-batches-bin/data_batch_2.bin"
            try FileManager.default.removeItem(atPath: folder + "/data/mine" + batch)
            try FileManager.default.createSymbolicLink(
                atPath: folder + "/data/mine" + batch, withDestinationPath: folder + "/outside" + batch)
            expectError(.invalidPath, "data_batch_2.bin") { _ = try fixture.locator(folder + "/data").load(reference) }
        }
    }

    @Test func whatIsNotThereIsRefusedWithTheCommandAndTheNamesOfWhatIs() throws {
        try withFolder { folder in
            try IDXFixture().write(to: folder + "/mnist")
            expectError(.notFound, "`sweepctl dataset fetch cifar10`", "there are: mnist, synthetic") {
                _ = try locator(folder).load(DatasetReference(name: "cifar10"))
            }
            expectError(.notFound, "mine.npz", "there are: mnist, synthetic") {
                _ = try locator(folder).load(DatasetReference(name: "npz", path: "mine.npz"))
            }
            expectError(.notFound, "does not hold cifar10") {
                _ = try locator(folder).load(DatasetReference(name: "cifar10", path: "mnist"))
            }
        }
    }

    @Test func unknownNamesAreAnsweredWithTheKnownOnes() {
        expectError(.unknownName, "imagenet", "cifar10, fashion-mnist, mnist, npz, synthetic") {
            _ = try locator("/nowhere").load(DatasetReference(name: "imagenet"))
        }
        expectError(.invalidPath, "npz needs a path") {
            _ = try locator("/nowhere").load(DatasetReference(name: "npz"))
        }
    }

    @Test func foldersAndPipesAreNoData() throws {
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder + "/a.npz", withIntermediateDirectories: true)
            expectError(.io, "not a regular file") {
                _ = try locator(folder).load(DatasetReference(name: "npz", path: "a.npz"))
            }
            mkfifo(folder + "/b.npz", 0o600)
            expectError(.io, "not a regular file") {
                _ = try locator(folder).load(DatasetReference(name: "npz", path: "b.npz"))
            }
        }
    }
}
