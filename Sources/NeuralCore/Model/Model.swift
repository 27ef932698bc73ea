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
    /// W1 (D×H), b1 (H), W2 (H×C), b2 (C), one after the other.
    let rowMajor: [Float]

    /// - Precondition: as many weights as the shape has.
    init(hidden: Int, dimension: Int, classes: Int, rowMajor: [Float], preprocessing: Preprocessing) {
        precondition(rowMajor.count == (dimension + 1) * hidden + (hidden + 1) * classes)
        (self.hidden, self.dimension, self.classes) = (hidden, dimension, classes)
        (self.rowMajor, self.preprocessing) = (rowMajor, preprocessing)
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
    /// - Throws: `shapeMismatch` if the samples have another dimension or another number of classes.
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

    private func evaluate(
        _ samples: LabelledSamples, _ workspace: Workspace, _ visit: (ArraySlice<UInt16>) -> Void
    ) throws(NeuralCoreError) -> Evaluation.Result {
        guard samples.samples.dimension == dimension && samples.classes == classes else {
            throw NeuralCoreError(
                .shapeMismatch,
                "the model has \(dimension) inputs and \(classes) classes, "
                    + "the samples \(samples.samples.dimension) and \(samples.classes)")
        }
        let network = PackedNetwork(.current, dimension: dimension, hidden: hidden, classes: classes, moments: 0)
        network.rowMajor = rowMajor
        return Evaluation.run(
            network, parameters: network.parameters, on: samples, preprocessing: preprocessing, using: workspace,
            visit: visit)
    }
}
