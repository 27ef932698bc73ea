/// Puts published data sets into a data folder: downloads through a `Downloader`, verifies, unpacks, renames.
///
/// Everything happens in `.fetch-<name>` inside the data folder, so that a data set is either there and complete or not
/// there. What has been downloaded stays in that folder when a fetch fails, and the next one goes on from it.
///
/// Hashing and unpacking block the calling task for a second or two: this is for a command, not for a server.
public struct DatasetInstaller: Sendable {
    public let dataFolder: String
    let cifarBatchSize: Int

    public init(dataFolder: String) {
        self.init(dataFolder: dataFolder, cifarBatchSize: 10000)
    }

    init(dataFolder: String, cifarBatchSize: Int) {
        (self.dataFolder, self.cifarBatchSize) = (dataFolder, cifarBatchSize)
    }

    /// Fetches a data set of the catalog, unless it is there.
    ///
    /// - Parameters:
    ///   - name: `cifar10`, `fashion-mnist` or `mnist`.
    ///   - baseURL: a mirror; nil for the official address.
    ///   - progress: told now and then how far it is, from any thread.
    public static func fetch(
        name: String, into dataFolder: String, using downloader: some Downloader, baseURL: String? = nil,
        progress: @escaping @Sendable (FetchProgress) -> Void = { _ in }
    ) async throws(DatasetError) -> FetchOutcome {
        try await DatasetInstaller(dataFolder: dataFolder).fetch(
            DatasetCatalog.entry(name), using: downloader, baseURL: baseURL, progress: progress)
    }

    func fetch(
        _ entry: CatalogEntry, using downloader: some Downloader, baseURL: String?,
        progress: @escaping @Sendable (FetchProgress) -> Void
    ) async throws(DatasetError) -> FetchOutcome {
        let base = baseURL ?? entry.baseURL
        guard base.hasPrefix("http://") || base.hasPrefix("https://") else {
            throw DatasetError(.download, "\(base) is no http:// or https:// address; correct it")
        }
        if let folder = try completeFolder(of: entry) { return .alreadyThere(folder) }
        try Folders.make(dataFolder)
        let lock = try LockFile(
            "\(dataFolder)/.fetch.lock", refusal: "another fetch into \(dataFolder) is going on; wait for its end")
        let staging = staging(entry)
        try Folders.make(staging)
        for file in entry.files {
            try await bring(file, from: base, into: staging, using: downloader, progress: progress)
        }
        let folder = try install(entry, progress: progress)
        _ = consume lock
        return .installed(folder)
    }

    /// Verifies an archive or the files that lie in the staging folder, and moves the data set to its place.
    func install(
        _ entry: CatalogEntry, progress: @Sendable (FetchProgress) -> Void = { _ in }
    ) throws(DatasetError) -> String {
        let staging = staging(entry)
        let ready: String
        if entry.isArchive, let file = entry.files.first {
            progress(FetchProgress(phase: .unpacking, file: file.name, bytes: file.bytes, totalBytes: file.bytes))
            ready = "\(staging)/\(entry.folder)"
            try Folders.removeFolder(ready)
            try Folders.make(ready)
            let stream = try ByteStream(InputFile("\(staging)/\(file.name)"), compression: .gzip)
            try TarReader(stream, folder: entry.folder).unpack(into: ready)
        } else {
            ready = staging
        }
        guard let source = locator.source(entry.name, in: ready) else {
            throw DatasetError(
                .missingFile, "the archive of \(entry.name) does not hold it; fetch it from the official address")
        }
        _ = try source.contents()
        try Folders.synchronize(ready)
        let folder = "\(dataFolder)/\(entry.folder)"
        try Folders.move(ready, to: folder)
        if entry.isArchive { try Folders.removeFolder(staging) }
        return folder
    }

    /// Throws unless a file is the published one.
    public static func verify(_ file: CatalogFile, at path: String) throws(DatasetError) {
        let size = try InputFile(path).size
        guard size == file.bytes else {
            throw DatasetError(
                size < file.bytes ? .truncated : .wrongSize,
                "\(path) has \(size) bytes instead of \(file.bytes); fetch it again")
        }
        let sum = try DatasetDigest.fileMD5(of: path)
        guard sum == file.md5 else {
            throw DatasetError(
                .checksum, "\(path) has the MD5 \(sum) instead of \(file.md5); fetch it from the official address")
        }
    }

    // MARK: One file

    private func bring(
        _ file: CatalogFile, from base: String, into staging: String, using downloader: some Downloader,
        progress: @escaping @Sendable (FetchProgress) -> Void
    ) async throws(DatasetError) {
        let (path, partial) = ("\(staging)/\(file.name)", "\(staging)/\(file.name).partial")
        // A name without `.partial` was given after verification.
        if DataFolder.fileSize(path) == file.bytes { return }
        var start = DataFolder.fileSize(partial) ?? 0
        if start > file.bytes {
            try Folders.removeFile(partial)
            start = 0
        }
        if start < file.bytes {
            try await download(file, from: base, to: partial, resumeAt: start, using: downloader, progress: progress)
        }
        do throws(DatasetError) {
            try verify(file, partial, progress)
        } catch {
            guard error.code == .checksum else { throw error }
            try Folders.removeFile(partial)
            // The first part may be of another version or from another mirror: once more, from its beginning.
            guard start > 0 else { throw error }
            try await download(file, from: base, to: partial, resumeAt: 0, using: downloader, progress: progress)
            do throws(DatasetError) {
                try verify(file, partial, progress)
            } catch {
                if error.code == .checksum { try Folders.removeFile(partial) }
                throw error
            }
        }
        try Folders.synchronize(partial)
        try Folders.move(partial, to: path)
    }

    private func download(
        _ file: CatalogFile, from base: String, to partial: String, resumeAt start: Int,
        using downloader: some Downloader, progress: @escaping @Sendable (FetchProgress) -> Void
    ) async throws(DatasetError) {
        let url = file.url(base: base)
        do {
            try await downloader.download(url: url, to: partial, resumeAt: start) { bytes in
                guard bytes <= file.bytes else {
                    throw DatasetError(
                        .wrongSize, "\(url) is longer than the published \(file.bytes) bytes; take another mirror")
                }
                progress(FetchProgress(phase: .downloading, file: file.name, bytes: bytes, totalBytes: file.bytes))
            }
        } catch let error as DatasetError {
            if error.code == .wrongSize { try Folders.removeFile(partial) }
            throw error
        } catch {
            let size = DataFolder.fileSize(partial) ?? 0
            throw DatasetError(
                .download,
                "cannot download \(url): \(error); the \(size) bytes that arrived are kept, run the command again",
                cause: error)
        }
        let size = DataFolder.fileSize(partial) ?? 0
        if size < file.bytes {
            throw DatasetError(
                .truncated, "\(url) ended after \(size) of \(file.bytes) bytes; run the command again to go on")
        }
        if size > file.bytes {
            try Folders.removeFile(partial)
            throw DatasetError(
                .wrongSize, "\(url) is longer than the published \(file.bytes) bytes; take another mirror")
        }
    }

    private func verify(
        _ file: CatalogFile, _ path: String, _ progress: @Sendable (FetchProgress) -> Void
    ) throws(DatasetError) {
        progress(FetchProgress(phase: .verifying, file: file.name, bytes: file.bytes, totalBytes: file.bytes))
        try Self.verify(file, at: path)
    }

    // MARK: Places

    private var locator: DatasetLocator {
        DatasetLocator(dataFolder: dataFolder, systemFolders: [], cifarBatchSize: cifarBatchSize)
    }

    private func staging(_ entry: CatalogEntry) -> String { "\(dataFolder)/.fetch-\(entry.name)" }

    /// The folder of a data set that is there and complete; throws when it is there and is not.
    private func completeFolder(of entry: CatalogEntry) throws(DatasetError) -> String? {
        let folder = "\(dataFolder)/\(entry.folder)"
        guard DataFolder.isFolder(folder) else { return nil }
        guard let source = locator.source(entry.name, in: folder) else {
            throw DatasetError(
                .missingFile, "\(folder) is there, but without \(entry.name) in it; move it away and fetch again")
        }
        do throws(DatasetError) {
            _ = try source.contents()
            return folder
        } catch {
            throw DatasetError(
                error.code, "\(folder) is there, but \(error.message), after moving that folder away", cause: error)
        }
    }
}
