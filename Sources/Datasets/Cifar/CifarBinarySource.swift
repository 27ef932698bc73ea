import NeuralCore

/// CIFAR-10's binary layout: five training batches and a test batch of records, each a label and three planes.
///
/// A record is 1 + 3072 bytes: the label, then 32×32 red, green, blue (https://www.cs.toronto.edu/~kriz/cifar.html).
struct CifarBinarySource: SampleSource {
    static let folderName = "cifar-10-batches-bin"
    static let recordSize = 1 + CifarImage.size

    let location: String
    let layout = "binary"
    /// Records in a batch: 10000, fewer in tests.
    let batchSize: Int

    func files() -> [String] { CifarImage.batchNames.map { "\(location)/\($0).bin" } }

    func contents() throws(DatasetError) -> SourceContents {
        for path in files() { _ = try openBatch(path) }
        return CifarImage.contents(batchSize: batchSize)
    }

    func read(_ pool: SamplePool, count: Int, contents: SourceContents) throws(DatasetError) -> LabelledSamples {
        let batches = CifarImage.batches(of: pool, in: files())
        var labels: [UInt16] = []
        labels.reserveCapacity(count)
        let samples = try SampleMatrix(bytes: count, dimension: CifarImage.size) { matrix throws(DatasetError) in
            for path in batches where labels.count < count {
                try readBatch(path, into: matrix, count: count, labels: &labels)
            }
        }
        return LabelledSamples(samples: samples, labels: labels, classes: CifarImage.classNames.count)
    }

    private func openBatch(_ path: String) throws(DatasetError) -> InputFile {
        let file = try InputFile(path)
        let size = batchSize * Self.recordSize
        guard file.size == size else {
            throw DatasetError(
                file.size < size ? .truncated : .wrongSize,
                "\(path) has \(file.size) bytes instead of \(size); fetch cifar10 again")
        }
        return file
    }

    private func readBatch(
        _ path: String, into matrix: UnsafeMutableBufferPointer<UInt8>, count: Int, labels: inout [UInt16]
    ) throws(DatasetError) {
        let file = try openBatch(path)
        // A piece small enough to stay in the second-level cache while its planes are interleaved.
        let pieceRecords = 64
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceRecords * Self.recordSize, alignment: 64)
        defer { piece.deallocate() }
        var record = 0
        while record < batchSize, labels.count < count {
            let records = min(pieceRecords, batchSize - record, count - labels.count)
            let bytes = UnsafeMutableRawBufferPointer(rebasing: piece.prefix(records * Self.recordSize))
            try file.readExactly(into: bytes, at: record * Self.recordSize)
            for index in 0..<records {
                let start = index * Self.recordSize
                let label = bytes[start]
                guard Int(label) < CifarImage.classNames.count else {
                    throw DatasetError(
                        .badLabel,
                        "label \(label) of image \(record + index) in \(path) is not in 0...9; fetch cifar10 again")
                }
                CifarImage.interleave(
                    UnsafeRawBufferPointer(rebasing: bytes[(start + 1)..<(start + Self.recordSize)]),
                    into: UnsafeMutableBufferPointer(
                        rebasing: matrix[(labels.count * CifarImage.size)...].prefix(CifarImage.size)))
                labels.append(UInt16(label))
            }
            record += records
        }
    }
}
