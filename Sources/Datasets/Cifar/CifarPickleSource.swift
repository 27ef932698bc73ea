import NeuralCore

/// CIFAR-10's Python layout, which torchvision leaves on disk: six pickles, each a dictionary with `data`
/// (10000×3072 uint8, three planes an image) and `labels`.
struct CifarPickleSource: SampleSource {
    static let folderName = "cifar-10-batches-py"
    /// A batch takes 31 MB; Python 3 may need half as much again for bytes in protocol 2, four times for protocol 0.
    private static let largestFile = 1 << 28

    let location: String
    let layout = "python"
    /// Images in a batch: 10000, fewer in tests.
    let batchSize: Int

    func files() -> [String] { CifarImage.batchNames.map { "\(location)/\($0)" } }

    func contents() throws(DatasetError) -> SourceContents {
        for path in files() {
            let size = try InputFile(path).size
            guard size > batchSize * CifarImage.size else {
                throw DatasetError(
                    .truncated,
                    "\(path) has \(size) bytes, too few for \(batchSize) images; fetch cifar10 again"
                )
            }
        }
        return CifarImage.contents(batchSize: batchSize)
    }

    func read(_ pool: SamplePool, count: Int, contents: SourceContents) throws(DatasetError) -> LabelledSamples {
        var labels: [UInt16] = []
        labels.reserveCapacity(count)
        let samples = try SampleMatrix(bytes: count, dimension: CifarImage.size) { matrix throws(DatasetError) in
            for path in CifarImage.batches(of: pool, in: files()) where labels.count < count {
                try readBatch(path, into: matrix, count: count, labels: &labels)
            }
        }
        return LabelledSamples(samples: samples, labels: labels, classes: CifarImage.classNames.count)
    }

    private func readBatch(
        _ path: String, into matrix: UnsafeMutableBufferPointer<UInt8>, count: Int, labels: inout [UInt16]
    ) throws(DatasetError) {
        let reader = PickleReader(try contents(of: path), name: path)
        let (data, batchLabels) = try batch(try reader.read(), reader)
        let images = min(batchSize, count - labels.count)
        reader.contents(of: data.bytes).withUnsafeBytes { planes in
            for index in 0..<images {
                CifarImage.interleave(
                    UnsafeRawBufferPointer(rebasing: planes[(index * CifarImage.size)...].prefix(CifarImage.size)),
                    into: UnsafeMutableBufferPointer(
                        rebasing: matrix[((labels.count + index) * CifarImage.size)...].prefix(CifarImage.size)))
            }
        }
        labels += batchLabels.prefix(images)
    }

    private func contents(of path: String) throws(DatasetError) -> [UInt8] {
        let file = try InputFile(path)
        guard file.size <= Self.largestFile else {
            throw DatasetError(
                .wrongSize, "\(path) has \(file.size) bytes, far too many for a batch; fetch cifar10 again")
        }
        return try file.bytes(file.size, at: 0)
    }

    /// The images and the labels of a batch, their sizes and ranges checked.
    private func batch(
        _ value: PickleValue, _ reader: PickleReader
    ) throws(DatasetError) -> (data: PickleArray, labels: [UInt16]) {
        guard case .dictionary(let items) = value else { throw reader.damaged("it is not a dictionary") }
        var (data, list): (PickleArray?, PickleItems?)
        for index in stride(from: 0, to: items.values.count - 1, by: 2) {
            guard case .bytes(let key) = items.values[index] else { continue }
            switch (reader.text(reader.contents(of: key)), items.values[index + 1]) {
            case ("data", .array(let array)): data = array
            case ("labels", .list(let values)): list = values
            default: break
            }
        }
        guard let data, let list else { throw reader.damaged("it has no data or no labels") }
        guard data.shape == [batchSize, CifarImage.size], list.values.count == batchSize else {
            throw DatasetError(
                .wrongSize,
                "\(reader.name) has data of \(data.shape) and \(list.values.count) labels instead of "
                    + "\(batchSize) images of \(CifarImage.size) values; fetch cifar10 again"
            )
        }
        var labels: [UInt16] = []
        labels.reserveCapacity(batchSize)
        for (index, value) in list.values.enumerated() {
            guard case .int(let label) = value else { throw reader.damaged("label \(index) is not an integer") }
            guard CifarImage.classNames.indices.contains(label) else {
                throw DatasetError(
                    .badLabel, "label \(label) of image \(index) in \(reader.name) is not in 0...9; fetch cifar10 again"
                )
            }
            labels.append(UInt16(label))
        }
        return (data, labels)
    }
}
