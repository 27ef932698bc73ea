import Foundation
import NeuralCore
import Synchronization
import Testing

@testable import Datasets

@Suite struct DatasetInstallerTests {
    private let fixture = CifarFixture(batchSize: 2)
    private let base = "http://mirror.example/files"

    private func file(_ name: String, _ bytes: [UInt8]) throws -> CatalogFile {
        let sum = try withFolder { folder in
            try write(bytes, to: folder + "/file")
            return try DatasetDigest.fileMD5(of: folder + "/file")
        }
        return CatalogFile(name: name, bytes: bytes.count, md5: sum)
    }

    /// An archive like the official one, and its entry.
    private func archive(
        _ entries: [TarFixture.Entry]? = nil
    ) throws -> (bytes: [UInt8], entry: CatalogEntry) {
        let folder = "cifar-10-batches-bin"
        let official =
            [TarFixture.Entry(name: folder + "/", kind: "5")]
            + CifarFixture.names.enumerated().map { index, name in
                TarFixture.Entry(name: "\(folder)/\(name).bin", contents: fixture.binaryBatch(index))
            } + [TarFixture.Entry(name: folder + "/batches.meta.txt", contents: ascii("airplane\n"))]
        let bytes = gzipped(TarFixture.archive(entries ?? official))
        return (
            bytes,
            CatalogEntry(
                name: "cifar10", folder: folder, baseURL: base + "/", isArchive: true,
                files: [try file("c.tar.gz", bytes)])
        )
    }

    private func fetch(
        _ entry: CatalogEntry, into folder: String, _ downloader: FakeDownloader, baseURL: String? = nil
    ) async throws -> FetchOutcome {
        try await DatasetInstaller(dataFolder: folder, cifarBatchSize: 2)
            .fetch(entry, using: downloader, baseURL: baseURL) { _ in }
    }

    private func expectFetchError(
        _ code: DatasetError.Code, _ words: String, _ body: () async throws -> FetchOutcome
    ) async {
        do {
            _ = try await body()
            Issue.record("no error was thrown")
        } catch let error as DatasetError {
            #expect(error.code == code && error.message.contains(words), "\(error.code) \(error.message)")
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func archiveIsDownloadedVerifiedUnpackedAndThenLeftAlone() async throws {
        let (bytes, entry) = try archive()
        try await withFolder { folder async throws in
            let downloader = FakeDownloader(["\(base)/c.tar.gz": bytes])
            let target = folder + "/new/data/cifar-10-batches-bin"
            #expect(try await fetch(entry, into: folder + "/new/data", downloader) == .installed(target))
            #expect(try contents(of: target + "/test_batch.bin") == fixture.binaryBatch(5))
            let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/new/data").sorted()
            #expect(names == [".fetch.lock", "cifar-10-batches-bin"])
            #expect(try await fetch(entry, into: folder + "/new/data", downloader) == .alreadyThere(target))
            #expect(downloader.requests.withLock { $0.count } == 1)
        }
    }

    @Test func brokenDownloadGoesOnWhereItEnded() async throws {
        let (bytes, entry) = try archive()
        try await withFolder { folder async throws in
            let downloader = FakeDownloader(["\(base)/c.tar.gz": bytes], breakAfter: 1000)
            await expectFetchError(.download, "the 1000 bytes that arrived are kept") {
                try await fetch(entry, into: folder, downloader)
            }
            #expect(try await fetch(entry, into: folder, downloader) == .installed(folder + "/cifar-10-batches-bin"))
            #expect(downloader.requests.withLock { $0.map(\.resumeAt) } == [0, 1000])
        }
    }

    @Test func serverThatIgnoresRangesIsFine() async throws {
        let (bytes, entry) = try archive()
        try await withFolder { folder async throws in
            let downloader = FakeDownloader(["\(base)/c.tar.gz": bytes], breakAfter: 1000, ignoresRanges: true)
            await expectFetchError(.download, "kept") { try await fetch(entry, into: folder, downloader) }
            #expect(try await fetch(entry, into: folder, downloader) == .installed(folder + "/cifar-10-batches-bin"))
        }
    }

    @Test func partOfAnotherVersionIsDownloadedAgainFromItsBeginning() async throws {
        let (bytes, entry) = try archive()
        try await withFolder { folder async throws in
            try write([UInt8](repeating: 1, count: 300), to: folder + "/.fetch-cifar10/c.tar.gz.partial")
            let downloader = FakeDownloader(["\(base)/c.tar.gz": bytes])
            #expect(try await fetch(entry, into: folder, downloader) == .installed(folder + "/cifar-10-batches-bin"))
            #expect(downloader.requests.withLock { $0.map(\.resumeAt) } == [300, 0])
        }
    }

    @Test func otherContentsOrSizesThanPublishedAreRefusedAndDeleted() async throws {
        let (bytes, entry) = try archive()
        try await withFolder { folder async throws in
            let partial = folder + "/.fetch-cifar10/c.tar.gz.partial"
            var changed = bytes
            changed[200] ^= 1
            await expectFetchError(.checksum, "instead of \(entry.files[0].md5)") {
                try await fetch(entry, into: folder, FakeDownloader(["\(base)/c.tar.gz": changed]))
            }
            #expect(!FileManager.default.fileExists(atPath: partial))
            await expectFetchError(.wrongSize, "longer than the published \(bytes.count) bytes") {
                try await fetch(entry, into: folder, FakeDownloader(["\(base)/c.tar.gz": bytes + changed]))
            }
            #expect(!FileManager.default.fileExists(atPath: partial))
            await expectFetchError(.truncated, "of \(bytes.count) bytes") {
                try await fetch(entry, into: folder, FakeDownloader(["\(base)/c.tar.gz": bytes.dropLast(9)]))
            }
            #expect(DataFolder.fileSize(partial) == bytes.count - 9)
            #expect(!FileManager.default.fileExists(atPath: folder + "/cifar-10-batches-bin"))
        }
    }

    @Test func mirrorIsAskedInsteadOfTheOfficialAddress() async throws {
        let (bytes, entry) = try archive()
        try await withFolder { folder async throws in
            let downloader = FakeDownloader(["https://here/c.tar.gz": bytes])
            _ = try await fetch(entry, into: folder, downloader, baseURL: "https://here")
            #expect(downloader.requests.withLock { $0.map(\.url) } == ["https://here/c.tar.gz"])
            await expectFetchError(.download, "no http:// or https:// address") {
                try await fetch(entry, into: folder + "/2", downloader, baseURL: "file:///etc")
            }
        }
    }

    @Test(arguments: [
        TarFixture.Entry(name: "cifar-10-batches-bin/../../x"), .init(name: "/tmp/x"), .init(name: "other/x"),
        .init(name: "cifar-10-batches-bin/a", kind: "2"), .init(name: "cifar-10-batches-bin/a", kind: "1"),
        .init(name: "cifar-10-batches-bin/a", kind: "3"), .init(name: "cifar-10-batches-bin/a/b"), .init(name: "x"),
    ])
    func archivesThatLeadElsewhereAreNotUnpacked(bad: TarFixture.Entry) async throws {
        let (bytes, entry) = try archive([bad])
        try await withFolder { folder async throws in
            await expectFetchError(.badFormat, "is not unpacked") {
                try await fetch(entry, into: folder + "/data", FakeDownloader(["\(base)/c.tar.gz": bytes]))
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["data"])
            #expect(!FileManager.default.fileExists(atPath: folder + "/data/cifar-10-batches-bin"))
        }
    }

    @Test func incompleteArchiveIsNotInstalled() async throws {
        let (bytes, entry) = try archive([
            TarFixture.Entry(name: "cifar-10-batches-bin/data_batch_1.bin", contents: fixture.binaryBatch(0))
        ])
        try await withFolder { folder async throws in
            await expectFetchError(.missingFile, "data_batch_2.bin is not there") {
                try await fetch(entry, into: folder, FakeDownloader(["\(base)/c.tar.gz": bytes]))
            }
            #expect(!FileManager.default.fileExists(atPath: folder + "/cifar-10-batches-bin"))
        }
    }

    @Test func incompleteFolderIsNotOverwritten() async throws {
        let (bytes, entry) = try archive()
        try await withFolder { folder async throws in
            try write(fixture.binaryBatch(0), to: folder + "/cifar-10-batches-bin/data_batch_1.bin")
            let downloader = FakeDownloader(["\(base)/c.tar.gz": bytes])
            await expectFetchError(.missingFile, "data_batch_2.bin") {
                try await fetch(entry, into: folder, downloader)
            }
            #expect(downloader.requests.withLock { $0.isEmpty })
        }
    }

    @Test func separateFilesAppearTogetherOrNotAtAll() async throws {
        let idx = IDXFixture()
        let contents = [
            ("train-images-idx3-ubyte.gz", gzipped(idx.images(idx.train))),
            ("train-labels-idx1-ubyte.gz", gzipped(idx.labels(idx.trainLabels))),
            ("t10k-images-idx3-ubyte.gz", gzipped(idx.images(idx.test))),
            ("t10k-labels-idx1-ubyte.gz", gzipped(idx.labels(idx.testLabels))),
        ]
        let entry = CatalogEntry(
            name: "mnist", folder: "mnist", baseURL: base, isArchive: false,
            files: try contents.map { try file($0.0, $0.1) })
        var served = Dictionary(uniqueKeysWithValues: contents.map { ("\(base)/\($0.0)", $0.1) })
        let last = served.removeValue(forKey: "\(base)/t10k-labels-idx1-ubyte.gz")
        try await withFolder { folder async throws in
            await expectFetchError(.download, "t10k-labels") {
                try await fetch(entry, into: folder, FakeDownloader(served))
            }
            #expect(!FileManager.default.fileExists(atPath: folder + "/mnist"))
            // Only the one that is missing is asked for.
            let url = "\(base)/t10k-labels-idx1-ubyte.gz"
            let downloader = FakeDownloader([url: last ?? []])
            #expect(try await fetch(entry, into: folder, downloader) == .installed(folder + "/mnist"))
            #expect(downloader.requests.withLock { $0.map(\.url) } == [url])
            let locator = DatasetLocator(dataFolder: folder, systemFolders: [])
            #expect(
                try locator.load(DatasetReference(name: "mnist", train: 5, validation: 5)).training.train.count == 5)
        }
    }

    @Test func sumsAreThoseOfMD5() throws {
        #expect(try file("", ascii("abc")).md5 == "900150983cd24fb0d6963f7d28e17f72")
        #expect(try file("", []).md5 == "d41d8cd98f00b204e9800998ecf8427e")
    }

    @Test func catalogNamesEveryKnownSet() throws {
        #expect(DatasetCatalog.entries.map(\.name) == ["cifar10", "fashion-mnist", "mnist"])
        for entry in DatasetCatalog.entries {
            #expect(entry.files.allSatisfy { $0.md5.count == 32 && $0.bytes > 1000 })
            #expect(DatasetLocator.folderNames[entry.name]?.first == entry.folder)
        }
        expectError(.unknownName, "npz", "cifar10, fashion-mnist, mnist") { _ = try DatasetCatalog.entry("npz") }
    }
}
