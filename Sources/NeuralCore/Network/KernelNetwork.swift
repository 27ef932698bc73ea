import CKernels

/// The fast engine behind the protocol that the reference twin shares: small batches, converted on each call.
///
/// `TrainingRun` drives the same kernels without these conversions.
public struct KernelNetwork: TwoLayerNetwork {
    private let network: PackedNetwork
    private let optimizer: TrainingConfiguration.Optimizer
    private let instructionSet: InstructionSet
    private let workspace = Workspace()
    private var steps = 0

    public init(_ parameters: NetworkParameters, optimizer: TrainingConfiguration.Optimizer) {
        self.init(parameters, optimizer: optimizer, instructionSet: .current)
    }

    public init(
        _ parameters: NetworkParameters, optimizer: TrainingConfiguration.Optimizer, instructionSet: InstructionSet
    ) {
        (self.optimizer, self.instructionSet) = (optimizer, instructionSet)
        network = PackedNetwork(
            instructionSet, dimension: parameters.dimension, hidden: parameters.hidden, classes: parameters.classes,
            moments: max(optimizer.momentCount, 1))
        network.rowMajor = parameters.flat.map { Float($0) }
    }

    public var parameters: NetworkParameters { expand(network.parameters) }

    public func logits(_ batch: Minibatch) -> [Double] {
        var logits = [Float](repeating: 0, count: batch.count * Int(network.shape.classes))
        let memory = workspace.memory(Int(ck_workspace_bytes(network.kernels, network.shape, Int64(batch.count))))
        withKernelBatch(batch) {
            _ = ck_evaluate(
                network.kernels, network.shape, network.parameters.pointer, nil, $0, nil, &logits, nil, memory)
        }
        return logits.map { Double($0) }
    }

    public func lossAndGradients(
        _ batch: Minibatch, _ objective: Objective
    ) -> (loss: Double, gradients: NetworkParameters) {
        let scratch = KernelNetwork(parameters, optimizer: .sgd, instructionSet: instructionSet)
        var update = ck_update()
        (update.optimizer, update.reg, update.clip_norm) = (
            CK_GRADIENT, Float(objective.reg), Float(objective.clipNorm)
        )
        let loss = scratch.step(batch, objective, update)
        return (loss, scratch.expand(scratch.network.moments[0]))
    }

    public mutating func train(
        _ batch: Minibatch, _ objective: Objective, rate: Double, momentum: Double
    ) -> Double {
        steps += 1
        return step(
            batch, objective,
            optimizer.update(
                rate: rate, reg: objective.reg, momentum: momentum, clipNorm: objective.clipNorm, step: steps))
    }

    private func step(_ batch: Minibatch, _ objective: Objective, _ update: ck_update) -> Double {
        let (dropout, input) = (objective.dropout, objective.inputDropout)
        // Both masks are of one seed and one iteration.
        let mask = dropout ?? input
        let regularizers = ck_regularizers(
            dropout: dropout?.share ?? 0, inputDropout: input?.share ?? 0, seed: mask?.seed ?? 0,
            iteration: mask?.iteration ?? 0, labelSmoothing: objective.labelSmoothing)
        return withKernelBatch(batch) { network.step($0, update, regularizers, workspace).loss }
    }

    private func withKernelBatch<R>(_ batch: Minibatch, _ body: (ck_batch) -> R) -> R {
        let matrix = SampleMatrix(floats: batch.count, dimension: batch.dimension) { values in
            for (i, value) in batch.x.enumerated() { values[i] = Float(value) }
        }
        let samples = LabelledSamples(
            samples: matrix, labels: batch.labels.map { UInt16($0) }, classes: Int(network.shape.classes))
        let identity = Preprocessing(
            kind: .mean, mean: .init(repeating: 0, count: batch.dimension),
            scale: .init(repeating: 1, count: batch.dimension))
        let index = (0..<batch.count).map { UInt32($0) }
        return index.withUnsafeBufferPointer {
            samples.withBatch($0, next: nil, count: batch.count, identity, body)
        }
    }

    private func expand(_ packed: AlignedFloats) -> NetworkParameters {
        let shape = network.shape
        var parameters = NetworkParameters(
            dimension: Int(shape.dimension), hidden: Int(shape.hidden), classes: Int(shape.classes))
        parameters.flat = network.unpack(packed).map { Double($0) }
        return parameters
    }
}
