extension Model {
    private static var magic: UInt64 { 0x314C_444D_5057_5353 }  // "SSWPMDL1"
    /// 2 added the precision; a model in float32 is written as format 1, which older programs read.
    private static var format: UInt32 { 2 }

    /// Magic, format, preprocessing, D, H, C, precision (format 2), means, scales, weights, checksum; little-endian.
    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 64 + 4 * (rowMajor.count + 2 * dimension))
        writer.append(Self.magic)
        writer.append(precision == .float32 ? 1 : Self.format)
        writer.append(UInt32(preprocessing.kind == .mean ? 0 : 1))
        for size in [dimension, hidden, classes] { writer.append(UInt64(size)) }
        if precision == .bf16 { writer.append(UInt64(1)) }
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
        guard 1...Self.format ~= format else {
            throw NeuralCoreError(
                .incompatible, "the model has format \(format), this program reads 1 to \(Self.format)")
        }
        guard kind <= 1 else { throw NeuralCoreError(.corrupted, "the model says its preprocessing is \(kind)") }
        let dimension = try reader.size(in: 1...Limit.dimension, "the dimension")
        let hidden = try reader.size(in: 1...Limit.hiddenSize, "the hidden size")
        let classes = try reader.size(in: 1...Limit.classes, "the number of classes")
        if format >= 2 { _ = try reader.size(in: 1...1, "the precision") }
        let mean = try reader.floats(dimension)
        let scale = try reader.floats(dimension)
        let weights = try reader.floats((dimension + 1) * hidden + (hidden + 1) * classes)
        try reader.finish()
        self.init(
            hidden: hidden, dimension: dimension, classes: classes, rowMajor: weights,
            preprocessing: Preprocessing(kind: kind == 0 ? .mean : .standardize, mean: mean, scale: scale),
            precision: format >= 2 ? .bf16 : .float32)
    }
}
