import CKernels

/// One trial's training, which can be stopped after any iteration, saved, and continued with the same bits.
///
/// The conventions are the exercise's: minibatches drawn with replacement; after an update whose 0-based number is a
/// multiple of max(N / B, 1), so after the very first one too, accuracies are recorded and the rate decays.
// SAFETY: mutable without a lock. A run moves between worker queues and is used by one at a time; the scheduler hands a
// trial to one worker until that worker gives it back.
public final class TrainingRun: @unchecked Sendable {
    public enum Progress: Sendable, Equatable {
        /// The iterations asked for are done.
        case running
        /// Stopped early, for this record.
        case epoch(EpochRecord)
        /// All iterations are done; with a record if the last one made one.
        case finished(EpochRecord?, Outcome)
        /// The loss of this 0-based iteration was not finite, and its update was not made.
        case diverged(iteration: Int, lastFiniteLoss: Double?)
    }

    public let configuration: TrainingConfiguration
    public let data: PreparedData
    public let instructionSet: InstructionSet
    /// Iterations done.
    public internal(set) var iteration = 0
    /// Epochs recorded.
    public internal(set) var epoch = 0

    let network: PackedNetwork
    /// The weights of the best record (`keep: .best`), once there is one.
    var best: (accuracy: Double, parameters: AlignedFloats)?
    /// The averaged weights, once the averaging has begun.
    var average: AlignedFloats?
    /// The best value of the metric that patience looks at, and the records since; nil before the first.
    var patience: (best: Double, records: Int)?
    /// The rate that epochs have decayed.
    var rate: Double
    var lastLoss: Double?
    /// Since the last record.
    var losses: [MinibatchLoss] = []
    private let probeRows: [UInt32]
    private var ending: Progress?

    /// - Throws: `invalidConfiguration` for values out of range, `incompatible` if the data were prepared otherwise.
    public convenience init(
        _ configuration: TrainingConfiguration, data: PreparedData, instructionSet: InstructionSet = .current
    ) throws(NeuralCoreError) {
        try self.init(empty: configuration, data: data, instructionSet)
        drawWeights()
    }

    /// A run without its weights, for an initializer to fill in.
    init(
        empty configuration: TrainingConfiguration, data: PreparedData, _ instructionSet: InstructionSet
    ) throws(NeuralCoreError) {
        let (dimension, classes) = (data.data.dimension, data.data.classes)
        try configuration.validate(dimension: dimension, classes: classes)
        guard configuration.precision == .float32 || data.data.train.samples.element == .byte else {
            throw NeuralCoreError(
                .invalidConfiguration,
                "precision is bf16, which takes samples of bytes, and these are floats; use float32")
        }
        guard data.samples.preparation == configuration.preparation.canonical else {
            throw NeuralCoreError(
                .incompatible,
                "the data are prepared with '\(data.samples.preparation)', the trial wants '\(configuration.preparation)'"
            )
        }
        guard 1...TrainingConfiguration.Limit.samples ~= data.data.train.count else {
            throw NeuralCoreError(.invalidConfiguration, "\(data.data.train.count) training samples; use 1 to 2³² − 1")
        }
        (self.configuration, self.data, rate) = (configuration, data, configuration.learningRate)
        self.instructionSet = instructionSet
        network = PackedNetwork(
            instructionSet, dimension: dimension, hidden: configuration.hiddenSize, classes: classes,
            moments: configuration.optimizer.momentCount,
            roundedFor: configuration.precision == .bf16 ? data.preprocessing : nil)
        if case .sample(let count, let seed) = configuration.trainAccuracy {
            let probe = PreparedData.Probe(count: count, seed: seed)
            probeRows = probe == data.probe ? data.probeRows : PreparedData.rows(of: data.trainCount, probe: probe)
        } else {
            probeRows = data.probeRows
        }
        reserveLosses()
    }

    /// Iterations from one epoch record to the next.
    public var iterationsPerEpoch: Int { max(data.trainCount / configuration.batchSize, 1) }

    /// Iterations from one loss that is kept to the next: 24 to 48 of them an epoch, all if it has fewer than 48.
    var lossStride: Int { max(1, iterationsPerEpoch / 24) }
    /// No more than these lie between two records, the later one's own included.
    var mostLosses: Int { iterationsPerEpoch / lossStride + 2 }

    /// Trains until `maxIterations` more are done, an epoch is recorded, or the run ends, whichever comes first.
    ///
    /// How a run is cut into calls changes nothing in its results. Once it has ended, it says the same again. The call that
    /// ends a run also evaluates its model: with `trainAccuracy: .full` that is a pass over all training samples.
    public func advance(maxIterations: Int, using workspace: Workspace) -> Progress {
        if let ending { return ending }
        if iteration >= configuration.iterations || isOutOfPatience { return end(record: nil, workspace) }
        let lossStride = lossStride
        drawMinibatch(iteration, &workspace.index)
        for _ in 0..<max(maxIterations, 0) {
            drawMinibatch(iteration + 1, &workspace.nextIndex)
            let isRecord = iteration % iterationsPerEpoch == 0
            let before = isRecord ? workspace.copy(network.parameters) : nil
            let normBefore = isRecord ? network.sumsOfSquares.first.squareRoot() : 0
            let used = currentRate
            let loss = step(rate: used, workspace)
            guard loss.isFinite else {
                let diverged = Progress.diverged(iteration: iteration, lastFiniteLoss: lastLoss)
                ending = diverged
                return diverged
            }
            takeAverage()
            (lastLoss, iteration) = (loss, iteration + 1)
            if isRecord || iteration % lossStride == 0 {
                losses.append(MinibatchLoss(iteration: iteration, loss: Float(loss)))
            }
            swap(&workspace.index, &workspace.nextIndex)
            var record: EpochRecord?
            if let before {
                let ratio = network.firstLayerDistance(to: before).squareRoot() / normBefore
                record = recordEpoch(loss: loss, rate: used, ratio: normBefore > 0 ? ratio : nil, workspace)
            }
            if iteration == configuration.iterations || isOutOfPatience { return end(record: record, workspace) }
            if let record { return .epoch(record) }
        }
        return .running
    }

    // MARK: Steps

    private func drawWeights() {
        let shape = network.shape
        var weights = [Float](repeating: 0, count: network.parameterCount)
        let (first, second) = (Int(shape.dimension * shape.hidden), Int(shape.hidden * shape.classes))
        let scales = configuration.weightScale.scales(dimension: Int(shape.dimension), hidden: Int(shape.hidden))
        weights.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            ck_normals(
                network.kernels, configuration.seed, RandomStream.firstWeights.rawValue, Int64(first), scales.first,
                base)
            ck_normals(
                network.kernels, configuration.seed, RandomStream.secondWeights.rawValue, Int64(second), scales.second,
                base + first + configuration.hiddenSize)
        }
        network.rowMajor = weights
    }

    private func drawMinibatch(_ iteration: Int, _ index: inout [UInt32]) {
        let size = configuration.batchSize
        if index.count != size { index = [UInt32](repeating: 0, count: size) }
        ck_draw(
            configuration.seed, RandomStream.minibatch.rawValue, UInt64(iteration) * UInt64(size), Int64(size),
            UInt32(data.data.train.count), &index)
    }

    private var currentRate: Double {
        let rate =
            switch configuration.schedule {
            case .epochDecay, .constant: rate
            case .cosine:
                LearningRate.cosine(
                    configuration.learningRate, iteration: iteration, iterations: configuration.iterations)
            }
        guard iteration < configuration.warmupIterations else { return rate }
        return rate * Double(iteration + 1) / Double(configuration.warmupIterations)
    }

    private func step(rate: Double, _ workspace: Workspace) -> Double {
        let update = configuration.optimizer.update(
            rate: rate, reg: configuration.reg, momentum: configuration.momentum, clipNorm: configuration.clipNorm,
            step: iteration + 1)
        let regularizers = ck_regularizers(
            dropout: configuration.dropout, inputDropout: configuration.inputDropout, seed: configuration.seed,
            iteration: iteration, labelSmoothing: configuration.labelSmoothing)
        return workspace.index.withUnsafeBufferPointer { index in
            workspace.nextIndex.withUnsafeBufferPointer { next in
                data.data.train.withBatch(index, next: next, count: configuration.batchSize, data.preprocessing) {
                    network.step($0, update, regularizers, workspace).loss
                }
            }
        }
    }

    /// Of the weights after the step of iteration `iteration`.
    private func takeAverage() {
        let share = configuration.averaging.share(of: iteration, count: configuration.iterations)
        guard let share else { return }
        if let average, share < 1 {
            ck_average(
                network.kernels, Int64(average.count), Float(share), network.parameters.pointer, average.pointer)
        } else {
            let copy = average ?? AlignedFloats(count: network.parameters.count)
            copy.pointer.update(from: network.parameters.pointer, count: copy.count)
            average = copy
        }
    }

    /// What is evaluated: the averaged weights where there are any.
    private var current: AlignedFloats { average ?? network.parameters }

    // MARK: Records

    private func recordEpoch(loss: Double, rate used: Double, ratio: Double?, _ workspace: Workspace) -> EpochRecord {
        let validation = evaluate(current, on: data.data.validation, workspace)
        let train = evaluate(current, on: data.data.train, rows: probeRows, workspace)
        let squares = network.sumsOfSquares
        let record = EpochRecord(
            epoch: epoch, iteration: iteration, trainLoss: loss, trainAccuracy: train.accuracy,
            valAccuracy: validation.accuracy, valLoss: validation.meanLoss, learningRate: used,
            weightNorm: (squares.first + squares.second).squareRoot(), updateRatio: ratio, losses: losses)
        losses = []
        reserveLosses()
        if configuration.keep == .best, best.map({ validation.accuracy > $0.accuracy }) ?? true {
            let copy = best?.parameters ?? AlignedFloats(count: network.parameters.count)
            copy.pointer.update(from: current.pointer, count: copy.count)
            best = (validation.accuracy, copy)
        }
        epoch += 1
        wait(accuracy: validation.accuracy, loss: validation.meanLoss)
        if configuration.schedule == .epochDecay { rate *= configuration.learningRateDecay }
        return record
    }

    private func wait(accuracy: Double, loss: Double) {
        guard let wanted = configuration.patience else { return }
        // Larger is better. A loss that is NaN is no improvement.
        let value = wanted.metric == .valAccuracy ? accuracy : -loss
        if let patience, !(value > patience.best) {
            self.patience = (patience.best, patience.records + 1)
        } else {
            patience = (value.isNaN ? -.infinity : value, 0)
        }
    }

    private var isOutOfPatience: Bool {
        guard let wanted = configuration.patience, let patience else { return false }
        return patience.records >= wanted.records
    }

    /// So that a step never allocates.
    private func reserveLosses() { losses.reserveCapacity(mostLosses) }

    private func end(record: EpochRecord?, _ workspace: Workspace) -> Progress {
        let rows: [UInt32]? = configuration.trainAccuracy == .full ? nil : probeRows
        var active = [UInt8](repeating: 0, count: configuration.hiddenSize)
        let validation = evaluate(kept, on: data.data.validation, workspace, active: &active)
        let train = evaluate(kept, on: data.samples.plain, rows: rows, workspace)
        let outcome = Outcome(
            trainLoss: lastLoss ?? .nan, trainAccuracy: train.accuracy, valAccuracy: validation.accuracy,
            valLoss: validation.meanLoss, deadUnits: active.count { $0 == 0 },
            stopped: iteration < configuration.iterations ? stop : nil)
        let finished = Progress.finished(record, outcome)
        ending = .finished(nil, outcome)
        return finished
    }

    private var stop: EarlyStop? {
        guard let wanted = configuration.patience else { return nil }
        return EarlyStop(metric: wanted.metric, records: wanted.records, epoch: epoch - 1, iteration: iteration)
    }

    private func evaluate(
        _ parameters: AlignedFloats, on samples: LabelledSamples, rows: [UInt32]? = nil, _ workspace: Workspace,
        active: UnsafeMutablePointer<UInt8>? = nil
    ) -> Evaluation.Result {
        Evaluation.run(
            network, parameters: parameters, on: samples, rows: rows, preprocessing: data.preprocessing,
            using: workspace, active: active)
    }

    private var kept: AlignedFloats { best?.parameters ?? current }

    /// The kept weights.
    public func model() -> Model {
        Model(
            hidden: configuration.hiddenSize, dimension: data.data.dimension, classes: data.data.classes,
            rowMajor: network.unpack(kept), preprocessing: data.preprocessing, precision: configuration.precision,
            transform: data.samples.transform)
    }
}
