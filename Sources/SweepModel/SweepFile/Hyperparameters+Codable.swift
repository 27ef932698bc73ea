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
        case inputDropout = "input_dropout"
        case warmupEpochs = "warmup_epochs"
        case clipNorm = "clip_norm"
        case averaging
        case emaDecay = "ema_decay"
        case tailShare = "tail_share"
        case patience
        case pcaComponents = "pca_components"
        case pcaEpsilon = "pca_epsilon"
        case flip, shift, features
        case hogComponents = "hog_components"
        case hogEpsilon = "hog_epsilon"
        case store
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
        try decodeLaterOptions(container)
        pcaComponents = try container.decodeIfPresent(Int.self, forKey: .pcaComponents) ?? 300
        pcaEpsilon = try container.decodeIfPresent(Double.self, forKey: .pcaEpsilon) ?? 1e-2
        flip = try container.decodeIfPresent(Bool.self, forKey: .flip) ?? false
        shift = try container.decodeIfPresent(Int.self, forKey: .shift) ?? 0
        features = try container.decodeIfPresent(Features.self, forKey: .features) ?? .pixels
        hogComponents = try container.decodeIfPresent(Int.self, forKey: .hogComponents) ?? 0
        hogEpsilon = try container.decodeIfPresent(Double.self, forKey: .hogEpsilon)
        store = try container.decodeIfPresent(Store.self, forKey: .store)
    }

    /// What the first version did not have, and is left out where it is off.
    private mutating func decodeLaterOptions(_ container: KeyedDecodingContainer<CodingKeys>) throws {
        inputDropout = try container.decodeIfPresent(Double.self, forKey: .inputDropout) ?? 0
        warmupEpochs = try container.decodeIfPresent(Double.self, forKey: .warmupEpochs) ?? 0
        clipNorm = try container.decodeIfPresent(Double.self, forKey: .clipNorm) ?? 0
        patience = try container.decodeIfPresent(Int.self, forKey: .patience) ?? 0
        switch try container.decodeIfPresent(String.self, forKey: .averaging) {
        case nil, "none": averaging = .none
        case "ema": averaging = .ema(decay: try container.decode(Double.self, forKey: .emaDecay))
        case "tail": averaging = .tail(share: try container.decode(Double.self, forKey: .tailShare))
        case let word?:
            throw DecodingError.dataCorruptedError(
                forKey: .averaging, in: container, debugDescription: "averaging is none, ema or tail, not \(word)")
        }
    }

    private func encodeLaterOptions(_ container: inout KeyedEncodingContainer<CodingKeys>) throws {
        if inputDropout != 0 { try container.encode(inputDropout, forKey: .inputDropout) }
        if warmupEpochs != 0 { try container.encode(warmupEpochs, forKey: .warmupEpochs) }
        if clipNorm != 0 { try container.encode(clipNorm, forKey: .clipNorm) }
        if patience != 0 { try container.encode(patience, forKey: .patience) }
        switch averaging {
        case .none: break
        case .ema(let decay):
            try container.encode("ema", forKey: .averaging)
            try container.encode(decay, forKey: .emaDecay)
        case .tail(let share):
            try container.encode("tail", forKey: .averaging)
            try container.encode(share, forKey: .tailShare)
        }
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
        try encodeLaterOptions(&container)
        try encodePreparation(&container)
    }

    /// What is not at its default: the first version had none of it.
    private func encodePreparation(_ container: inout KeyedEncodingContainer<CodingKeys>) throws {
        if preprocess == .contrastPCA || pcaComponents != 300 {
            try container.encode(pcaComponents, forKey: .pcaComponents)
        }
        if preprocess == .contrastPCA || pcaEpsilon != 1e-2 { try container.encode(pcaEpsilon, forKey: .pcaEpsilon) }
        if flip { try container.encode(flip, forKey: .flip) }
        if shift != 0 { try container.encode(shift, forKey: .shift) }
        if features != .pixels { try container.encode(features, forKey: .features) }
        if hogComponents != 0 { try container.encode(hogComponents, forKey: .hogComponents) }
        try container.encodeIfPresent(hogEpsilon, forKey: .hogEpsilon)
        try container.encodeIfPresent(store, forKey: .store)
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
