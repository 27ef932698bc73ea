extension DatasetLocator {
    /// A known data set's folder names, in the order in which they are looked for.
    static let folderNames: [String: [String]] = [
        "cifar10": [CifarBinarySource.folderName, CifarPickleSource.folderName],
        // The second one is where torchvision unpacks it.
        "fashion-mnist": ["fashion-mnist", "FashionMNIST/raw"],
        "mnist": ["mnist", "MNIST/raw"],
    ]

    static let fashionNames = [
        "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
    ]

    /// The reader of a data set, whatever layout it is found in.
    func source(of reference: DatasetReference) throws(DatasetError) -> any SampleSource {
        let folder = DataFolder(path: dataFolder)
        switch reference.name {
        case "synthetic":
            return SyntheticSource(options: reference.synthetic)
        case "npz":
            guard let path = reference.path else {
                throw DatasetError(
                    .invalidPath,
                    "data set npz needs a path: the .npz file, relative to the data folder \(dataFolder)")
            }
            return NPZSource(location: try found(folder, path, reference))
        case "cifar10", "mnist", "fashion-mnist":
            if let path = reference.path {
                let resolved = try found(folder, path, reference)
                guard let source = source(reference.name, in: resolved) else {
                    throw DatasetError(
                        .notFound, "\(path) in \(dataFolder) does not hold \(reference.name); correct the path")
                }
                for file in source.files() {
                    if let real = DataFolder.realPath(file) { try folder.requireInside(real, named: file) }
                }
                return source
            }
            guard let source = candidates(reference.name).lazy.compactMap({ self.source(reference.name, in: $0) }).first
            else { throw missing(reference.name) }
            return source
        default:
            throw DatasetError(
                .unknownName,
                "there is no data set \(reference.name); take one of \(DatasetReference.names.joined(separator: ", "))")
        }
    }

    /// The folders in which a known data set may be.
    func candidates(_ name: String) -> [String] {
        ([dataFolder] + systemFolders).flatMap { root in
            (Self.folderNames[name] ?? []).map { "\(root)/\($0)" }
        }
    }

    /// The reader for a folder, or nil when nothing of that data set is in it.
    func source(_ name: String, in folder: String) -> (any SampleSource)? {
        switch name {
        case "cifar10":
            let binary = CifarBinarySource(location: folder, batchSize: cifarBatchSize)
            if binary.files().contains(where: DataFolder.isFile) { return binary }
            let python = CifarPickleSource(location: folder, batchSize: cifarBatchSize)
            if python.files().contains(where: DataFolder.isFile) { return python }
            return nil
        case "mnist":
            return IDXSource.isPresent(in: folder)
                ? IDXSource(location: folder, classNames: numberedClasses(10)) : nil
        case "fashion-mnist":
            return IDXSource.isPresent(in: folder)
                ? IDXSource(location: folder, classNames: Self.fashionNames) : nil
        default:
            return nil
        }
    }

    private func found(
        _ folder: DataFolder, _ path: String, _ reference: DatasetReference
    ) throws(DatasetError) -> String {
        do throws(DatasetError) {
            return try folder.resolve(path)
        } catch {
            guard error.code == .notFound else { throw error }
            throw DatasetError(.notFound, "\(error.message); \(presentSentence())", cause: error)
        }
    }

    private func missing(_ name: String) -> DatasetError {
        let places = (Self.folderNames[name] ?? []).map { $0 + "/" }.joined(separator: " and ")
        let package = name == "fashion-mnist" ? " or `apt install dataset-fashion-mnist`" : ""
        return DatasetError(
            .notFound,
            "data set \(name) is not in \(dataFolder) (looked for \(places)); "
                + "get it with `sweepctl dataset fetch \(name)`\(package); \(presentSentence())"
        )
    }

    private func presentSentence() -> String {
        let names = available().filter { $0.problem == nil }.map { $0.path.map { "npz \($0)" } ?? $0.name }
        return "there are: " + names.joined(separator: ", ")
    }
}
