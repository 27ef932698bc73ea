extension Model {
    private static var magic: UInt64 { 0x314C_444D_5057_5353 }  // "SSWPMDL1"
    /// 2 added the precision, 3 inputs that are computed from samples; a model that has neither is written as format 1,
    /// which older programs read, and so on.
    private static var format: UInt32 { 3 }

    /// Magic, format, preprocessing, D, H, C, precision (format 2), how inputs are computed (format 3), means, scales,
    /// weights, checksum; little-endian.
    public func encoded() -> [UInt8] {
        let more = transform?.groups.reduce(0) { $0 + 4 * ($1.mean.count + $1.matrix.count + $1.outputs) + 64 } ?? 0
        var writer = ByteWriter(capacity: 256 + 4 * (rowMajor.count + 2 * dimension) + more)
        writer.append(Self.magic)
        writer.append(transform != nil ? Self.format : precision == .float32 ? 1 : 2)
        writer.append(UInt32(preprocessing.kind == .standardize ? 1 : 0))
        for size in [dimension, hidden, classes] { writer.append(UInt64(size)) }
        if let transform {
            writer.append(UInt64(precision == .bf16 ? 1 : 0))
            transform.write(to: &writer)
        } else if precision == .bf16 {
            writer.append(UInt64(1))
        }
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
        var isRounded = false
        if format >= 2 { isRounded = try reader.size(in: (format == 2 ? 1 : 0)...1, "the precision") == 1 }
        let transform = format >= 3 ? try FeatureTransform(from: &reader, outputs: dimension) : nil
        let mean = try reader.floats(dimension)
        let scale = try reader.floats(dimension)
        let weights = try reader.floats((dimension + 1) * hidden + (hidden + 1) * classes)
        try reader.finish()
        self.init(
            hidden: hidden, dimension: dimension, classes: classes, rowMajor: weights,
            preprocessing: Preprocessing(kind: kind == 0 ? .mean : .standardize, mean: mean, scale: scale),
            precision: isRounded ? .bf16 : .float32, transform: transform)
    }
}

extension FeatureTransform {
    /// Values of a sample, height, width, channels (0 for no image), store, number of groups; of each its kind, D, k, and
    /// whether it is whitened, means, then D factors or D×k weights, deviations.
    fileprivate func write(to writer: inout ByteWriter) {
        for size in [inputs, image?.height ?? 0, image?.width ?? 0, image?.channels ?? 0] {
            writer.append(UInt64(size))
        }
        writer.append(UInt64(store == .byte ? 1 : 0))
        writer.append(UInt64(groups.count))
        for group in groups {
            writer.append(UInt64(group.kind.rawValue))
            writer.append(UInt64(group.inputs))
            writer.append(UInt64(group.outputs))
            writer.append(UInt64(group.isWhitened ? 1 : 0))
            writer.append(group.mean)
            writer.append(group.isWhitened ? group.matrix : group.scale)
            writer.append(group.deviation)
        }
    }

    /// - Parameter outputs: as many as the groups have to make.
    fileprivate init(from reader: inout ByteReader, outputs: Int) throws(NeuralCoreError) {
        let inputs = try reader.size(in: 1...TrainingConfiguration.Limit.dimension, "the number of a sample's values")
        var sides: [Int] = []
        for name in ["height", "width", "number of channels"] {
            sides.append(try reader.size(in: 0...inputs, "the image's \(name)"))
        }
        let (area, isTooLarge) = sides[0].multipliedReportingOverflow(by: sides[1])
        let (size, isTooLarge2) = area.multipliedReportingOverflow(by: sides[2])
        guard !isTooLarge, !isTooLarge2, size == inputs || sides == [0, 0, 0] else {
            throw NeuralCoreError(.corrupted, "the model says its images are \(sides), of \(inputs) values")
        }
        let image = size == inputs ? ImageShape(height: sides[0], width: sides[1], channels: sides[2]) : nil
        let store = try reader.size(in: 0...1, "the store") == 1 ? Preparation.Store.byte : .float32
        var groups: [Group] = []
        for _ in 0..<(try reader.size(in: 1...3, "the number of groups of inputs")) {
            groups.append(try Self.group(from: &reader, inputs: inputs, image: image))
        }
        self.init(inputs: inputs, image: image, store: store, groups: groups)
        guard self.outputs == outputs else {
            throw NeuralCoreError(.corrupted, "the model says it has \(outputs) inputs, and makes \(self.outputs)")
        }
    }

    private static func group(
        from reader: inout ByteReader, inputs: Int, image: ImageShape?
    ) throws(NeuralCoreError) -> Group {
        let kind = Preparation.Features(rawValue: UInt32(try reader.size(in: 1...4, "the kind of inputs")))
        let expected: Int
        switch (kind, image) {
        case (.pixels, _): expected = inputs
        case (.hog, let image?) where image.height >= 8 && image.width >= 8: expected = hogCount(image)
        case (.color, let image?) where image.height >= 8 && image.width >= 8: expected = 32 * image.channels
        default: throw NeuralCoreError(.corrupted, "the model says its inputs are of kind \(kind.rawValue)")
        }
        let count = try reader.size(in: expected...expected, "the values of a group")
        let outputs = try reader.size(in: 1...count, "the inputs of a group")
        let isWhitened = try reader.size(in: 0...1, "whether inputs are whitened") == 1
        guard isWhitened || outputs == count else {
            throw NeuralCoreError(.corrupted, "the model says that \(count) values make \(outputs) inputs")
        }
        let mean = try reader.floats(count)
        let factors = try reader.floats(isWhitened ? count * outputs : count)
        return Group(
            kind: kind, mean: mean, scale: isWhitened ? [] : factors, matrix: isWhitened ? factors : [],
            deviation: try reader.floats(outputs))
    }
}
