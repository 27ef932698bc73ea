@testable import Datasets

/// Six small batches of random images, in either layout.
struct CifarFixture {
    static let names = CifarImage.batchNames
    let batchSize: Int
    /// Six times `batchSize` images of three planes.
    let planes: [[[UInt8]]]
    let labels: [[UInt8]]

    init(batchSize: Int = 4, seed: UInt64 = 1) {
        var noise = Noise(seed)
        self.batchSize = batchSize
        planes = (0..<6).map { _ in (0..<batchSize).map { _ in noise.bytes(3072) } }
        labels = (0..<6).map { _ in (0..<batchSize).map { _ in UInt8(noise.below(10)) } }
    }

    func locator(_ folder: String) -> DatasetLocator {
        DatasetLocator(dataFolder: folder, systemFolders: [], cifarBatchSize: batchSize)
    }

    func binaryBatch(_ index: Int) -> [UInt8] {
        (0..<batchSize).flatMap { [labels[index][$0]] + planes[index][$0] }
    }

    func writeBinary(_ folder: String) throws {
        for (index, name) in Self.names.enumerated() {
            try write(binaryBatch(index), to: "\(folder)/cifar-10-batches-bin/\(name).bin")
        }
    }

    func writePickles(_ folder: String, _ style: PickleStyle) throws {
        for (index, name) in Self.names.enumerated() {
            try write(
                PickleWriter(style).batch(data: planes[index].flatMap(\.self), labels: labels[index].map(Int.init)),
                to: "\(folder)/cifar-10-batches-py/\(name)")
        }
    }

    /// The first training images as height, width, channel, computed the slow way.
    func interleaved(_ batch: Int, _ image: Int) -> [UInt8] {
        let planes = planes[batch][image]
        return (0..<1024).flatMap { [planes[$0], planes[1024 + $0], planes[2048 + $0]] }
    }
}
