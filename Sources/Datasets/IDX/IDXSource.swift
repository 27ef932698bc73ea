import NeuralCore

/// MNIST's layout, which Fashion-MNIST shares: images and labels in IDX files, gzipped or not.
///
/// The header of an IDX file is two zeros, the type (8: unsigned byte), the number of sizes, and the sizes as
/// big-endian 32-bit integers (http://yann.lecun.com/exdb/mnist/).
struct IDXSource: SampleSource {
    let location: String
    let layout = "idx"
    let classNames: [String]

    private static let stems = ["train-images", "train-labels", "t10k-images", "t10k-labels"]

    func files() -> [String] {
        Self.stems.map { stem in
            Self.spellings(of: stem).map { "\(location)/\($0)" }.first(where: DataFolder.isFile)
                ?? "\(location)/\(Self.spellings(of: stem)[0])"
        }
    }

    /// Whether a folder has at least one of the files.
    static func isPresent(in folder: String) -> Bool {
        stems.contains { spellings(of: $0).contains { DataFolder.isFile("\(folder)/\($0)") } }
    }

    /// The names under which a file is found in the wild.
    private static func spellings(of stem: String) -> [String] {
        let kind = stem.hasSuffix("images") ? "idx3-ubyte" : "idx1-ubyte"
        return ["\(stem)-\(kind).gz", "\(stem)-\(kind)", "\(stem).\(kind).gz", "\(stem).\(kind)"]
    }

    func contents() throws(DatasetError) -> SourceContents {
        let paths = files()
        let training = try pair(images: paths[0], labels: paths[1])
        let test = try pair(images: paths[2], labels: paths[3])
        guard training.image == test.image else {
            throw DatasetError(
                .wrongSize,
                "\(paths[2]) has images of \(test.image.height)×\(test.image.width), \(paths[0]) of "
                    + "\(training.image.height)×\(training.image.width); fetch the data set again"
            )
        }
        return SourceContents(
            training: training.count, validation: nil, test: test.count,
            dimension: training.image.height * training.image.width, classNames: classNames, image: training.image)
    }

    func read(_ pool: SamplePool, count: Int, contents: SourceContents) throws(DatasetError) -> LabelledSamples {
        let paths = pool == .test ? files().suffix(2) : files().prefix(2)
        let (imagePath, labelPath) = (paths[paths.startIndex], paths[paths.startIndex + 1])
        let total = pool == .test ? contents.test : contents.training

        let labelStream = try IDXFile(labelPath, sizes: 1).stream
        let labels = try labelStream.bytes(count).map { UInt16($0) }
        if count == total {
            try labelStream.expectEnd()
        } else {
            try labelStream.skipRest(exactly: total - count)
        }
        try checkLabels(labels, below: contents.classes, in: labelPath)

        let imageStream = try IDXFile(imagePath, sizes: 3).stream
        let samples = try SampleMatrix(bytes: count, dimension: contents.dimension) { matrix throws(DatasetError) in
            try imageStream.readExactly(into: UnsafeMutableRawBufferPointer(matrix))
        }
        // Reading on to the end verifies gzip's checksum over all of it.
        if count == total {
            try imageStream.expectEnd()
        } else {
            try imageStream.skipRest(exactly: (total - count) * contents.dimension)
        }
        return LabelledSamples(samples: samples, labels: labels, classes: contents.classes)
    }

    /// The headers of two files that belong together.
    private func pair(images: String, labels: String) throws(DatasetError) -> (count: Int, image: ImageShape) {
        let imageFile = try IDXFile(images, sizes: 3)
        let labelFile = try IDXFile(labels, sizes: 1)
        let (count, height, width) = (imageFile.sizes[0], imageFile.sizes[1], imageFile.sizes[2])
        guard labelFile.sizes[0] == count else {
            throw DatasetError(
                .wrongSize,
                "\(images) has \(count) images, \(labels) has \(labelFile.sizes[0]) labels; fetch the data set again")
        }
        guard count > 0, height > 0, width > 0 else {
            throw DatasetError(.wrongSize, "\(images) announces no images; fetch the data set again")
        }
        return (count, ImageShape(height: height, width: width, channels: 1))
    }
}
