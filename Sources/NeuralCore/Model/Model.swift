import CKernels

/// The weights that a finished trial keeps, with the preprocessing that belongs to them.
public struct Model: Sendable, Equatable {
    /// H.
    public let hidden: Int
    /// D.
    public let dimension: Int
    /// C.
    public let classes: Int
    public let preprocessing: Preprocessing
    /// What the first layer's products are computed in: as in the training, so that the test figure goes with the others.
    public let precision: TrainingConfiguration.Precision
    /// W1 (D×H), b1 (H), W2 (H×C), b2 (C), one after the other.
    let rowMajor: [Float]

    /// - Precondition: as many weights as the shape has.
    init(
        hidden: Int, dimension: Int, classes: Int, rowMajor: [Float], preprocessing: Preprocessing,
        precision: TrainingConfiguration.Precision
    ) {
        precondition(rowMajor.count == (dimension + 1) * hidden + (hidden + 1) * classes)
        (self.hidden, self.dimension, self.classes) = (hidden, dimension, classes)
        (self.rowMajor, self.preprocessing, self.precision) = (rowMajor, preprocessing, precision)
    }

    /// D×H, row-major.
    public var W1: [Float] { part(0, dimension * hidden) }
    /// H.
    public var b1: [Float] { part(dimension * hidden, hidden) }
    /// H×C, row-major.
    public var W2: [Float] { part((dimension + 1) * hidden, hidden * classes) }
    /// C.
    public var b2: [Float] { part((dimension + 1) * hidden + hidden * classes, classes) }

    private func part(_ from: Int, _ count: Int) -> [Float] { Array(rowMajor[from..<(from + count)]) }

    /// How many of `samples` are classified as labelled, and the mean cross-entropy.
    ///
    /// - Throws: `shapeMismatch` if the samples have another dimension or another number of classes, or are floats and the
    ///   model is in bf16.
    public func accuracy(
        on samples: LabelledSamples, using workspace: Workspace
    ) throws(NeuralCoreError) -> (correct: Int, total: Int, loss: Double) {
        let result = try evaluate(samples, workspace) { _ in }
        return (result.correct, result.total, result.meanLoss)
    }

    /// The most likely class of each sample; of equally likely ones the first.
    public func predictions(
        on samples: LabelledSamples, using workspace: Workspace
    ) throws(NeuralCoreError) -> [UInt16] {
        var predictions: [UInt16] = []
        predictions.reserveCapacity(samples.count)
        _ = try evaluate(samples, workspace) { predictions += $0 }
        return predictions
    }

    /// - Parameters:
    ///   - logits: gets each piece's logits, row by row.
    ///   - visit: gets each piece's predictions.
    func evaluate(
        _ samples: LabelledSamples, _ workspace: Workspace, logits: ((ArraySlice<Float>) -> Void)? = nil,
        _ visit: (ArraySlice<UInt16>) -> Void
    ) throws(NeuralCoreError) -> Evaluation.Result {
        guard samples.samples.dimension == dimension && samples.classes == classes else {
            throw NeuralCoreError(
                .shapeMismatch,
                "the model has \(dimension) inputs and \(classes) classes, "
                    + "the samples \(samples.samples.dimension) and \(samples.classes)")
        }
        guard precision == .float32 || samples.samples.element == .byte else {
            throw NeuralCoreError(.shapeMismatch, "the model is in bf16 and takes samples of bytes; these are floats")
        }
        let network = PackedNetwork(
            .current, dimension: dimension, hidden: hidden, classes: classes, moments: 0,
            roundedFor: precision == .bf16 ? preprocessing : nil)
        network.rowMajor = rowMajor
        return Evaluation.run(
            network, parameters: network.parameters, on: samples, preprocessing: preprocessing, using: workspace,
            logits: logits, visit: visit)
    }
}
