import NeuralCore

/// A user's own arrays, as `numpy.savez` writes them: `X_train`, `y_train`, and if there are any `X_val`, `y_val`,
/// `X_test`, `y_test`.
///
/// X is N×D, N×H×W or N×H×W×C of uint8, float32 or float64 (kept as float32); y is one integer a sample. The number of
/// classes is one more than the largest label trained or validated on.
struct NPZSource: SampleSource {
    let location: String
    let layout = "npz"

    func files() -> [String] { [location] }

    func contents() throws(DatasetError) -> SourceContents {
        let archive = try ZipArchive(location)
        let train = try pool(archive, "train")
        let validation = archive.members["X_val.npy"] == nil ? nil : try pool(archive, "val")
        let test = archive.members["X_test.npy"] == nil ? nil : try pool(archive, "test")
        for other in [validation, test].compactMap(\.self) {
            guard other.array.header.shape.dropFirst().elementsEqual(train.array.header.shape.dropFirst()) else {
                throw DatasetError(
                    .wrongSize,
                    "\(other.array.label) is \(other.array.shapeText), X_train is \(train.array.shapeText); "
                        + "give both samples of one shape"
                )
            }
            guard other.element == train.element else {
                throw DatasetError(
                    .unsupported,
                    "\(other.array.label) is \(other.array.header.type), X_train is \(train.array.header.type); "
                        + "save both in one type"
                )
            }
        }
        var classes = 0
        for array in [train.labels, validation?.labels].compactMap(\.self) {
            classes = max(classes, Int(try array.largestLabel()) + 1)
        }
        guard classes >= 2 else {
            throw DatasetError(.badLabel, "all labels in \(location) are 0; there must be at least two classes")
        }
        return SourceContents(
            training: train.count, validation: validation?.count, test: test?.count ?? 0,
            dimension: train.dimension, classNames: numberedClasses(classes), image: train.image, element: train.element
        )
    }

    func read(_ pool: SamplePool, count: Int, contents: SourceContents) throws(DatasetError) -> LabelledSamples {
        let suffix =
            switch pool {
            case .training: "train"
            case .validation: "val"
            case .test: "test"
            }
        // The file may have been exchanged since `contents` was asked.
        let found = try self.pool(ZipArchive(location), suffix)
        guard found.count >= count, found.dimension == contents.dimension, found.element == contents.element else {
            throw DatasetError(.changed, "\(location) changed while it was read; leave it alone and try again")
        }
        let labels = try found.labels.labels(count)
        try checkLabels(labels, below: contents.classes, in: found.labels.label)
        let samples = try found.array.samples(count, dimension: found.dimension)
        return LabelledSamples(samples: samples, labels: labels, classes: contents.classes)
    }

    private struct Pool {
        let array: NPYArray
        let labels: NPYArray
        let count: Int
        let dimension: Int
        let image: ImageShape?
        let element: SampleMatrix.Element
    }

    /// The two arrays of a split, checked against each other.
    private func pool(_ archive: ZipArchive, _ suffix: String) throws(DatasetError) -> Pool {
        let array = try NPYArray(archive, "X_\(suffix)")
        let labels = try NPYArray(archive, "y_\(suffix)")
        let shape = array.header.shape
        guard (2...4).contains(shape.count), shape.allSatisfy({ $0 > 0 }) else {
            throw DatasetError(
                .wrongSize, "\(array.label) is \(array.shapeText); samples must be N×D, N×H×W or N×H×W×C, and not empty"
            )
        }
        guard ["|u1", "<f4", "<f8"].contains(array.header.type) else {
            throw DatasetError(
                .unsupported, "\(array.label) has values of type \(array.header.type); save samples as uint8 or float32"
            )
        }
        if shape.count == 4, shape[3] > 4, shape[1] <= 4 {
            throw DatasetError(
                .wrongSize,
                "\(array.label) is \(array.shapeText), its channels first it seems; save X.transpose(0, 2, 3, 1).copy()"
            )
        }
        guard labels.header.shape.first == shape[0] else {
            throw DatasetError(
                .wrongSize,
                "\(labels.label) is \(labels.shapeText), X_\(suffix) is \(array.shapeText); give one label a sample")
        }
        return Pool(
            array: array, labels: labels, count: shape[0], dimension: shape.dropFirst().reduce(1, *),
            image: shape.count == 2
                ? nil : ImageShape(height: shape[1], width: shape[2], channels: shape.count == 4 ? shape[3] : 1),
            element: array.header.type == "|u1" ? .byte : .float)
    }
}
