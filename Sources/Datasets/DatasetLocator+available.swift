extension DatasetLocator {
    /// The most `.npz` files that are looked at.
    private static let largestListing = 1000

    /// The data sets that are there: the known ones, then `.npz` files of the data folder and the folders in it,
    /// then `synthetic`. One that cannot be used is listed with its problem.
    public func available() -> [DatasetSummary] {
        var summaries: [DatasetSummary] = []
        for name in ["cifar10", "fashion-mnist", "mnist"] {
            for folder in candidates(name) {
                if let source = source(name, in: folder) {
                    summaries.append(summary(of: source, name: name, path: nil))
                }
            }
        }
        for path in arrayFiles().prefix(Self.largestListing) {
            summaries.append(
                summary(of: NPZSource(location: "\(dataFolder)/\(path)"), name: "npz", path: path))
        }
        summaries.append(
            DatasetSummary(
                name: "synthetic", path: nil, location: "", layout: "generated", trainSamples: 2500, testSamples: 500,
                bytes: 0, problem: nil))
        return summaries
    }

    /// What is there, and what could be fetched.
    public func listing() -> [DatasetSummary] {
        let there = available()
        return there
            + DatasetCatalog.entries.filter { entry in !there.contains { $0.name == entry.name } }.map { entry in
                DatasetSummary(
                    name: entry.name, path: nil, location: nil, layout: nil, trainSamples: nil, testSamples: nil,
                    bytes: nil, problem: nil)
            }
    }

    private func arrayFiles() -> [String] {
        let folders = DataFolder.names(in: dataFolder).filter { DataFolder.isFolder("\(dataFolder)/\($0)") }
        let inFolders = folders.flatMap { folder in
            DataFolder.names(in: "\(dataFolder)/\(folder)").map { "\(folder)/\($0)" }
        }
        let folder = DataFolder(path: dataFolder)
        return (DataFolder.names(in: dataFolder) + inFolders).filter { path in
            guard path.hasSuffix(".npz"), DataFolder.isFile("\(dataFolder)/\(path)"),
                let real = DataFolder.realPath("\(dataFolder)/\(path)")
            else { return false }
            return folder.isInside(real)
        }
    }

    private func summary(of source: any SampleSource, name: String, path: String?) -> DatasetSummary {
        let bytes = source.files().compactMap(DataFolder.fileSize).reduce(0, +)
        do throws(DatasetError) {
            let contents = try source.contents()
            return DatasetSummary(
                name: name, path: path, location: source.location, layout: source.layout,
                trainSamples: contents.training + (contents.validation ?? 0), testSamples: contents.test,
                bytes: bytes, problem: nil)
        } catch {
            return DatasetSummary(
                name: name, path: path, location: source.location, layout: source.layout,
                trainSamples: nil, testSamples: nil, bytes: bytes, problem: error.message)
        }
    }
}
