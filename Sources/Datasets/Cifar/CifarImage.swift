import NeuralCore

/// What both layouts of CIFAR-10 have in common.
enum CifarImage {
    static let shape = ImageShape(height: 32, width: 32, channels: 3)
    /// Values of an image: 32×32×3.
    static let size = 3072
    static let plane = 1024
    static let classNames = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]
    /// Five for training, the last one for testing.
    static let batchNames = [
        "data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch",
    ]

    static func contents(batchSize: Int) -> SourceContents {
        SourceContents(
            training: 5 * batchSize, validation: nil, test: batchSize, dimension: size, classNames: classNames,
            image: shape)
    }

    /// The files of a pool, out of the six in the order of `batchNames`.
    static func batches(of pool: SamplePool, in files: [String]) -> ArraySlice<String> {
        pool == .test ? files.suffix(1) : files.prefix(5)
    }

    /// Rewrites three planes of 32×32 bytes (red, green, blue) as 32×32×3.
    ///
    /// - Precondition: both have `size` bytes.
    static func interleave(_ planes: UnsafeRawBufferPointer, into image: UnsafeMutableBufferPointer<UInt8>) {
        precondition(planes.count == size && image.count == size)
        guard let source = planes.baseAddress, let target = image.baseAddress else { return }
        // Four pixels at a time: three words of four bytes become twelve bytes in three words.
        for pixel in stride(from: 0, to: plane, by: 4) {
            let r = UInt32(littleEndian: source.loadUnaligned(fromByteOffset: pixel, as: UInt32.self))
            let g = UInt32(littleEndian: source.loadUnaligned(fromByteOffset: pixel + plane, as: UInt32.self))
            let b = UInt32(littleEndian: source.loadUnaligned(fromByteOffset: pixel + 2 * plane, as: UInt32.self))
            // r0 g0 b0 r1 | g1 b1 r2 g2 | b2 r3 g3 b3
            let first = (r & 0xff) | (g & 0xff) << 8 | (b & 0xff) << 16 | (r & 0xff00) << 16
            let second = (g & 0xff00) >> 8 | (b & 0xff00) | (r & 0xff_0000) | (g & 0xff_0000) << 8
            let third = (b & 0xff_0000) >> 16 | (r & 0xff00_0000) >> 16 | (g & 0xff00_0000) >> 8 | (b & 0xff00_0000)
            let place = UnsafeMutableRawPointer(target + 3 * pixel)
            place.storeBytes(of: first.littleEndian, as: UInt32.self)
            place.storeBytes(of: second.littleEndian, toByteOffset: 4, as: UInt32.self)
            place.storeBytes(of: third.littleEndian, toByteOffset: 8, as: UInt32.self)
        }
    }
}
