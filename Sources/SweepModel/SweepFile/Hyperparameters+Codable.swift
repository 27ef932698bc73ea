extension Hyperparameters: Codable {
    private enum CodingKeys: String, CodingKey {
        case hiddenSize = "hidden_size"
        case learningRate = "learning_rate"
        case learningRateDecay = "learning_rate_decay"
        case reg
        case batchSize = "batch_size"
        case iterations, epochs, momentum, optimizer, schedule
        case weightScale = "weight_scale"
        case dropout
        case labelSmoothing = "label_smoothing"
        case preprocess, precision, seed
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            hiddenSize: try container.decode(Int.self, forKey: .hiddenSize),
            learningRate: try container.decode(Double.self, forKey: .learningRate))
        learningRateDecay = try container.decode(Double.self, forKey: .learningRateDecay)
        reg = try container.decode(Double.self, forKey: .reg)
        batchSize = try container.decode(Int.self, forKey: .batchSize)
        if let iterations = try container.decodeIfPresent(Int.self, forKey: .iterations) {
            length = .iterations(iterations)
        } else {
            length = .epochs(try container.decode(Double.self, forKey: .epochs))
        }
        momentum = try container.decode(Double.self, forKey: .momentum)
        optimizer = try container.decode(Optimizer.self, forKey: .optimizer)
        schedule = try container.decode(Schedule.self, forKey: .schedule)
        weightScale = try container.decode(WeightScale.self, forKey: .weightScale)
        dropout = try container.decode(Double.self, forKey: .dropout)
        labelSmoothing = try container.decode(Double.self, forKey: .labelSmoothing)
        preprocess = try container.decode(Preprocess.self, forKey: .preprocess)
        // Written before there was a choice.
        precision = try container.decodeIfPresent(Precision.self, forKey: .precision) ?? .float32
        seed = try container.decodeIfPresent(UInt64.self, forKey: .seed)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(hiddenSize, forKey: .hiddenSize)
        try container.encode(learningRate, forKey: .learningRate)
        try container.encode(learningRateDecay, forKey: .learningRateDecay)
        try container.encode(reg, forKey: .reg)
        try container.encode(batchSize, forKey: .batchSize)
        switch length {
        case .iterations(let count): try container.encode(count, forKey: .iterations)
        case .epochs(let count): try container.encode(count, forKey: .epochs)
        }
        try container.encode(momentum, forKey: .momentum)
        try container.encode(optimizer, forKey: .optimizer)
        try container.encode(schedule, forKey: .schedule)
        try container.encode(weightScale, forKey: .weightScale)
        try container.encode(dropout, forKey: .dropout)
        try container.encode(labelSmoothing, forKey: .labelSmoothing)
        try container.encode(preprocess, forKey: .preprocess)
        try container.encode(precision, forKey: .precision)
        try container.encodeIfPresent(seed, forKey: .seed)
    }
}

extension Hyperparameters.WeightScale: Codable {
    /// A number, or the word `he`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        switch try container.decode(ParameterValue.self) {
        case .string("he"): self = .he
        case .int(let value): self = .number(Double(value))
        case .number(let value): self = .number(value)
        case .string, .bool:
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "weight_scale is a number or he")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .number(let value): try container.encode(value)
        case .he: try container.encode("he")
        }
    }
}
