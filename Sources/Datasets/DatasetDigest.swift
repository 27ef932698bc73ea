import Crypto
import NeuralCore

/// The fingerprint of what a sweep trains on.
enum DatasetDigest {
    /// SHA-256 over a header (sizes of the splits, dimension, classes, value size as little-endian 64-bit integers),
    /// the training samples, the validation samples, and both splits' labels as little-endian 16-bit integers.
    ///
    /// Samples count as they lie in memory (images: height, width, channel), so the layout on disk makes no difference.
    static func of(_ data: TrainingData) -> String {
        var hash = SHA256()
        let header = [
            data.train.count, data.validation.count, data.dimension, data.classes, data.train.samples.element.size,
        ]
        hash.update(data: Array("sweepd data 1\n".utf8))
        for number in header {
            withUnsafeBytes(of: UInt64(number).littleEndian) { hash.update(bufferPointer: $0) }
        }
        for split in [data.train, data.validation] {
            split.samples.withRawBytes { hash.update(bufferPointer: $0) }
        }
        for split in [data.train, data.validation] {
            split.labels.map(\.littleEndian).withUnsafeBytes { hash.update(bufferPointer: $0) }
        }
        return hex(hash.finalize())
    }

    /// MD5 of a file, decompressed if it is gzipped.
    static func contentMD5(of path: String) throws(DatasetError) -> String {
        let file = try InputFile(path)
        let gzipped = try file.isGzipped()
        return try md5(of: ByteStream(file, compression: gzipped ? .gzip : .none))
    }

    /// MD5 of a file as it is.
    static func fileMD5(of path: String) throws(DatasetError) -> String {
        try md5(of: ByteStream(InputFile(path), compression: .none))
    }

    private static func md5(of stream: ByteStream) throws(DatasetError) -> String {
        var hash = Insecure.MD5()
        try stream.forEachPiece { piece throws(DatasetError) in hash.update(bufferPointer: piece) }
        return hex(hash.finalize())
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
