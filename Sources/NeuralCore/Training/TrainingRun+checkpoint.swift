import CKernels

extension TrainingRun {
    /// Counts the changes after which the same configuration makes other bits: of kernels, random streams, schedules,
    /// or of the order in which anything is added up.
    public static var kernelRevision: Int { 1 }

    private static var magic: UInt64 { 0x3150_4B43_5057_5353 }  // "SSWPCKP1"
    /// 2 added the losses since the last record; a checkpoint of format 1 goes on without them.
    private static var format: UInt32 { 2 }

    /// Goes on where `checkpoint` was taken, with the same bits as if it had never stopped.
    ///
    /// Weights are stored row-major, so the checkpoint may come from another instruction set.
    ///
    /// - Throws: `corrupted` for bytes that are no whole checkpoint, `incompatible` for one of another kernel revision,
    ///   configuration or data set.
    public convenience init(
        _ configuration: TrainingConfiguration, data: PreparedData, restoring checkpoint: [UInt8],
        instructionSet: InstructionSet = .current
    ) throws(NeuralCoreError) {
        try self.init(empty: configuration, data: data, instructionSet)
        var reader = try ByteReader(checkpoint, magic: Self.magic, what: "checkpoint")
        let format = try reader.integer(UInt32.self)
        let revision = try reader.integer(UInt32.self)
        guard 1...Self.format ~= format else {
            throw NeuralCoreError(
                .incompatible, "the checkpoint has format \(format), this program reads 1 to \(Self.format)")
        }
        guard Int(revision) == Self.kernelRevision else {
            throw NeuralCoreError(
                .incompatible,
                "the checkpoint is of kernel revision \(revision), this program's is \(Self.kernelRevision); "
                    + "start the trial again")
        }
        guard try reader.integer(UInt64.self) == fingerprint else {
            throw NeuralCoreError(.incompatible, "the checkpoint belongs to another configuration or data set")
        }
        iteration = try reader.size(in: 0...configuration.iterations, "the iteration")
        let records = (iteration + iterationsPerEpoch - 1) / iterationsPerEpoch
        epoch = try reader.size(in: records...records, "the epoch")
        rate = try reader.double()
        let loss = try reader.double()
        lastLoss = iteration > 0 ? loss : nil
        let accuracy = try reader.double()
        // The first record's weights are the best ones so far, so there are some from then on.
        let kept = configuration.keep == .best && records > 0 ? 1 : 0
        let hasBest = try reader.size(in: kept...kept, "whether there are best weights") == 1
        guard iteration > 0 || loss.bitPattern == 0, hasBest || accuracy.bitPattern == 0 else {
            throw NeuralCoreError(.corrupted, "the checkpoint has a loss or an accuracy that nothing has measured yet")
        }
        if format >= 2 { try restoreLosses(&reader) }
        network.rowMajor = try reader.floats(network.parameterCount)
        for moment in network.moments { network.pack(try reader.floats(network.parameterCount), into: moment) }
        if hasBest {
            let parameters = AlignedFloats(count: network.parameters.count)
            network.pack(try reader.floats(network.parameterCount), into: parameters)
            best = (accuracy, parameters)
        }
        if configuration.averaging.hasBegun(iterations: iteration, count: configuration.iterations) {
            let parameters = AlignedFloats(count: network.parameters.count)
            network.pack(try reader.floats(network.parameterCount), into: parameters)
            average = parameters
        }
        if configuration.patience != nil, records > 0 {
            let value = try reader.double()
            guard !value.isNaN else { throw NeuralCoreError(.corrupted, "the checkpoint's best metric is no number") }
            patience = (value, try reader.size(in: 0...(records - 1), "the number of records without improvement"))
        }
        try reader.finish()
    }

    private func restoreLosses(_ reader: inout ByteReader) throws(NeuralCoreError) {
        for _ in 0..<(try reader.size(in: 0...mostLosses, "the number of losses")) {
            let iteration = try reader.size(in: 1...max(iteration, 1), "a loss's iteration")
            losses.append(MinibatchLoss(iteration: iteration, loss: Float(bitPattern: try reader.integer(UInt32.self))))
        }
    }

    /// All that is needed to go on: position, rate, losses since the last record, weights, moments, the best weights, the
    /// averaged ones, what patience remembers. Which of them there are follows from configuration and position.
    /// There is no random state to save, because random numbers are functions of the position.
    public func checkpoint() -> [UInt8] {
        let blocks = 1 + network.moments.count + (best == nil ? 0 : 1) + (average == nil ? 0 : 1)
        var writer = ByteWriter(capacity: 128 + 12 * losses.count + 4 * network.parameterCount * blocks)
        writer.append(Self.magic)
        writer.append(Self.format)
        writer.append(UInt32(Self.kernelRevision))
        writer.append(fingerprint)
        writer.append(UInt64(iteration))
        writer.append(UInt64(epoch))
        writer.append(rate)
        writer.append(lastLoss ?? 0)
        writer.append(best?.accuracy ?? 0)
        writer.append(UInt64(best == nil ? 0 : 1))
        writer.append(UInt64(losses.count))
        for sample in losses {
            writer.append(UInt64(sample.iteration))
            writer.append(sample.loss.bitPattern)
        }
        writer.append(network.rowMajor)
        for moment in network.moments { writer.append(network.unpack(moment)) }
        if let best { writer.append(network.unpack(best.parameters)) }
        if let average { writer.append(network.unpack(average)) }
        if let patience {
            writer.append(patience.best)
            writer.append(UInt64(patience.records))
        }
        writer.seal()
        return writer.bytes
    }

    /// Bytes that a run holds: weights, their copy in bf16, moments, kept weights. A worker's `Workspace` comes on top.
    ///
    /// More than any machine has (2⁵⁰) for a configuration that is out of range.
    public static func memoryBytes(_ configuration: TrainingConfiguration, dimension: Int, classes: Int) -> Int {
        guard configuration.isValid(dimension: dimension, classes: classes) else { return 1 << 50 }
        let shape = ck_shape(
            dimension: Int64(dimension), hidden: Int64(configuration.hiddenSize), classes: Int64(classes))
        let floats = Int(ck_parameter_layout(InstructionSet.current.kernels, shape).count)
        let blocks =
            1 + configuration.optimizer.momentCount + (configuration.keep == .best ? 1 : 0)
            + (configuration.averaging == .none ? 0 : 1)
        let rounded =
            configuration.precision == .bf16 ? Int(ck_rounded_bytes(InstructionSet.current.kernels, shape)) : 0
        return 4 * floats * blocks + rounded + 16_384
    }

    /// Of the configuration and of the data.
    private var fingerprint: UInt64 {
        var writer = ByteWriter(capacity: 256)
        let c = configuration
        for size in [c.hiddenSize, c.batchSize, c.iterations, data.data.dimension, data.data.classes] {
            writer.append(Int64(size))
        }
        for number in [c.learningRate, c.learningRateDecay, c.reg, c.momentum, c.dropout, c.labelSmoothing] {
            writer.append(number)
        }
        if case .standardDeviation(let scale) = c.weightScale { writer.append(scale) } else { writer.append(-1.0) }
        var words = [c.optimizer.rawValue, c.schedule.rawValue, c.preprocess.rawValue, c.keep.rawValue]
        // Checkpoints in float32 are older than any other precision.
        if c.precision != .float32 { words.append(c.precision.rawValue) }
        // So are those without what follows.
        if c.inputDropout != 0 { words.append("input_dropout \(c.inputDropout)") }
        if c.warmupIterations != 0 { words.append("warmup \(c.warmupIterations)") }
        if c.clipNorm != 0 { words.append("clip_norm \(c.clipNorm)") }
        switch c.averaging {
        case .none: break
        case .exponential(let decay): words.append("ema \(decay)")
        case .tail(let share): words.append("tail \(share)")
        }
        if let patience = c.patience { words.append("patience \(patience.records) \(patience.metric.rawValue)") }
        // And older than views and computed inputs, whose values the data's own checksum knows.
        if data.samples.transform != nil || data.trainCount != data.data.train.count {
            words.append("\(data.samples.preparation.viewCount) views of \(data.trainCount)")
            words.append("\(c.preparation.canonical.features.rawValue) \(c.preparation.canonical.store.rawValue)")
        }
        for byte in words.joined(separator: " ").utf8 { writer.append(byte) }
        writer.append(c.seed)
        writer.append(UInt64(data.data.train.count))
        writer.append(data.fingerprint)
        return ByteWriter.checksum(writer.bytes[...])
    }
}
