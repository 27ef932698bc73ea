public import NeuralCore

/// Finds data sets in the data folder and the system's folders, and reads them.
///
/// `load` cannot give a test split: `openTest` is a call of its own, for promotion only.
public struct DatasetLocator: Sendable {
    public let dataFolder: String
    /// Folders that are looked into after the data folder, for the known data sets only.
    public let systemFolders: [String]
    /// Images in a batch of CIFAR-10: tests make smaller ones.
    let cifarBatchSize: Int

    /// - Parameters:
    ///   - dataFolder: where paths of a sweep file begin.
    ///   - systemFolders: where packages of the distribution put data sets.
    public init(dataFolder: String, systemFolders: [String] = ["/usr/share/datasets"]) {
        self.init(dataFolder: dataFolder, systemFolders: systemFolders, cifarBatchSize: 10000)
    }

    init(dataFolder: String, systemFolders: [String], cifarBatchSize: Int) {
        (self.dataFolder, self.systemFolders, self.cifarBatchSize) = (dataFolder, systemFolders, cifarBatchSize)
    }

    /// The sizes of a data set, without reading its samples.
    ///
    /// Reads sizes and headers, and the labels of an `npz`. The Python layout of CIFAR-10 is taken at its word.
    public func shape(of reference: DatasetReference) throws(DatasetError) -> DatasetShape {
        let contents = try source(of: reference).contents()
        let splits = try SplitPlan(reference, contents)
        return DatasetShape(
            train: splits.train, validation: splits.validation, test: try splits.testCount() ?? 0,
            dimension: contents.dimension, classes: contents.classes, image: contents.image,
            valueSize: contents.element.size)
    }

    /// Reads the training and the validation split.
    public func load(_ reference: DatasetReference) throws(DatasetError) -> LoadedDataset {
        let source = try source(of: reference)
        let contents = try source.contents()
        let splits = try SplitPlan(reference, contents)
        let training: TrainingData
        if contents.validation == nil {
            // One matrix for both, so that nothing is in memory twice.
            let pool = try source.read(.training, count: splits.train + splits.validation, contents: contents)
            training = TrainingData(
                train: pool.slice(0..<splits.train), validation: pool.slice(splits.train..<pool.count))
        } else {
            training = TrainingData(
                train: try source.read(.training, count: splits.train, contents: contents),
                validation: try source.read(.validation, count: splits.validation, contents: contents))
        }
        return LoadedDataset(
            training: training, digest: DatasetDigest.of(training), classNames: contents.classNames,
            imageShape: contents.image, location: source.location)
    }

    /// Reads the test split, for promotion only.
    ///
    /// - Parameter digest: the digest that `load` gave when the model was trained. The training data are read again
    ///   and compared, so that a model is not measured on a data set that was exchanged meanwhile.
    public func openTest(
        _ reference: DatasetReference, expecting digest: String
    ) throws(DatasetError) -> TestData {
        let found = try load(reference)
        guard found.digest == digest else {
            throw DatasetError(
                .changed,
                "\(reference.name) in \(found.location) is no longer what the model was trained on "
                    + "(digest \(found.digest), not \(digest)); put the old files back, or train again"
            )
        }
        let source = try source(of: reference)
        let contents = try source.contents()
        let splits = try SplitPlan(reference, contents)
        guard let count = try splits.testCount() else {
            throw DatasetError(
                .missingFile, "\(source.location) has no test split; add X_test and y_test to it to promote a model")
        }
        return TestData(test: try source.read(.test, count: count, contents: contents))
    }
}
