extension Model {
    private static var magic: UInt64 { 0x314C_444D_5057_5353 }  // "SSWPMDL1"
    private static var format: UInt32 { 1 }

    /// Magic, format, D, H, C, preprocessing, weights, checksum; little-endian.
    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 64 + 4 * (rowMajor.count + 2 * dimension))
        writer.append(Self.magic)
        writer.append(Self.format)
        writer.append(UInt32(preprocessing.kind == .mean ? 0 : 1))
        for size in [dimension, hidden, classes] { writer.append(UInt64(size)) }
        writer.append(preprocessing.mean)
        writer.append(preprocessing.scale)
        writer.append(rowMajor)
        writer.seal()
        return writer.bytes
    }

    /// - Throws: `corrupted` for bytes that are no whole model, `incompatible` for a later format.
    public init(decoding bytes: [UInt8]) throws(NeuralCoreError) {
        typealias Limit = TrainingConfiguration.Limit
        var reader = try ByteReader(bytes, magic: Self.magic, what: "model")
        let format = try reader.integer(UInt32.self)
        let kind = try reader.integer(UInt32.self)
        guard format == Self.format else {
            throw NeuralCoreError(.incompatible, "the model has format \(format), this program \(Self.format)")
        }
        guard kind <= 1 else { throw NeuralCoreError(.corrupted, "the model says its preprocessing is \(kind)") }
        let dimension = try reader.size(in: 1...Limit.dimension, "the dimension")
        let hidden = try reader.size(in: 1...Limit.hiddenSize, "the hidden size")
        let classes = try reader.size(in: 1...Limit.classes, "the number of classes")
        let mean = try reader.floats(dimension)
        let scale = try reader.floats(dimension)
        let weights = try reader.floats((dimension + 1) * hidden + (hidden + 1) * classes)
        try reader.finish()
        self.init(
            hidden: hidden, dimension: dimension, classes: classes, rowMajor: weights,
            preprocessing: Preprocessing(kind: kind == 0 ? .mean : .standardize, mean: mean, scale: scale))
    }
}
